// Statistics of the words of the inputs before any is dropped.
#ifndef LIGHTLDA_INGEST_RAW_WORDS_H_
#define LIGHTLDA_INGEST_RAW_WORDS_H_

#include <tsl/robin_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

struct WordHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view word) const { return Checksum(word); }
};
template <typename Value>
using WordMap = tsl::robin_map<std::string, Value, WordHash, std::equal_to<>,
                               std::allocator<std::pair<std::string, Value>>, /*StoreHash=*/true>;

// Numbers of tokens and documents by raw word id. Raw ids are, for text, given in order of first
// occurrence; for bags of words they are the ids of the input, from 0. Not thread-safe.
class RawWords {
 public:
  // Text: adds the words of a chunk. Returns their raw ids, [words.words.size()]. Errors: kFailure
  // for more than 2^32 - 1 distinct words.
  Result<std::vector<std::uint32_t>> AddChunk(const ChunkWords& words);

  // Text: adds a word with its counts, to those that it has if it is there. Returns its raw id.
  // REQUIRES: size() < 2^32 - 1.
  std::uint32_t AddWord(std::string_view word, Count tokens, Count documents);
  void AddStopWord(std::string_view word, Count tokens);
  // Text: all words by id, each once, with their counts, [names.size()], in the place of those that
  // it has. They cannot be looked up. REQUIRES: no word is added after it.
  void SetWords(std::vector<std::string> names, std::vector<Count> tokens,
                std::vector<Count> documents);

  // Bags of words: adds one document's entry.
  void AddEntry(const BagEntry& entry) {
    if (entry.word >= tokens_.size()) Grow(std::size_t{entry.word} + 1);
    tokens_[entry.word] += entry.count;
    ++documents_[entry.word];
  }
  // Bags of words: there are at least `num_words` words.
  void Grow(std::size_t num_words);

  std::size_t size() const { return tokens_.size(); }
  const std::vector<Count>& tokens() const { return tokens_; }        // [size]
  const std::vector<Count>& documents() const { return documents_; }  // [size]
  // Text: the words by raw id, [size]. Valid as long as no chunk is added, and it is not moved.
  std::vector<std::string_view> Words() const;
  // Text: the raw id of a word that is there.
  std::optional<std::uint32_t> Find(std::string_view word) const {
    const auto found = ids_.find(word);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }

  // Text: the stop words that were dropped, of which TakeDropped takes another's.
  Count num_stop_words() const { return static_cast<Count>(stop_words_.size()); }
  Count num_stop_tokens() const { return num_stop_tokens_; }
  const WordMap<Count>& stop_words() const { return stop_words_; }  // tokens of each
  // Text: words that were too short, with their tokens.
  const WordMap<Count>& short_words() const { return short_words_; }
  void TakeDropped(const RawWords& other) {
    stop_words_ = other.stop_words_;
    num_stop_tokens_ = other.num_stop_tokens_;
    short_words_ = other.short_words_;
  }

 private:
  WordMap<std::uint32_t> ids_;
  std::vector<std::string> names_;  // of SetWords
  std::vector<Count> tokens_;
  std::vector<Count> documents_;
  WordMap<Count> stop_words_;
  WordMap<Count> short_words_;
  Count num_stop_tokens_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_RAW_WORDS_H_
