// Indexing and unpacking of pulled rows and totals.
#include "ps/slice_rows.h"

#include <string>
#include <utility>

#include "ps/number_batch.h"
#include "ps/row_batch.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

Status MalformedAnswer(std::uint32_t shard, const std::string& what) {
  return Status::Failure("answer of shard " + std::to_string(shard) + ": " + what);
}

}  // namespace

Result<SliceRows> SliceRows::Make(const Placement* placement, PulledSlice pulled) {
  SliceRows rows;
  rows.placement_ = placement;
  rows.pulled_ = std::move(pulled);
  rows.first_.assign(placement->slice_size(rows.pulled_.slice), kNone);
  std::vector<std::uint32_t> last(rows.first_.size(), kNone);
  for (std::uint32_t shard = 0; shard < rows.pulled_.shards.size(); ++shard) {
    for (const AnswerBatch& batch : rows.pulled_.shards[shard]) {
      LIGHTLDA_RETURN_IF_ERROR(rows.Index(shard, batch, &last));
    }
  }
  return rows;
}

Status SliceRows::Index(std::uint32_t shard, const AnswerBatch& batch,
                        std::vector<std::uint32_t>* last) {
  RowBatchReader reader(batch.payload.bytes);
  const auto size = static_cast<std::uint32_t>(first_.size());
  const WordId begin = placement_->slice_begin(pulled_.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> packed;
  while (reader.Next(size, &offset, &packed)) {
    if (placement_->Owner(begin + offset) != shard) {
      return MalformedAnswer(shard, "a row of word " + std::to_string(begin + offset) +
                                        ", which belongs to shard " +
                                        std::to_string(placement_->Owner(begin + offset)));
    }
    const auto part = static_cast<std::uint32_t>(parts_.size());
    parts_.push_back({packed});
    std::uint32_t& before = (*last)[offset];
    (before == kNone ? first_[offset] : parts_[before].next) = part;
    before = part;
  }
  if (!reader.ok() || reader.num_rows() != batch.num_items) {
    return MalformedAnswer(
        shard, "expected " + std::to_string(batch.num_items) + " rows, found " +
                   (reader.ok() ? std::to_string(reader.num_rows()) : "malformed bytes"));
  }
  return {};
}

Status SliceRows::Get(WordId word, std::vector<TopicCount>* row) const {
  row->clear();
  const std::uint32_t begin = placement_->slice_begin(pulled_.slice);
  bool first = true;
  std::vector<TopicCount> part;
  for (std::uint32_t i = first_[word - begin]; i != kNone; i = parts_[i].next) {
    std::vector<TopicCount>* const target = first ? row : &part;
    if (!UnpackRow(parts_[i].packed, placement_->num_topics(), target)) {
      return MalformedAnswer(placement_->Owner(word), "row of word " + std::to_string(word));
    }
    if (first) {
      first = false;
      continue;
    }
    if (!row->empty() && !part.empty() && part.front().topic <= row->back().topic) {
      return MalformedAnswer(placement_->Owner(word),
                             "overlapping parts of the row of word " + std::to_string(word));
    }
    row->insert(row->end(), part.begin(), part.end());
  }
  return {};
}

Status ReadTotals(const Placement& placement, const PulledSlice& pulled,
                  std::vector<Count>* totals) {
  totals->assign(placement.num_topics(), 0);
  for (std::uint32_t shard = 0; shard < pulled.shards.size(); ++shard) {
    const auto [begin, end] = placement.Topics(shard);
    for (const AnswerBatch& batch : pulled.shards[shard]) {
      bool valid = true;
      const std::int64_t found =
          ReadNumberBatch(batch.payload.bytes, end, [&](TopicId topic, Count total) {
            valid = valid && topic >= begin && total > 0 && (*totals)[topic] == 0;
            (*totals)[topic] = total;
          });
      if (!valid || found != batch.num_items) {
        return MalformedAnswer(shard, "malformed topic totals");
      }
    }
  }
  return {};
}

}  // namespace lightlda
