// Payloads of tables of numbers: 64 bits each, behind their place in the slice.
#ifndef LIGHTLDA_PS_NUMBER_BATCH_H_
#define LIGHTLDA_PS_NUMBER_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/varint.h"
#include "lightlda/types.h"

namespace lightlda {

// Fills a buffer with numbers that are not 0. Not thread-safe.
class NumberBatchWriter {
 public:
  NumberBatchWriter() = default;
  explicit NumberBatchWriter(std::span<std::uint8_t> buffer) : buffer_(buffer) {}

  // False, with nothing written, if there is no room. REQUIRES: offsets ascending.
  bool Add(std::uint32_t offset, Count value) {
    const std::uint64_t gap = offset - next_;
    const std::size_t needed = VarintSize(gap) + VarintSize(ZigZag(value));
    if (needed > buffer_.size() - size_) return false;
    PutVarint(ZigZag(value), PutVarint(gap, buffer_.data() + size_));
    size_ += needed;
    ++num_items_;
    next_ = std::uint64_t{offset} + 1;
    return true;
  }

  std::size_t size() const { return size_; }  // bytes
  std::uint32_t num_items() const { return num_items_; }

 private:
  std::span<std::uint8_t> buffer_;
  std::size_t size_ = 0;
  std::uint32_t num_items_ = 0;
  std::uint64_t next_ = 0;
};

// Calls visit(offset, value) for each number, offsets ascending and below slice_size. Returns how
// many there were, or -1 at malformed bytes. Safe on any bytes.
template <typename Visit>
std::int64_t ReadNumberBatch(std::span<const std::uint8_t> bytes, std::uint32_t slice_size,
                             Visit&& visit) {
  std::uint64_t next = 0;
  std::int64_t count = 0;
  while (!bytes.empty()) {
    std::uint64_t gap, value;
    if (!GetVarint64(&bytes, &gap) || !GetVarint64(&bytes, &value) || value == 0) return -1;
    if (next >= slice_size || gap >= slice_size - next) return -1;
    visit(static_cast<std::uint32_t>(next + gap), UnZigZag(value));
    next += gap + 1;
    ++count;
  }
  return count;
}

}  // namespace lightlda

#endif  // LIGHTLDA_PS_NUMBER_BATCH_H_
