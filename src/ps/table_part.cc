// Adding deltas to rows and to totals, with every number checked.
#include "ps/table_part.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/varint.h"
#include "ps/number_batch.h"
#include "ps/row_batch.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

std::string OfWord(WordId word) { return " of word " + std::to_string(word); }

Status OutOfRange(WordId word, TopicId topic, std::int64_t value) {
  return Status::Failure("topic " + std::to_string(topic) + OfWord(word) +
                         " would get a count of " + std::to_string(value));
}

std::int64_t SumOf(std::uint32_t count, std::uint32_t zigzag_delta) {
  return std::int64_t{count} + UnZigZag(zigzag_delta);
}

// The first entry of row + deltas that is no count. REQUIRES: there is one.
Status FindOutOfRange(WordId word, std::span<const TopicCount> row,
                      std::span<const TopicCount> deltas) {
  for (const TopicCount& delta : deltas) {
    const auto old = std::find_if(row.begin(), row.end(), [&](const TopicCount& entry) {
      return entry.topic == delta.topic;
    });
    const std::int64_t sum = SumOf(old == row.end() ? 0 : old->count, delta.count);
    if (sum < 0 || sum > std::numeric_limits<std::uint32_t>::max()) {
      return OutOfRange(word, delta.topic, sum);
    }
  }
  return {};
}

// Writes row + deltas, topics ascending, without zeros; returns how many entries, or -1 if one is
// no count. `sum` has room for all of both. Which list is next follows no pattern: no branch asks.
std::int64_t AddDeltas(std::span<const TopicCount> row, std::span<const TopicCount> deltas,
                       TopicCount* sum) {
  TopicCount* out = sum;
  const TopicCount* old = row.data();
  const TopicCount* const old_end = old + row.size();
  const TopicCount* delta = deltas.data();
  const TopicCount* const delta_end = delta + deltas.size();
  std::int64_t all = 0;  // an "or": beyond 32 bits, or negative, if one of them is
  const auto put = [&](TopicId topic, std::int64_t value) {
    all |= value;
    *out = {topic, static_cast<std::uint32_t>(value)};
    out += value != 0;
  };
  while (old != old_end && delta != delta_end) {
    const std::uint32_t from_old = old->topic <= delta->topic;
    const std::uint32_t from_delta = delta->topic <= old->topic;
    put(std::min(old->topic, delta->topic),
        SumOf(old->count & -from_old, delta->count & -from_delta));
    old += from_old;
    delta += from_delta;
  }
  out = std::copy(old, old_end, out);
  for (; delta != delta_end; ++delta) put(delta->topic, SumOf(0, delta->count));
  return (all >> 32) != 0 ? -1 : out - sum;
}

Status WrongItems(const MessageHeader& header, std::int64_t found) {
  return Status::Failure("expected " + std::to_string(header.num_items) + " items of slice " +
                         std::to_string(header.slice) + ", found " +
                         (found < 0 ? "malformed bytes" : std::to_string(found)));
}

// Collects batches: Fill appends an item to the open one, or else to a new one.
template <typename Writer>
class BatchList {
 public:
  explicit BatchList(BufferPool* pool) : pool_(pool) { Open(); }

  // add(writer) appends one item that fits an empty buffer; false if there is no room.
  template <typename Add>
  void Fill(Add&& add) {
    if (add(&writer_)) return;
    Close();
    Open();
    add(&writer_);
  }
  std::vector<AnswerBatch> Finish() && {
    Close();
    return std::move(batches_);
  }

 private:
  void Open() {
    buffer_ = pool_->Acquire();
    writer_ = Writer(buffer_.bytes());
    num_items_ = 0;
  }
  void Close() {
    if constexpr (requires { writer_.num_rows(); }) {
      num_items_ = writer_.num_rows();
    } else {
      num_items_ = writer_.num_values();
    }
    batches_.push_back({num_items_, std::move(buffer_).Seal(writer_.size())});
  }

  BufferPool* pool_;
  Buffer buffer_;
  Writer writer_;
  std::uint32_t num_items_ = 0;
  std::vector<AnswerBatch> batches_;
};

}  // namespace

RowPart::RowPart(const Placement* placement, std::uint32_t shard)
    : placement_(placement), shard_(shard) {
  std::size_t num_rows = 0;
  for (std::uint32_t slice = 0; slice < placement->num_slices(); ++slice) {
    first_rows_.push_back(static_cast<std::uint32_t>(num_rows));
    num_rows += placement->Words(shard, slice).size();
    slices_.emplace_back(placement->Words(shard, slice).size());
  }
}

bool RowPart::ApplyRow(const DeltaRow& deltas, RowArena* rows, std::uint32_t row) {
  const std::uint32_t num_topics = placement_->num_topics();
  TopicCount* const delta = deltas_.Room(MaxRowEntries(deltas.packed, num_topics));
  const std::int64_t num_deltas = UnpackRow(deltas.packed, num_topics, deltas.slack, delta);
  if (num_deltas < 0) return false;
  const std::span<const TopicCount> old = rows->Row(row);
  TopicCount* const sum = sum_.Room(old.size() + static_cast<std::size_t>(num_deltas));
  const std::int64_t size = AddDeltas(old, {delta, static_cast<std::size_t>(num_deltas)}, sum);
  if (size < 0) return false;
  rows->Set(row, {sum, static_cast<std::size_t>(size)});
  return true;
}

