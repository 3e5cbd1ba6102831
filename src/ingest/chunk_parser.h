// ChunkParser: a worker of the reading pipeline, chunks of lines in, documents out.
#ifndef LIGHTLDA_INGEST_CHUNK_PARSER_H_
#define LIGHTLDA_INGEST_CHUNK_PARSER_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/parse_number.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/preprocess.h"
#include "lightlda/types.h"

namespace lightlda {

// Not thread-safe: one per thread.
class ChunkParser {
 public:
  // on_bad_file: files of directories are skipped if one of the two says so.
  explicit ChunkParser(OnBadLine on_bad_line, OnBadLine on_bad_file = OnBadLine::kFail)
      : on_bad_line_(on_bad_line), on_bad_file_(on_bad_file) {}
  virtual ~ChunkParser() = default;
  ChunkParser(const ChunkParser&) = delete;
  ChunkParser& operator=(const ChunkParser&) = delete;

  // Parses every line. A bad one ends the chunk with `output->error` or is counted and skipped.
  virtual void Parse(SourceChunk* chunk, ParsedChunk* output);

 protected:
  // Adds what is in the line (without its end) to *output; after an error nothing of it.
  virtual std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                             const InputInfo& input, ParsedChunk* output) = 0;
  // Likewise a record of a format whose records are not lines.
  virtual std::optional<LineError> ParseRecord(const Record& record, const InputInfo& input,
                                               ParsedChunk* output) {
    return ParseLine(record.number, record.text, input, output);
  }
  // Called before and after the lines of a chunk.
  virtual void BeginChunk(SourceChunk*) {}
  virtual Status EndChunk(ParsedChunk*) { return {}; }
  // Adds a document that is a whole file of its own. Formats other than text have none.
  virtual std::optional<LineError> ParseFile(const SourceChunk&, ParsedChunk*) {
    return std::nullopt;
  }

 private:
  Status ParseLines(const SourceChunk& chunk, ParsedChunk* output);

  OnBadLine on_bad_line_;
  OnBadLine on_bad_file_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_PARSER_H_
