// A record is: zigzag varint of the word's distance to the record before, varint of the packed
// row's size, the packed row. Words may come in any order.
#include "ps/row_batch.h"

#include <algorithm>

#include "base/varint.h"
#include "table/delta_codec.h"

namespace lightlda {

void PackedChanges::Pack(const RowChanges& rows, std::uint32_t num_topics,
                         std::size_t buffer_bytes) {
  rows_.clear();
  bytes_.clear();
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    DeltasToRow(rows.deltas(row), &entries_);
    ForEachPart(entries_, buffer_bytes, [&](std::span<const TopicCount> part) {
      Append(rows.word(row), part, num_topics);
    });
  }
}

void PackedChanges::Append(WordId word, std::span<const TopicCount> part,
                           std::uint32_t num_topics) {
  const RowPlan plan = PlanRow(part, num_topics);
  const std::size_t begin = bytes_.size();
  bytes_.resize(begin + plan.bytes + kRowSlack);
  PackRow(part, plan, std::span(bytes_).subspan(begin, plan.bytes), kRowSlack);
  bytes_.resize(begin + plan.bytes);
  rows_.push_back({word, begin, plan.bytes});
}

bool RowBatchWriter::Add(std::uint32_t offset, std::span<const std::uint8_t> packed) {
  const std::uint64_t gap = ZigZag(std::int64_t{offset} - last_offset_);
  const std::size_t needed = VarintSize(gap) + VarintSize(packed.size()) + packed.size();
  if (needed > buffer_.size() - size_) return false;
  std::uint8_t* out = buffer_.data() + size_;
  out = PutVarint(gap, out);
  out = PutVarint(packed.size(), out);
  std::copy(packed.begin(), packed.end(), out);
  size_ += needed;
  ++num_items_;
  last_offset_ = offset;
  return true;
}

bool RowBatchReader::Next(std::uint32_t slice_size, std::uint32_t* offset,
                          std::span<const std::uint8_t>* packed) {
  if (rest_.empty() || !ok_) return false;
  std::uint64_t gap, size;
  ok_ = GetVarint64(&rest_, &gap) && GetVarint64(&rest_, &size) && size <= rest_.size();
  if (!ok_) return false;
  // In unsigned numbers, where an absurd gap wraps instead of being undefined.
  const auto next =
      static_cast<std::uint64_t>(last_offset_) + static_cast<std::uint64_t>(UnZigZag(gap));
  ok_ = next < slice_size;
  if (!ok_) return false;
  last_offset_ = static_cast<std::int64_t>(next);
  *offset = static_cast<std::uint32_t>(next);
  *packed = rest_.first(size);
  rest_ = rest_.subspan(size);
  ++num_items_;
  return true;
}

}  // namespace lightlda
