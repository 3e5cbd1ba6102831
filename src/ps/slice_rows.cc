// Indexing and unpacking of pulled rows and totals.
#include "ps/slice_rows.h"

#include <algorithm>
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
  rows.parts_.resize(placement->slice_size(rows.pulled_.slice));
  for (std::uint32_t shard = 0; shard < rows.pulled_.shards.size(); ++shard) {
    std::uint32_t last_offset = static_cast<std::uint32_t>(rows.parts_.size());  // none
    for (const AnswerBatch& batch : rows.pulled_.shards[shard]) {
      LIGHTLDA_RETURN_IF_ERROR(rows.Index(shard, batch, &last_offset));
    }
  }
  return rows;
}

Status SliceRows::Index(std::uint32_t shard, const AnswerBatch& batch, std::uint32_t* last_offset) {
  RowBatchReader reader(batch.payload.bytes);
  const auto size = static_cast<std::uint32_t>(parts_.size());
  const WordId begin = placement_->slice_begin(pulled_.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> packed;
  while (reader.Next(size, &offset, &packed)) {
    if (placement_->Owner(begin + offset) != shard) {
      return MalformedAnswer(shard, "a row of word " + std::to_string(begin + offset) +
                                        ", which belongs to shard " +
                                        std::to_string(placement_->Owner(begin + offset)));
    }
    const auto slack = std::min<std::size_t>(reader.slack(), kRowSlack);
    const Part part = {packed.data(), static_cast<std::uint32_t>(packed.size()),
                       static_cast<std::uint16_t>(slack)};
    if (parts_[offset].bytes == nullptr) {
      parts_[offset] = part;
    } else if (offset == *last_offset) {
      parts_[offset].continued = true;
      more_[offset].push_back(part);
    } else {
      return MalformedAnswer(shard, "word " + std::to_string(begin + offset) + " comes again");
    }
    *last_offset = offset;
  }
  if (!reader.ok() || reader.num_rows() != batch.num_items) {
    return MalformedAnswer(
        shard, "expected " + std::to_string(batch.num_items) + " rows, found " +
                   (reader.ok() ? std::to_string(reader.num_rows()) : "malformed bytes"));
  }
  return {};
}

bool SliceRows::Unpack(const Part& part, std::vector<TopicCount>* row) const {
  return UnpackRow({part.bytes, part.size}, placement_->num_topics(), row, part.slack);
}

Status SliceRows::Get(WordId word, std::vector<TopicCount>* row) const {
  const std::uint32_t offset = word - placement_->slice_begin(pulled_.slice);
  const Part& first = parts_[offset];
  if (!Unpack(first, row)) {
    return MalformedAnswer(placement_->Owner(word), "row of word " + std::to_string(word));
  }
  if (!first.continued) return {};
  std::vector<TopicCount> entries;
  for (const Part& part : more_.at(offset)) {
    const bool valid = Unpack(part, &entries) && !row->empty() && !entries.empty() &&
                       entries.front().topic > row->back().topic;
    if (!valid) {
      return MalformedAnswer(placement_->Owner(word),
                             "parts of the row of word " + std::to_string(word));
    }
    row->insert(row->end(), entries.begin(), entries.end());
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
