// ChunkWordTable: numbers the words of a chunk of text.
#ifndef LIGHTLDA_INGEST_CHUNK_WORDS_H_
#define LIGHTLDA_INGEST_CHUNK_WORDS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "ingest/raw_words.h"
#include "text/text_pipeline.h"

namespace lightlda {

// Remembers what word the pipeline makes of each distinct surface form, so that a form is looked up
// and stemmed once per chunk. Not thread-safe.
class ChunkWordTable {
 public:
  // `pipeline` must outlive the table.
  explicit ChunkWordTable(TextPipeline* pipeline) : pipeline_(pipeline) {}

  // Counts a token and appends its chunk-local id to *tokens, unless it is a stop word.
  void Add(std::string_view surface, std::vector<std::uint32_t>* tokens);
  // All tokens added since the last call are a document.
  void EndDocument() { ++document_; }

  // Hands over the words of the chunk and starts anew.
  ChunkWords Take();

 private:
  static constexpr std::uint32_t kStopWord = std::uint32_t{1} << 31;  // set in ids of stop words

  std::uint32_t NewSurface(std::string_view surface);
  std::uint32_t NewWord(std::string_view word);

  TextPipeline* pipeline_;
  WordMap<std::uint32_t> surfaces_;
  WordMap<std::uint32_t> stems_;  // unused where the pipeline keeps surfaces
  ChunkWords words_;
  std::uint32_t document_ = 1;
  std::vector<std::uint32_t> last_document_;  // by chunk-local id
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_WORDS_H_
