// ChunkWordTable: numbers the words of a chunk of text.
#ifndef LIGHTLDA_INGEST_CHUNK_WORDS_H_
#define LIGHTLDA_INGEST_CHUNK_WORDS_H_

#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "ingest/raw_words.h"
#include "ingest/word_pair.h"
#include "text/text_pipeline.h"

namespace lightlda {

// Remembers what word the pipeline makes of each distinct surface form, so that a form is looked up
// and stemmed once per chunk. Not thread-safe.
class ChunkWordTable {
 public:
  // `pipeline` must outlive the table.
  explicit ChunkWordTable(TextPipeline* pipeline)
      : pipeline_(pipeline), joins_(!pipeline->phrases().empty()) {}

  // Appends a token's chunk-local id to *tokens, unless it is a stop word.
  void Add(std::string_view surface, std::vector<std::uint32_t>* tokens);
  // All tokens added since the last call, from place `start` on, are a document. Joins its phrases.
  void EndDocument(std::size_t start, std::vector<std::uint32_t>* tokens);

  // Hands over the words of the chunk and starts anew.
  ChunkWords Take();

 private:
  static constexpr std::uint32_t kNoPhrase = 0xFFFFFFFF;
  static constexpr std::uint32_t kStopWord = std::uint32_t{1} << 31;  // set in ids of stop words

  std::uint32_t NewSurface(std::string_view surface);
  std::uint32_t NewWord(std::string_view word);
  std::uint32_t WordId(std::string_view word);
  // At the heart of reading: a call would cost some per cent.
  [[gnu::always_inline]] void Count(std::uint32_t id) {
    ++words_.tokens[id];
    if (last_document_[id] == document_) return;
    last_document_[id] = document_;
    ++words_.documents[id];
  }
  std::uint32_t PhraseId(std::uint32_t first, std::uint32_t second);

  TextPipeline* pipeline_;
  bool joins_;  // words are counted at the end of a document then
  WordMap<std::uint32_t> surfaces_;
  WordMap<std::uint32_t> ids_;  // of words; unused where these are the surfaces
  tsl::robin_map<WordPair, std::uint32_t, WordPairHash> phrases_;  // kNoPhrase: it is none
  std::vector<bool> begins_;                                       // a phrase, by chunk-local id
  ChunkWords words_;
  std::uint32_t document_ = 1;
  std::vector<std::uint32_t> last_document_;  // by chunk-local id
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_WORDS_H_
