// NumPy's .npy: a header that says type and shape, then the numbers.
#ifndef LIGHTLDA_EXCHANGE_NPY_H_
#define LIGHTLDA_EXCHANGE_NPY_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "export/text_writer.h"
#include "lightlda/exchange.h"

namespace lightlda {

// The header of format 1.0: a C-order array of this shape, little-endian. REQUIRES: dtype is not
// kAuto.
std::string NpyHeader(NpyType dtype, std::span<const std::uint64_t> shape);

// Writes one array: the header, then numbers in order, as its type. Counts up to 2^53 are exact.
// Not thread-safe.
class NpyWriter {
 public:
  // out must outlive it.
  NpyWriter(NpyType dtype, std::span<const std::uint64_t> shape, TextWriter* out)
      : dtype_(dtype), out_(*out) {
    out_.Put(NpyHeader(dtype, shape));
  }

  void Put(std::span<const double> numbers);

 private:
  template <typename T>
  void PutAs(std::span<const double> numbers);

  NpyType dtype_;
  TextWriter& out_;
};

// A [num_topics x num_words] matrix: fill() gives row by row. Errors: the sink's.
using RowFiller = std::function<void(TopicId topic, std::span<double> row)>;
Status PutTopicMatrix(const Model& model, NpyType dtype, const RowFiller& fill,
                      const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_NPY_H_
