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
  explicit ChunkParser(OnBadLine on_bad_line) : on_bad_line_(on_bad_line) {}
  virtual ~ChunkParser() = default;
  ChunkParser(const ChunkParser&) = delete;
  ChunkParser& operator=(const ChunkParser&) = delete;

  // Parses every line. A bad one ends the chunk with `output->error` or is counted and skipped.
  void Parse(SourceChunk* chunk, ParsedChunk* output);

 protected:
  // Adds what is in the line (without its end) to *output; after an error nothing of it.
  virtual std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                             const InputInfo& input, ParsedChunk* output) = 0;
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
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_PARSER_H_
