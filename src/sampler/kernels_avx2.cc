#include "sampler/kernels.h"
namespace lightlda {
const Kernels* Avx2Kernels() { return nullptr; }
}  // namespace lightlda
