// Ingest: the consumer of the reading pipeline. Documents go to the spill, words to RawWords.
#ifndef LIGHTLDA_INGEST_INGEST_H_
#define LIGHTLDA_INGEST_INGEST_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "ingest/raw_words.h"
#include "ingest/spill.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

// Takes the chunks in input order. Not thread-safe.
class Ingest {
 public:
  // given_words: the size of a given vocabulary, which uci headers must agree with; 0: none.
  // `spill` must outlive this.
  Ingest(InputFormat format, OnBadLine on_bad_line, std::size_t given_words, SpillWriter* spill)
      : format_(format), on_bad_line_(on_bad_line), given_words_(given_words), spill_(spill) {}

  // Errors: the chunk's own; kBadInput for what only shows across lines of a uci file (documents
  // out of order, a word twice, another number of entries than announced); kCannotWrite.
  Status Add(ParsedChunk* chunk);

  Count num_documents() const { return spill_->num_documents(); }
  RawWords& words() { return words_; }
  const ReasonCounts& dropped_tokens() const { return dropped_tokens_; }
  const ReasonCounts& skipped_lines() const { return skipped_lines_; }
  std::uint64_t text_bytes() const { return text_bytes_; }

 private:
  Status AddTexts(const ParsedChunk& chunk);
  Status AddBags(const ParsedChunk& chunk);
  Status AddUci(const ParsedChunk& chunk);
  Status AddUciEntry(const InputInfo& input, const UciEntry& entry);
  Status EndUciDocument(const InputInfo& input);
  Status EndUciInput(const InputInfo& input);
  Status DropRepeatedWords(const InputInfo& input);
  // Counts a bad line, or fails with it.
  Status Refuse(const InputInfo& input, std::uint64_t line, std::string_view reason,
                const std::string& detail);
  Status AddBag(std::string_view name, std::span<const BagEntry> entries);

  InputFormat format_;
  OnBadLine on_bad_line_;
  std::size_t given_words_;
  SpillWriter* spill_;
  RawWords words_;
  ReasonCounts dropped_tokens_;
  ReasonCounts skipped_lines_;
  std::uint64_t text_bytes_ = 0;

  // The open document of a uci file; all before it are in the spill.
  std::uint64_t uci_document_ = 0;
  std::vector<UciEntry> uci_entries_;
  std::vector<BagEntry> bag_;        // reused
  std::uint64_t num_uci_lines_ = 0;  // of the open file
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_INGEST_H_
