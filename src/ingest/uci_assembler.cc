#include "ingest/uci_assembler.h"

#include <algorithm>

#include "ingest/bag_parser.h"

namespace lightlda {

Status UciAssembler::Refuse(const InputInfo& input, std::uint64_t line, std::string_view reason,
                            const std::string& detail) {
  if (on_bad_line_ == OnBadLine::kFail) {
    return Status::BadInput(input.name + ":" + std::to_string(line) + ": " + detail);
  }
  AddReason(skipped_lines_, reason, 1);
  return {};
}

Status UciAssembler::Add(const ParsedChunk& chunk) {
  const UciHeader& header = chunk.input->uci;
  if (given_words_ != 0 && header.num_words != given_words_) {
    return Status::BadInput(chunk.input->name + ":2: the header says " +
                            std::to_string(header.num_words) + " words, the given vocabulary has " +
                            std::to_string(given_words_));
  }
  num_lines_ += static_cast<std::uint64_t>(chunk.num_uci_lines);
  for (const UciEntry& entry : chunk.uci_entries) {
    LIGHTLDA_RETURN_IF_ERROR(AddEntry(*chunk.input, entry));
  }
  LIGHTLDA_RETURN_IF_ERROR(chunk.error);
  return chunk.last ? EndInput(*chunk.input) : Status();
}

Status UciAssembler::AddEntry(const InputInfo& input, const UciEntry& entry) {
  const bool beyond = entry.line > input.uci.num_entries + kUciHeaderLines;
  if (beyond && on_bad_line_ == OnBadLine::kFail) {
    return Status::BadInput(input.name + ":" + std::to_string(entry.line) +
                            ": expected the end of the file: the header says " +
                            std::to_string(input.uci.num_entries) + " entries, found more");
  }
  if (entry.document < document_) {
    return Refuse(input, entry.line, "document out of order",
                  "document id " + std::to_string(entry.document + 1) + " after " +
                      std::to_string(document_ + 1) + ": expected the entries sorted by document");
  }
  while (document_ < entry.document) LIGHTLDA_RETURN_IF_ERROR(EndDocument(input));
  entries_.push_back(entry);
  return {};
}

// Sorts the open document by word; of entries for one word the first in the file stays.
Status UciAssembler::DropRepeatedWords(const InputInfo& input) {
  const auto by_word = [](const UciEntry& a, const UciEntry& b) {
    return a.entry.word < b.entry.word;
  };
  if (!std::ranges::is_sorted(entries_, by_word)) {
    std::stable_sort(entries_.begin(), entries_.end(), by_word);
  }
  std::vector<UciEntry> repeated;
  std::vector<UciEntry> kept;
  for (const UciEntry& entry : entries_) {
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
  entries_ = std::move(kept);
  return {};
}

Status UciAssembler::EndDocument(const InputInfo& input) {
  LIGHTLDA_RETURN_IF_ERROR(DropRepeatedWords(input));
  bag_.clear();
  for (const UciEntry& entry : entries_) bag_.push_back(entry.entry);
  const std::string name = std::to_string(document_ + 1);
  if (const auto error = CheckBag(bag_.data(), bag_.data() + bag_.size())) {
    return Status::BadInput(input.name + ": document " + name + ": " + error->detail);
  }
  entries_.clear();
  ++document_;
  return sink_(input.name_prefix + name, bag_);
}

Status UciAssembler::EndInput(const InputInfo& input) {
  if (num_lines_ != input.uci.num_entries) {
    return Status::BadInput(input.name + ": the header says " +
                            std::to_string(input.uci.num_entries) + " entries, found " +
                            std::to_string(num_lines_));
  }
  while (document_ < input.uci.num_documents) {
    LIGHTLDA_RETURN_IF_ERROR(EndDocument(input));
  }
  document_ = 0;
  num_lines_ = 0;
  return {};
}

}  // namespace lightlda
