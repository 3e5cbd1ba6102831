// Adding changes to rows and numbers, with every number checked.
#include "ps/shard_table.h"

#include <algorithm>
#include <limits>
#include <string>

#include "ps/number_batch.h"
#include "ps/row_batch.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

std::string OfTable(const TableLayout& layout) { return " of " + layout.spec().name; }

std::string RowName(const TableLayout& layout, std::uint32_t row) {
  return "row " + std::to_string(row) + OfTable(layout);
}

// Writes row + deltas, topics ascending, without zeros; returns how many entries, or -1 if one is
// no count. `sum` has room for all of both. Which list is next follows no pattern: no branch asks.
std::int64_t AddDeltas(std::span<const TopicCount> row, std::span<const TopicDelta> deltas,
                       TopicCount* sum) {
  TopicCount* out = sum;
  const TopicCount* old = row.data();
  const TopicCount* const old_end = old + row.size();
  const TopicDelta* delta = deltas.data();
  const TopicDelta* const delta_end = delta + deltas.size();
  std::int64_t all = 0;  // an "or": beyond 32 bits, or negative, if one of them is
  const auto put = [&](TopicId topic, std::int64_t value) {
    all |= value;
    *out = {topic, static_cast<std::uint32_t>(value)};
    out += value != 0;
  };
  while (old != old_end && delta != delta_end) {
    const std::int32_t from_old = old->topic <= delta->topic;
    const std::int32_t from_delta = delta->topic <= old->topic;
    put(std::min(old->topic, delta->topic),
        std::int64_t{old->count & static_cast<std::uint32_t>(-from_old)} +
            (delta->delta & -from_delta));
    old += from_old;
    delta += from_delta;
  }
  out = std::copy(old, old_end, out);
  for (; delta != delta_end; ++delta) put(delta->topic, delta->delta);
  return (all >> 32) != 0 ? -1 : out - sum;
}

Status WrongItems(const MessageHeader& header, std::int64_t found) {
  return Status::Failure("expected " + std::to_string(header.num_items) + " items of slice " +
                         std::to_string(header.slice) + ", found " +
                         (found < 0 ? "malformed bytes" : std::to_string(found)));
}

// Collects batches: Fill appends an item to the open one, or else to a new one. All are dropped
// once the pool has no buffer left.
template <typename Writer>
class BatchList {
 public:
  explicit BatchList(BufferPool* pool) : pool_(pool) { Open(); }

  // add(writer) appends one item that fits an empty buffer; false if there is no room.
  template <typename Add>
  void Fill(Add&& add) {
    if (failed_ || add(&writer_)) return;
    Close();
    Open();
    if (!failed_) add(&writer_);
  }
  std::vector<AnswerBatch> Finish() && {
    if (failed_) return {};
    Close();
    return std::move(batches_);
  }

 private:
  void Open() {
    buffer_ = pool_->TryAcquire();
    failed_ = !buffer_;
    writer_ = Writer(buffer_.bytes());
  }
  void Close() {
    batches_.push_back({writer_.num_items(), std::move(buffer_).Seal(writer_.size())});
  }

  BufferPool* pool_;
  Buffer buffer_;
  bool failed_ = false;
  Writer writer_;
  std::vector<AnswerBatch> batches_;
};

}  // namespace

std::unique_ptr<ShardTable> ShardTable::Make(const TableLayout* layout, std::uint32_t shard) {
  if (layout->spec().items == ItemKind::kRows) return std::make_unique<ShardRows>(layout, shard);
  return std::make_unique<ShardNumbers>(layout, shard);
}

ShardRows::ShardRows(const TableLayout* layout, std::uint32_t shard)
    : layout_(*layout), shard_(shard) {
  for (std::uint32_t slice = 0; slice < layout->num_slices(); ++slice) {
    slices_.emplace_back(layout->NumItems(shard, slice));
  }
}

bool ShardRows::ApplyRow(const PackedDeltas& packed, RowArena* rows, std::uint32_t place) {
  std::span<const TopicDelta> deltas;
  if (!unpacker_.Unpack(packed.bytes, layout_.num_topics(), packed.slack, &deltas)) return false;
  const std::span<const TopicCount> old = rows->Row(place);
  TopicCount* const sum = sum_.Room(old.size() + deltas.size());
  const std::int64_t size = AddDeltas(old, deltas, sum);
  if (size < 0) return false;
  rows->Set(place, {sum, static_cast<std::size_t>(size)});
  return true;
}

Status ShardRows::WhyNot(const PackedDeltas& packed, std::span<const TopicCount> row) {
  std::span<const TopicDelta> deltas;
  if (!unpacker_.Unpack(packed.bytes, layout_.num_topics(), 0, &deltas)) {
    return Status::Failure("malformed " + RowName(layout_, packed.row));
  }
  for (const TopicDelta& delta : deltas) {
    const auto old = std::ranges::find(row, delta.topic, &TopicCount::topic);
    const std::int64_t sum = std::int64_t{old == row.end() ? 0 : old->count} + delta.delta;
    if (sum >= 0 && sum <= std::numeric_limits<std::uint32_t>::max()) continue;
    return Status::Failure("topic " + std::to_string(delta.topic) + " of " +
                           RowName(layout_, packed.row) + " would get a count of " +
                           std::to_string(sum));
  }
  return {};
}

