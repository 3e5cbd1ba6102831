#include "base/memory_advice.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace lightlda {
namespace {

std::uintptr_t PageSize() {
  static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

// madvise wants whole pages; neither of the two does harm to a neighbour's bytes on the same page.
void Advise(std::span<const std::byte> bytes, int advice) {
  if (bytes.empty()) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uintptr_t first = begin / PageSize() * PageSize();
  (void)::madvise(reinterpret_cast<void*>(first), begin + bytes.size() - first, advice);
}

}  // namespace

void WillNeed(std::span<const std::byte> bytes) { Advise(bytes, MADV_WILLNEED); }
void WillNotNeed(std::span<const std::byte> bytes) { Advise(bytes, MADV_DONTNEED); }

}  // namespace lightlda