Status RowPart::WhyNot(const DeltaRow& deltas) const {
  std::vector<TopicCount> entries;
  if (!UnpackRow(deltas.packed, placement_->num_topics(), &entries)) {
    return Status::Failure("malformed row" + OfWord(deltas.word));
  }
  return FindOutOfRange(deltas.word, Row(deltas.word), entries);
}

Status RowPart::Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) {
  RowBatchReader reader(payload);
  const WordId begin = placement_->slice_begin(header.slice);
  const std::uint32_t size = placement_->slice_size(header.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> packed;
  RowArena* const rows = &slices_[header.slice];
  while (reader.Next(size, &offset, &packed)) {
    const DeltaRow deltas = {begin + offset, packed, reader.slack()};
    if (placement_->Owner(deltas.word) != shard_) {
      return Status::Failure("a row" + OfWord(deltas.word) + " belongs to shard " +
                             std::to_string(placement_->Owner(deltas.word)));
    }
    const std::uint32_t row = placement_->LocalRow(deltas.word) - first_rows_[header.slice];
    if (!ApplyRow(deltas, rows, row)) return WhyNot(deltas);
  }
  if (!reader.ok()) return WrongItems(header, -1);
  return reader.num_rows() == header.num_items ? Status() : WrongItems(header, reader.num_rows());
}

std::vector<AnswerBatch> RowPart::Encode(std::uint32_t slice, BufferPool* pool) {
  BatchList<RowBatchWriter> list(pool);
  const WordId begin = placement_->slice_begin(slice);
  const std::uint32_t num_topics = placement_->num_topics();
  std::size_t next = 0;
  const auto add = [&](std::uint32_t offset, std::span<const TopicCount> entries, RowPlan plan) {
    const std::span packed(packed_.Room(plan.bytes + kRowSlack), plan.bytes);
    PackRow(entries, plan, packed, kRowSlack);
    list.Fill([&](RowBatchWriter* writer) { return writer->Add(offset, packed); });
  };
  for (const WordId word : placement_->Words(shard_, slice)) {
    const std::span<const TopicCount> entries = slices_[slice].Row(next++);
    if (entries.empty()) continue;
    const RowPlan plan = PlanRow(entries, num_topics);
    if (plan.bytes + kMinBatchBytes / 2 <= pool->buffer_bytes()) {
      add(word - begin, entries, plan);
      continue;
    }
    ForEachPart(entries, pool->buffer_bytes(), [&](std::span<const TopicCount> part) {
      add(word - begin, part, PlanRow(part, num_topics));
    });
  }
  return std::move(list).Finish();
}

std::span<const TopicCount> RowPart::Row(WordId word) const {
  const std::uint32_t slice = placement_->SliceOf(word);
  return slices_[slice].Row(placement_->LocalRow(word) - first_rows_[slice]);
}

void RowPart::GetRow(WordId word, std::vector<TopicCount>* entries) const {
  const std::span<const TopicCount> row = Row(word);
  entries->assign(row.begin(), row.end());
}

std::size_t RowPart::MemoryBytes() const {
  std::size_t bytes = 0;
  for (const RowArena& rows : slices_) bytes += rows.MemoryBytes();
  return bytes;
}

TotalsPart::TotalsPart(const Placement* placement, std::uint32_t shard)
    : topics_(placement->Topics(shard)), totals_(topics_.second - topics_.first, 0) {}

Status TotalsPart::Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) {
  Status outcome;
  const auto add = [&](TopicId topic, Count delta) {
    if (!outcome.ok()) return;
    if (topic < topics_.first) {
      outcome = Status::Failure("the total of topic " + std::to_string(topic) +
                                " belongs to another shard");
      return;
    }
    Count sum;
    Count& total = totals_[topic - topics_.first];
    if (__builtin_add_overflow(total, delta, &sum) || sum < 0) {
      outcome =
          Status::Failure("the total of topic " + std::to_string(topic) + ", " +
                          std::to_string(total) + ", would change by " + std::to_string(delta));
      return;
    }
    total = sum;
  };
  const std::int64_t found = ReadNumberBatch(payload, topics_.second, add);
  if (outcome.ok() && found != header.num_items) return WrongItems(header, found);
  return outcome;
}

std::vector<AnswerBatch> TotalsPart::Encode(std::uint32_t, BufferPool* pool) {
  BatchList<NumberBatchWriter> list(pool);
  for (TopicId topic = topics_.first; topic < topics_.second; ++topic) {
    const Count total = totals_[topic - topics_.first];
    if (total == 0) continue;
    list.Fill([&](NumberBatchWriter* writer) { return writer->Add(topic, total); });
  }
  return std::move(list).Finish();
}

}  // namespace lightlda