Status ShardRows::Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) {
  RowBatchReader reader(payload);
  const std::uint32_t begin = layout_.slice_begin(header.slice);
  const std::uint32_t size = layout_.slice_size(header.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> bytes;
  RowArena* const rows = &slices_[header.slice];
  while (reader.Next(size, &offset, &bytes)) {
    const PackedDeltas packed = {begin + offset, bytes, reader.slack()};
    const std::uint32_t owner = layout_.OwnerOf(header.slice, packed.row);
    if (owner != shard_) {
      return Status::Failure(RowName(layout_, packed.row) + " belongs to shard " +
                             std::to_string(owner));
    }
    const std::uint32_t place = layout_.PlaceOf(header.slice, packed.row);
    if (!ApplyRow(packed, rows, place)) return WhyNot(packed, rows->Row(place));
  }
  if (!reader.ok()) return WrongItems(header, -1);
  return reader.num_items() == header.num_items ? Status() : WrongItems(header, reader.num_items());
}

std::vector<AnswerBatch> ShardRows::Encode(std::uint32_t slice, BufferPool* pool) {
  BatchList<RowBatchWriter> list(pool);
  const std::uint32_t begin = layout_.slice_begin(slice);
  const std::uint32_t num_topics = layout_.num_topics();
  const auto add = [&](std::uint32_t offset, std::span<const TopicCount> entries, RowPlan plan) {
    const std::span packed(packed_.Room(plan.bytes + kRowSlack), plan.bytes);
    PackRow(entries, plan, packed, kRowSlack);
    list.Fill([&](RowBatchWriter* writer) { return writer->Add(offset, packed); });
  };
  for (std::uint32_t place = 0; place < slices_[slice].num_rows(); ++place) {
    const std::span<const TopicCount> entries = slices_[slice].Row(place);
    if (entries.empty()) continue;
    const std::uint32_t offset = layout_.ItemAt(shard_, slice, place) - begin;
    const RowPlan plan = PlanRow(entries, num_topics);
    if (plan.bytes + kMinBatchBytes / 2 <= pool->buffer_bytes()) {
      add(offset, entries, plan);
      continue;
    }
    ForEachPart(entries, pool->buffer_bytes(), [&](std::span<const TopicCount> part) {
      add(offset, part, PlanRow(part, num_topics));
    });
  }
  return std::move(list).Finish();
}

void ShardRows::GetRow(std::uint32_t row, std::vector<TopicCount>* entries) const {
  const std::uint32_t slice = layout_.SliceOf(row);
  const std::span<const TopicCount> found = slices_[slice].Row(layout_.PlaceOf(slice, row));
  entries->assign(found.begin(), found.end());
}

std::size_t ShardRows::MemoryBytes() const {
  std::size_t bytes = 0;
  for (const RowArena& rows : slices_) bytes += rows.MemoryBytes();
  return bytes;
}

ShardNumbers::ShardNumbers(const TableLayout* layout, std::uint32_t shard)
    : layout_(*layout), shard_(shard) {
  for (std::uint32_t slice = 0; slice < layout->num_slices(); ++slice) {
    Slice& mine = slices_.emplace_back();
    mine.first = layout->ItemAt(shard, slice, 0) - layout->slice_begin(slice);
    mine.values.assign(layout->NumItems(shard, slice), 0);
  }
}

Status ShardNumbers::Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) {
  Slice& slice = slices_[header.slice];
  const bool has_sign = layout_.spec().update == Update::kAddSigned;
  Status outcome;
  const auto name = [&](std::uint32_t offset) {
    return "number " + std::to_string(layout_.slice_begin(header.slice) + offset) +
           OfTable(layout_);
  };
  const auto add = [&](std::uint32_t offset, Count delta) {
    if (!outcome.ok()) return;
    if (offset < slice.first) {
      outcome = Status::Failure(name(offset) + " belongs to another shard");
      return;
    }
    Count sum;
    Count& value = slice.values[offset - slice.first];
    if (__builtin_add_overflow(value, delta, &sum) || (sum < 0 && !has_sign)) {
      outcome = Status::Failure(name(offset) + ", " + std::to_string(value) + ", would change by " +
                                std::to_string(delta));
      return;
    }
    value = sum;
  };
  const auto end = slice.first + static_cast<std::uint32_t>(slice.values.size());
  const std::int64_t found = ReadNumberBatch(payload, end, add);
  if (outcome.ok() && found != header.num_items) return WrongItems(header, found);
  return outcome;
}

std::vector<AnswerBatch> ShardNumbers::Encode(std::uint32_t slice, BufferPool* pool) {
  BatchList<NumberBatchWriter> list(pool);
  const Slice& mine = slices_[slice];
  for (std::uint32_t place = 0; place < mine.values.size(); ++place) {
    const Count value = mine.values[place];
    if (value == 0) continue;
    list.Fill([&](NumberBatchWriter* writer) { return writer->Add(mine.first + place, value); });
  }
  return std::move(list).Finish();
}

Count ShardNumbers::Get(std::uint32_t number) const {
  const std::uint32_t slice = layout_.SliceOf(number);
  return slices_[slice].values[layout_.PlaceOf(slice, number)];
}

std::size_t ShardNumbers::MemoryBytes() const {
  std::size_t bytes = 0;
  for (const Slice& slice : slices_) bytes += slice.values.size() * sizeof(Count);
  return bytes;
}

}  // namespace lightlda
