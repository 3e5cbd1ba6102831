// One shard's part of a table: applies what workers push, encodes what they pull.
#ifndef LIGHTLDA_PS_TABLE_PART_H_
#define LIGHTLDA_PS_TABLE_PART_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "net/buffer_pool.h"
#include "net/message.h"
#include "ps/placement.h"
#include "table/row_arena.h"

namespace lightlda {

// A message's worth of an answer.
struct AnswerBatch {
  std::uint32_t num_items = 0;
  Payload payload;
};

// Not thread-safe.
class TablePart {
 public:
  virtual ~TablePart() = default;

  // Adds the deltas of a checked message to the slice; each row or number as a whole or not at all.
  // Errors: kFailure for malformed bytes, items of another shard or slice, and sums below 0 or
  // beyond the counts' width; the part is then no longer of use.
  virtual Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) = 0;

  // The slice as it is, in at least one batch, into buffers of `pool`.
  virtual std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) = 0;
};

// Rows of the word-topic table: those of Placement::Words(shard), an arena a slice, not packed, as
// every push changes most of them. Counts have 32 bits. `placement` must outlive it.
class RowPart : public TablePart {
 public:
  RowPart(const Placement* placement, std::uint32_t shard);

  Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) override;
  std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) override;

  // Replaces *entries by a row. REQUIRES: the word is the shard's.
  void GetRow(WordId word, std::vector<TopicCount>* entries) const;
  // Of all rows: 16 bytes a row, and about 1.5 times 8 bytes an entry at most.
  std::size_t MemoryBytes() const;

 private:
  struct DeltaRow {
    WordId word;
    std::span<const std::uint8_t> packed;
    std::size_t slack;  // bytes that can be read behind it
  };

  // Adds deltas to row number `row` of `rows`, that of their word. False, with nothing done, if
  // they are malformed or lead to what is no count.
  bool ApplyRow(const DeltaRow& deltas, RowArena* rows, std::uint32_t row);
  std::span<const TopicCount> Row(WordId word) const;
  // Why ApplyRow has refused.
  Status WhyNot(const DeltaRow& deltas) const;

  const Placement* placement_;
  std::uint32_t shard_;
  std::vector<RowArena> slices_;           // [num_slices]
  std::vector<std::uint32_t> first_rows_;  // [num_slices], LocalRow of the slice's first word
  ScratchArray<TopicCount> deltas_;
  ScratchArray<TopicCount> sum_;
  ScratchArray<std::uint8_t> packed_;
};

// Totals of the topics Placement::Topics(shard), 64 bits each. `placement` must outlive it.
class TotalsPart : public TablePart {
 public:
  TotalsPart(const Placement* placement, std::uint32_t shard);

  Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) override;
  std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) override;

  // [Topics(shard).second - first].
  std::span<const Count> totals() const { return totals_; }

 private:
  std::pair<TopicId, TopicId> topics_;
  std::vector<Count> totals_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_TABLE_PART_H_
