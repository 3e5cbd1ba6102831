// Adding deltas to packed rows and to totals, with every number checked.
#include "ps/table_part.h"

#include <algorithm>
#include <limits>
#include <string>

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

// *sum = row + deltas.
Status AddDeltas(WordId word, const std::vector<TopicCount>& row,
                 const std::vector<TopicCount>& deltas, std::vector<TopicCount>* sum) {
  sum->clear();
  auto old = row.begin();
  for (const TopicCount& delta : deltas) {
    for (; old != row.end() && old->topic < delta.topic; ++old) sum->push_back(*old);
    std::int64_t value = EntryDelta(delta);
    if (old != row.end() && old->topic == delta.topic) value += (old++)->count;
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
      return OutOfRange(word, delta.topic, value);
    }
    if (value > 0) sum->push_back({delta.topic, static_cast<std::uint32_t>(value)});
  }
  sum->insert(sum->end(), old, row.end());
  return {};
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
    : placement_(placement),
      shard_(shard),
      table_(placement->Words(shard).size(), placement->num_topics()) {}

Status RowPart::ApplyRow(WordId word, std::span<const std::uint8_t> packed) {
  if (placement_->Owner(word) != shard_) {
    return Status::Failure("a row" + OfWord(word) + " belongs to shard " +
                           std::to_string(placement_->Owner(word)));
  }
  if (!UnpackRow(packed, placement_->num_topics(), &deltas_)) {
    return Status::Failure("malformed row" + OfWord(word));
  }
  const std::uint32_t local = placement_->LocalRow(word);
  table_.GetRow(local, &row_);
  LIGHTLDA_RETURN_IF_ERROR(AddDeltas(word, row_, deltas_, &sum_));
  table_.SetRow(local, sum_);
  return {};
}

Status RowPart::Apply(const MessageHeader& header, std::span<const std::uint8_t> payload) {
  RowBatchReader reader(payload);
  const WordId begin = placement_->slice_begin(header.slice);
  const std::uint32_t size = placement_->slice_size(header.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> packed;
  while (reader.Next(size, &offset, &packed)) {
    LIGHTLDA_RETURN_IF_ERROR(ApplyRow(begin + offset, packed));
  }
  if (!reader.ok()) return WrongItems(header, -1);
  return reader.num_rows() == header.num_items ? Status() : WrongItems(header, reader.num_rows());
}

std::vector<AnswerBatch> RowPart::Encode(std::uint32_t slice, BufferPool* pool) {
  BatchList<RowBatchWriter> list(pool);
  const WordId begin = placement_->slice_begin(slice);
  for (const WordId word : placement_->Words(shard_, slice)) {
    const std::uint32_t offset = word - begin;
    const std::uint32_t local = placement_->LocalRow(word);
    const std::span<const std::uint8_t> packed = table_.PackedRow(local);
    if (packed.empty()) continue;
    if (packed.size() + kMinBatchBytes / 2 <= pool->buffer_bytes()) {
      list.Fill([&](RowBatchWriter* writer) { return writer->Add(offset, packed); });
      continue;
    }
    table_.GetRow(local, &row_);
    ForEachPart(row_, pool->buffer_bytes(), [&](std::span<const TopicCount> part) {
      const std::vector<std::uint8_t> bytes = EncodeRow(part, placement_->num_topics());
      list.Fill([&](RowBatchWriter* writer) { return writer->Add(offset, bytes); });
    });
  }
  return std::move(list).Finish();
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
