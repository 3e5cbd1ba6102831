// Chunks of the inputs, parsed by several threads, to one consumer in input order: how corpora are
// made and how new documents are read.
#ifndef LIGHTLDA_INGEST_CHUNK_READER_H_
#define LIGHTLDA_INGEST_CHUNK_READER_H_

#include <cstdint>
#include <functional>

#include "ingest/chunk_source.h"
#include "ingest/parsed_chunk.h"
#include "ingest/text_parser.h"
#include "lightlda/status.h"

namespace lightlda {

struct ChunkReaderOptions {
  TextParserOptions parser;     // format and on_bad_line of all formats, the rest of text and jsonl
  std::uint64_t max_words = 0;  // bags of words: ids are below it (uci has the bound in its header)
  int num_threads = 0;          // 0: one per core
};

// Calls consume, from the calling thread, until the end or the first failure: of the consumer at
// once, of the source after everything before it was consumed. A chunk's own failure is its
// `error`. Errors: those of NewTextParser, ChunkSource::Next and the consumer; kOutOfMemory.
// REQUIRES: parser.format is the source's.
Status ReadChunks(ChunkSource* source, const ChunkReaderOptions& options,
                  const std::function<Status(ParsedChunk*)>& consume);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_READER_H_
