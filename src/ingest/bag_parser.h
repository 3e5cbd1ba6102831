// Parsers of the bag-of-words formats uci, ldac and libsvm.
#ifndef LIGHTLDA_INGEST_BAG_PARSER_H_
#define LIGHTLDA_INGEST_BAG_PARSER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "ingest/chunk_parser.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

// Sorts a document's entries by word. An error if a word occurs twice, or if there are more tokens
// than a block can hold.
std::optional<LineError> CheckBag(BagEntry* begin, BagEntry* end);

// Lines 1 to 3 of a uci file: documents, words, entries. Errors: kBadInput "NAME:LINE: ...".
Result<UciHeader> ParseUciHeader(const LineChunk& first, const std::string& name);

// max_words: ids of words are below it (uci has the bound in its header).
// REQUIRES: format is kUci, kLdac or kLibsvm.
std::unique_ptr<ChunkParser> NewBagParser(InputFormat format, OnBadLine on_bad_line,
                                          std::uint64_t max_words);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_BAG_PARSER_H_
