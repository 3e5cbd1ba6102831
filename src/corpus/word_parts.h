// Words of more tokens than a count can hold, as several words.
//
// Training counts a word's tokens in a topic in 31 bits. A word of more tokens is split: it has
// several ids, its parts, all of one spelling. A document has one of them, by a keyed hash of its
// index, so each part is a random sample of the word's documents, and its topics come out alike.
#ifndef LIGHTLDA_CORPUS_WORD_PARTS_H_
#define LIGHTLDA_CORPUS_WORD_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// Tokens of one word id at most.
inline constexpr Count kMaxWordTokens = std::numeric_limits<std::int32_t>::max();

// Immutable; any number of threads may use it.
class WordParts {
 public:
  // frequencies: [num_words], tokens of each word. Parts are planned for half of max_tokens, so
  // that documents of different lengths do not make one of them too large.
  WordParts(std::span<const Count> frequencies, std::uint64_t seed,
            Count max_tokens = kMaxWordTokens);

  // Words and further parts. The first part of a word has the word's own id; the others follow
  // after the last word.
  std::size_t num_ids() const { return num_ids_; }
  // The id of `word` in `document`. REQUIRES: word < num_words.
  WordId Id(WordId word, DocId document) const {
    return splits_.empty() || num_parts_[word] == 1 ? word : PartId(word, document);
  }
  // Words that are split, ascending, and how many parts each has.
  struct Split {
    WordId word;
    std::uint32_t num_parts;
    WordId first_further;  // id of its second part
  };
  std::span<const Split> splits() const { return splits_; }

  // Appends the further parts' spellings to *words. REQUIRES: words: [num_words].
  void AppendSpellings(std::vector<std::string>* words) const;

 private:
  WordId PartId(WordId word, DocId document) const;

  std::uint64_t seed_;
  std::size_t num_ids_;
  std::vector<std::uint32_t> num_parts_;  // [num_words]
  std::vector<Split> splits_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_WORD_PARTS_H_
