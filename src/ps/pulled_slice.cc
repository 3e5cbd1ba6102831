// Indexing and unpacking of pulled rows and numbers.
#include "ps/pulled_slice.h"

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

Result<SliceRows> SliceRows::Make(const TableLayout* layout, PulledSlice pulled) {
  SliceRows rows;
  rows.layout_ = layout;
  rows.pulled_ = std::move(pulled);
  rows.parts_.resize(layout->slice_size(rows.pulled_.slice));
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
  const std::uint32_t begin = layout_->slice_begin(pulled_.slice);
  std::uint32_t offset;
  std::span<const std::uint8_t> packed;
  while (reader.Next(size, &offset, &packed)) {
    const std::uint32_t owner = layout_->OwnerOf(pulled_.slice, begin + offset);
    if (owner != shard) {
      return MalformedAnswer(shard, "row " + std::to_string(begin + offset) +
                                        ", which belongs to shard " + std::to_string(owner));
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
      return MalformedAnswer(shard, "row " + std::to_string(begin + offset) + " comes again");
    }
    *last_offset = offset;
  }
  if (!reader.ok() || reader.num_items() != batch.num_items) {
    return MalformedAnswer(
        shard, "expected " + std::to_string(batch.num_items) + " rows, found " +
                   (reader.ok() ? std::to_string(reader.num_items()) : "malformed bytes"));
  }
  return {};
}

bool SliceRows::Unpack(const Part& part, std::vector<TopicCount>* entries) const {
  return UnpackRow({part.bytes, part.size}, layout_->num_topics(), entries, part.slack);
}

Status SliceRows::Malformed(std::uint32_t row, const char* what) const {
  return MalformedAnswer(layout_->OwnerOf(pulled_.slice, row), what + std::to_string(row));
}

Status SliceRows::Get(std::uint32_t row, std::vector<TopicCount>* entries) const {
  const std::uint32_t offset = row - layout_->slice_begin(pulled_.slice);
  const Part& first = parts_[offset];
  if (!Unpack(first, entries)) return Malformed(row, "row ");
  if (!first.continued) return {};
  std::vector<TopicCount> next;
  for (const Part& part : more_.at(offset)) {
    const bool valid = Unpack(part, &next) && !entries->empty() && !next.empty() &&
                       next.front().topic > entries->back().topic;
    if (!valid) return Malformed(row, "parts of row ");
    entries->insert(entries->end(), next.begin(), next.end());
  }
  return {};
}

Status ReadNumbers(const TableLayout& layout, const PulledSlice& pulled,
                   std::vector<Count>* numbers) {
  numbers->assign(layout.slice_size(pulled.slice), 0);
  const bool has_sign = layout.spec().update == Update::kAddSigned;
  for (std::uint32_t shard = 0; shard < pulled.shards.size(); ++shard) {
    const std::uint32_t begin =
        layout.ItemAt(shard, pulled.slice, 0) - layout.slice_begin(pulled.slice);
    const std::uint32_t end = begin + layout.NumItems(shard, pulled.slice);
    for (const AnswerBatch& batch : pulled.shards[shard]) {
      bool valid = true;
      const std::int64_t found =
          ReadNumberBatch(batch.payload.bytes, end, [&](std::uint32_t offset, Count value) {
            valid = valid && offset >= begin && (value > 0 || has_sign) && (*numbers)[offset] == 0;
            (*numbers)[offset] = value;
          });
      if (!valid || found != batch.num_items) {
        return MalformedAnswer(shard, "malformed numbers of " + layout.spec().name);
      }
    }
  }
  return {};
}

}  // namespace lightlda
