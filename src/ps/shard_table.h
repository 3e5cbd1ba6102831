// One shard's items of a table: adds what workers push, encodes what they pull.
#ifndef LIGHTLDA_PS_SHARD_TABLE_H_
#define LIGHTLDA_PS_SHARD_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "net/buffer_pool.h"
#include "net/message.h"
#include "ps/answer_batch.h"
#include "ps/table_layout.h"
#include "table/delta_codec.h"
#include "table/row_arena.h"

namespace lightlda {

// Not thread-safe.
class ShardTable {
 public:
  // Of the kind that the table's declaration says. `layout` must outlive it.
  static std::unique_ptr<ShardTable> Make(const TableLayout* layout, std::uint32_t shard);
  virtual ~ShardTable() = default;

  // Adds the changes of a checked message to the slice; each row or number as a whole or not at
  // all. Errors: kFailure for malformed bytes, items of another shard or slice, and sums that the
  // declaration does not allow; the table is then no longer of use.
  virtual Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) = 0;

  // The slice as it is, in at least one batch, into buffers of `pool`. Empty if it has too few.
  virtual std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) = 0;

  // Of all items.
  virtual std::size_t MemoryBytes() const = 0;
};

// Rows, an arena for each slice, not packed, as every push changes most of them.
class ShardRows : public ShardTable {
 public:
  ShardRows(const TableLayout* layout, std::uint32_t shard);

  Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) override;
  std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) override;
  // 16 bytes for each row, and what the arenas hold (row_arena.h).
  std::size_t MemoryBytes() const override;

  // Replaces *entries by a row. REQUIRES: it is the shard's.
  void GetRow(std::uint32_t row, std::vector<TopicCount>* entries) const;

 private:
  struct PackedDeltas {
    std::uint32_t row;  // of the table
    std::span<const std::uint8_t> bytes;
    std::size_t slack;  // bytes that can be read behind them
  };

  // Adds deltas to row number `place` of `rows`. False, with nothing done, if they are malformed or
  // lead to what is no count.
  bool ApplyRow(const PackedDeltas& packed, RowArena* rows, std::uint32_t place);
  // Why ApplyRow has refused.
  Status WhyNot(const PackedDeltas& packed, std::span<const TopicCount> row);

  const TableLayout& layout_;
  std::uint32_t shard_;
  std::vector<RowArena> slices_;  // [num_slices]
  DeltaUnpacker unpacker_;
  ScratchArray<TopicCount> sum_;
  ScratchArray<std::uint8_t> packed_;
};

// Numbers of 64 bits.
class ShardNumbers : public ShardTable {
 public:
  ShardNumbers(const TableLayout* layout, std::uint32_t shard);

  Status Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) override;
  std::vector<AnswerBatch> Encode(std::uint32_t slice, BufferPool* pool) override;
  std::size_t MemoryBytes() const override;

  // REQUIRES: the number is the shard's.
  Count Get(std::uint32_t number) const;

 private:
  struct Slice {
    std::uint32_t first = 0;    // of the shard's numbers: its offset in the slice
    std::vector<Count> values;  // of these numbers
  };

  const TableLayout& layout_;
  std::uint32_t shard_;
  std::vector<Slice> slices_;  // [num_slices]
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_SHARD_TABLE_H_
