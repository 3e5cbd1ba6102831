// ChunkWordTable: numbers the words of a chunk of text.
#ifndef LIGHTLDA_INGEST_CHUNK_WORDS_H_
#define LIGHTLDA_INGEST_CHUNK_WORDS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "ingest/raw_words.h"
#include "text/stemmer.h"
#include "text/stopwords.h"

namespace lightlda {

// Stop words are told by their surface form; other words are stemmed. Each distinct surface form is
// looked up and stemmed once a chunk. Not thread-safe.
class ChunkWordTable {
 public:
  // Both must outlive the table. stopwords may be nullptr: none.
  ChunkWordTable(const StopwordSet* stopwords, Stemmer* stemmer)
      : stopwords_(stopwords), stemmer_(stemmer) {}

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

  const StopwordSet* stopwords_;
  Stemmer* stemmer_;
  WordMap<std::uint32_t> surfaces_;
  WordMap<std::uint32_t> stems_;  // unused without a stemmer: words are surfaces then
  ChunkWords words_;
  std::uint32_t document_ = 1;
  std::vector<std::uint32_t> last_document_;  // by chunk-local id
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_WORDS_H_
