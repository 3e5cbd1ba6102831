#include "ingest/ingest.h"

#include <algorithm>

namespace lightlda {

Status Ingest::Add(ParsedChunk* chunk) {
  text_bytes_ = chunk->text_bytes;
  for (const auto& [reason, count] : chunk->dropped_tokens) {
    AddReason(&dropped_tokens_, reason, count);
  }
  for (const auto& [reason, count] : chunk->skipped_lines) {
    AddReason(&skipped_lines_, reason, count);
  }
  bad_metadata_.resize(std::max(bad_metadata_.size(), chunk->bad_metadata.size()));
  for (std::size_t f = 0; f < chunk->bad_metadata.size(); ++f) {
    bad_metadata_[f] += chunk->bad_metadata[f];
  }
  switch (format_) {
    case InputFormat::kUci:
      LIGHTLDA_RETURN_IF_ERROR(uci_.Add(*chunk));
      if (chunk->last) words_.Grow(chunk->input->uci.num_words);
      return {};
    case InputFormat::kLdac:
    case InputFormat::kLibsvm:
      return AddBags(*chunk);
    default:
      return AddTexts(*chunk);
  }
}

Status Ingest::AddTexts(const ParsedChunk& chunk) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto raw_ids, words_.AddChunk(chunk.words));
  const std::span<const std::uint32_t> tokens(chunk.tokens);
  const std::span<const MetadataValue> metadata(chunk.metadata);
  const std::size_t num_fields = metadata.empty() ? 0 : metadata.size() / chunk.sizes.size();
  std::size_t start = 0;
  for (std::size_t d = 0; d < chunk.sizes.size(); ++d) {
    LIGHTLDA_RETURN_IF_ERROR(spill_->AddText(chunk.names[d], tokens.subspan(start, chunk.sizes[d]),
                                             raw_ids,
                                             metadata.subspan(d * num_fields, num_fields)));
    start += chunk.sizes[d];
  }
  return chunk.error;
}

Status Ingest::AddBags(const ParsedChunk& chunk) {
  const std::span<const BagEntry> entries(chunk.entries);
  std::size_t start = 0;
  for (std::size_t d = 0; d < chunk.sizes.size(); ++d) {
    LIGHTLDA_RETURN_IF_ERROR(AddBag(chunk.names[d], entries.subspan(start, chunk.sizes[d])));
    start += chunk.sizes[d];
  }
  return chunk.error;
}

Status Ingest::AddBag(std::string_view name, std::span<const BagEntry> entries) {
  for (const BagEntry& entry : entries) words_.AddEntry(entry);
  return spill_->AddBag(name, entries);
}

}  // namespace lightlda
