#include "ingest/ingest.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lightlda {

Status Ingest::Add(ParsedChunk* chunk) {
  text_bytes_ = chunk->text_bytes;
  num_mended_names_ += chunk->num_mended_names;
  for (const auto& [reason, count] : chunk->dropped_tokens) {
    AddReason(&dropped_tokens_, reason, count);
  }
  for (const auto& [reason, count] : chunk->skipped_lines) {
    AddReason(&skipped_lines_, reason, count);
  }
  for (const auto& [what, count] : chunk->stripped) AddReason(&stripped_, what, count);
  skipped_files_.Add(std::move(chunk->skipped_files));
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
      return AddTexts(chunk);
  }
}

// Takes the tokens of held-out documents out of the chunk's counts. Returns them by chunk-local id.
std::vector<Count> Ingest::TakeHeldOut(ParsedChunk* chunk) {
  std::vector<Count> taken(chunk->words.words.size());
  std::vector<std::size_t> last_document(taken.size());  // 1 + the last one with the word
  auto token = chunk->tokens.begin();
  for (std::size_t d = 0; d < chunk->sizes.size(); ++d) {
    const auto end = token + chunk->sizes[d];
    if (!holdout_.Has(static_cast<DocId>(num_documents()) + d)) {
      token = end;
      continue;
    }
    ++num_held_out_;
    for (; token != end; ++token) {
      ++taken[*token];
      --chunk->words.tokens[*token];
      chunk->words.documents[*token] -= last_document[*token] != d + 1 ? 1 : 0;
      last_document[*token] = d + 1;
    }
  }
  return taken;
}

void Ingest::CountHeldOut(std::uint32_t raw_id, Count tokens) {
  if (held_out_tokens_.size() <= raw_id) held_out_tokens_.resize(words_.size());
  held_out_tokens_[raw_id] += tokens;
}

Status Ingest::AddTexts(ParsedChunk* chunk) {
  std::vector<Count> held_out;
  if (holdout_.fraction > 0) held_out = TakeHeldOut(chunk);
  LIGHTLDA_ASSIGN_OR_RETURN(const auto raw_ids, words_.AddChunk(chunk->words));
  for (std::size_t i = 0; i < held_out.size(); ++i) CountHeldOut(raw_ids[i], held_out[i]);
  const std::span<const std::uint32_t> tokens(chunk->tokens);
  const std::span<const MetadataValue> metadata(chunk->metadata);
  const std::size_t num_fields = metadata.empty() ? 0 : metadata.size() / chunk->sizes.size();
  std::size_t start = 0;
  for (std::size_t d = 0; d < chunk->sizes.size(); ++d) {
    std::optional<std::string_view> snippet;
    if (chunk->snippets.size() > 0) snippet = chunk->snippets[d];
    LIGHTLDA_RETURN_IF_ERROR(
        spill_->AddText(chunk->names[d], tokens.subspan(start, chunk->sizes[d]), raw_ids,
                        metadata.subspan(d * num_fields, num_fields), snippet));
    names_.Add(chunk->names[d]);
    start += chunk->sizes[d];
  }
  return chunk->error;
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
  const bool held_out = holdout_.Has(static_cast<DocId>(num_documents()));
  names_.Add(name);
  num_held_out_ += held_out ? 1 : 0;
  for (const BagEntry& entry : entries) {
    if (held_out) {
      words_.Grow(std::size_t{entry.word} + 1);
      CountHeldOut(entry.word, entry.count);
    } else {
      words_.AddEntry(entry);
    }
  }
  return spill_->AddBag(name, entries);
}

}  // namespace lightlda
