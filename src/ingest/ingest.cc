#include "ingest/ingest.h"

#include <algorithm>
#include <string>

#include "ingest/bag_parser.h"

namespace lightlda {
Status Ingest::Add(ParsedChunk* chunk) {
  text_bytes_ = chunk->text_bytes;
  for (const auto& [reason, count] : chunk->dropped_tokens) {
    AddReason(&dropped_tokens_, reason, count);
  }
  for (const auto& [reason, count] : chunk->skipped_lines) {
    AddReason(&skipped_lines_, reason, count);
  }
  switch (format_) {
    case InputFormat::kUci:
      return AddUci(*chunk);
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
  std::size_t start = 0;
  for (std::size_t d = 0; d < chunk.sizes.size(); ++d) {
    LIGHTLDA_RETURN_IF_ERROR(
        spill_->AddText(chunk.names[d], tokens.subspan(start, chunk.sizes[d]), raw_ids));
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

Status Ingest::Refuse(const InputInfo& input, std::uint64_t line, std::string_view reason,
                      const std::string& detail) {
  if (on_bad_line_ == OnBadLine::kFail) {
    return Status::BadInput(input.name + ":" + std::to_string(line) + ": " + detail);
  }
  AddReason(&skipped_lines_, reason, 1);
  return {};
}

Status Ingest::AddUci(const ParsedChunk& chunk) {
  const UciHeader& header = chunk.input->uci;
  if (given_words_ != 0 && header.num_words != given_words_) {
    return Status::BadInput(chunk.input->name + ":2: the header says " +
                            std::to_string(header.num_words) + " words, the given vocabulary has " +
                            std::to_string(given_words_));
  }
  num_uci_lines_ += static_cast<std::uint64_t>(chunk.num_uci_lines);
  for (const UciEntry& entry : chunk.uci_entries) {
    LIGHTLDA_RETURN_IF_ERROR(AddUciEntry(*chunk.input, entry));
  }
  LIGHTLDA_RETURN_IF_ERROR(chunk.error);
  return chunk.last ? EndUciInput(*chunk.input) : Status();
}

Status Ingest::AddUciEntry(const InputInfo& input, const UciEntry& entry) {
  const bool beyond = entry.line > input.uci.num_entries + kUciHeaderLines;
  if (beyond && on_bad_line_ == OnBadLine::kFail) {
    return Status::BadInput(input.name + ":" + std::to_string(entry.line) +
                            ": expected the end of the file: the header says " +
                            std::to_string(input.uci.num_entries) + " entries, found more");
  }
  if (entry.document < uci_document_) {
    return Refuse(input, entry.line, "document out of order",
                  "document id " + std::to_string(entry.document + 1) + " after " +
                      std::to_string(uci_document_ + 1) +
                      ": expected the entries sorted by document");
  }
  while (uci_document_ < entry.document) LIGHTLDA_RETURN_IF_ERROR(EndUciDocument(input));
  uci_entries_.push_back(entry);
  return {};
}

// Sorts the open document by word; of entries for one word the first in the file stays.
Status Ingest::DropRepeatedWords(const InputInfo& input) {
  const auto by_word = [](const UciEntry& a, const UciEntry& b) {
    return a.entry.word < b.entry.word;
  };
  if (!std::ranges::is_sorted(uci_entries_, by_word)) {
    std::stable_sort(uci_entries_.begin(), uci_entries_.end(), by_word);
  }
  std::vector<UciEntry> repeated;
  std::vector<UciEntry> kept;
  for (const UciEntry& entry : uci_entries_) {
    const bool again = !kept.empty() && kept.back().entry.word == entry.entry.word;
    (again ? repeated : kept).push_back(entry);
  }
  if (repeated.empty()) return {};
  std::ranges::sort(repeated, {}, &UciEntry::line);
  for (const UciEntry& entry : repeated) {
    LIGHTLDA_RETURN_IF_ERROR(Refuse(input, entry.line, "duplicate word id",
                                    "word id " + std::to_string(entry.entry.word + 1) +
                                        " occurs twice in document " +
                                        std::to_string(entry.document + 1)));
  }
  uci_entries_ = std::move(kept);
  return {};
}

Status Ingest::EndUciDocument(const InputInfo& input) {
  LIGHTLDA_RETURN_IF_ERROR(DropRepeatedWords(input));
  bag_.clear();
  for (const UciEntry& entry : uci_entries_) bag_.push_back(entry.entry);
  const std::string name = std::to_string(uci_document_ + 1);
  if (const auto error = CheckBag(bag_.data(), bag_.data() + bag_.size())) {
    return Status::BadInput(input.name + ": document " + name + ": " + error->detail);
  }
  uci_entries_.clear();
  ++uci_document_;
  return AddBag(input.name_prefix + name, bag_);
}

Status Ingest::EndUciInput(const InputInfo& input) {
  if (num_uci_lines_ != input.uci.num_entries) {
    return Status::BadInput(input.name + ": the header says " +
                            std::to_string(input.uci.num_entries) + " entries, found " +
                            std::to_string(num_uci_lines_));
  }
  while (uci_document_ < input.uci.num_documents) {
    LIGHTLDA_RETURN_IF_ERROR(EndUciDocument(input));
  }
  words_.Grow(input.uci.num_words);
  uci_document_ = 0;
  num_uci_lines_ = 0;
  return {};
}

}  // namespace lightlda
