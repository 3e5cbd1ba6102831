// Puts the entries of uci files together to documents.
//
// A uci file has one line per document and word, sorted by document. A document's lines may lie in
// several chunks, and documents without words have none.
#ifndef LIGHTLDA_INGEST_UCI_ASSEMBLER_H_
#define LIGHTLDA_INGEST_UCI_ASSEMBLER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

// Takes the chunks of one or more files in input order. Not thread-safe.
class UciAssembler {
 public:
  // Takes a document, words ascending. Documents come in order, with the empty ones.
  using Sink = std::function<Status(std::string_view name, std::span<const BagEntry> entries)>;

  // given_words: the size of a given vocabulary, which headers must agree with; 0: none.
  // skipped_lines: counts bad lines by reason, unless on_bad_line is to fail; must outlive this.
  UciAssembler(OnBadLine on_bad_line, std::size_t given_words, Sink sink,
               ReasonCounts* skipped_lines)
      : on_bad_line_(on_bad_line),
        given_words_(given_words),
        sink_(std::move(sink)),
        skipped_lines_(skipped_lines) {}

  // Adds the entries of a chunk; the last chunk of a file ends its last document. Errors: the
  // chunk's own and the sink's; kBadInput for what only shows across lines: documents out of order,
  // a word twice, another number of entries than the header says, another vocabulary.
  Status Add(const ParsedChunk& chunk);

 private:
  Status AddEntry(const InputInfo& input, const UciEntry& entry);
  Status EndDocument(const InputInfo& input);
  Status EndInput(const InputInfo& input);
  Status DropRepeatedWords(const InputInfo& input);
  // Counts a bad line, or fails with it.
  Status Refuse(const InputInfo& input, std::uint64_t line, std::string_view reason,
                const std::string& detail);

  OnBadLine on_bad_line_;
  std::size_t given_words_;
  Sink sink_;
  ReasonCounts* skipped_lines_;

  // The open document; all before it are with the sink.
  std::uint64_t document_ = 0;
  std::vector<UciEntry> entries_;
  std::vector<BagEntry> bag_;    // reused
  std::uint64_t num_lines_ = 0;  // of the open file
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_UCI_ASSEMBLER_H_
