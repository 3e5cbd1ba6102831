// Ingest: the consumer of the reading pipeline. Documents go to the spill, words to RawWords.
#ifndef LIGHTLDA_INGEST_INGEST_H_
#define LIGHTLDA_INGEST_INGEST_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/holdout.h"
#include "ingest/parsed_chunk.h"
#include "ingest/raw_words.h"
#include "ingest/repeated_names.h"
#include "ingest/spill.h"
#include "ingest/uci_assembler.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

// Takes the chunks in input order. Not thread-safe.
class Ingest {
 public:
  // given_words: the size of a given vocabulary, which uci headers must agree with; 0: none.
  // `spill` must outlive this.
  Ingest(InputFormat format, OnBadLine on_bad_line, std::size_t given_words, Holdout holdout,
         SpillWriter* spill)
      : format_(format),
        holdout_(holdout),
        spill_(spill),
        uci_(
            on_bad_line, given_words,
            [this](std::string_view name, std::span<const BagEntry> entries) {
              return AddBag(name, entries);
            },
            &skipped_lines_) {}
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  // A document that is in the corpus already has this name.
  void AddKnownName(std::string_view name) { names_.AddKnown(name); }
  // Errors: the chunk's own; those of UciAssembler; kCannotWrite.
  Status Add(ParsedChunk* chunk);

  // All that were read, and those of them that are held out.
  Count num_documents() const { return spill_->num_documents(); }
  Count num_held_out() const { return num_held_out_; }
  // Of documents that are not held out, but for the ids: all words have one.
  RawWords& words() { return words_; }
  const RawWords& words() const { return words_; }
  // Tokens of the held-out documents by raw word id, [at most words().size()].
  std::span<const Count> held_out_tokens() const { return held_out_tokens_; }
  const ReasonCounts& dropped_tokens() const { return dropped_tokens_; }
  const ReasonCounts& skipped_lines() const { return skipped_lines_; }
  const ReasonCounts& stripped() const { return stripped_; }
  const SkippedFiles& skipped_files() const { return skipped_files_; }
  std::uint64_t text_bytes() const { return text_bytes_; }
  // Names of documents that others before them have, and those with control characters.
  const RepeatedNames& names() const { return names_; }
  Count num_mended_names() const { return num_mended_names_; }
  // By field of the metadata; empty: none.
  const std::vector<Count>& bad_metadata() const { return bad_metadata_; }

 private:
  Status AddTexts(ParsedChunk* chunk);
  Status AddBags(const ParsedChunk& chunk);
  Status AddBag(std::string_view name, std::span<const BagEntry> entries);
  std::vector<Count> TakeHeldOut(ParsedChunk* chunk);
  void CountHeldOut(std::uint32_t raw_id, Count tokens);

  InputFormat format_;
  Holdout holdout_;
  Count num_held_out_ = 0;
  std::vector<Count> held_out_tokens_;
  SpillWriter* spill_;
  RawWords words_;
  ReasonCounts dropped_tokens_;
  ReasonCounts skipped_lines_;
  ReasonCounts stripped_;
  SkippedFiles skipped_files_;
  std::uint64_t text_bytes_ = 0;
  std::vector<Count> bad_metadata_;
  RepeatedNames names_;
  Count num_mended_names_ = 0;
  UciAssembler uci_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_INGEST_H_
