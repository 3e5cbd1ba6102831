// The words of a block's tokens by position.
#ifndef LIGHTLDA_CORPUS_BLOCK_WORDS_H_
#define LIGHTLDA_CORPUS_BLOCK_WORDS_H_

#include <cstddef>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/types.h"

namespace lightlda {

// [num_tokens]: the word of every position.
inline std::vector<WordId> WordsByPosition(const Block& block) {
  std::vector<WordId> words;
  words.reserve(block.num_tokens());
  for (std::size_t word = 0; word + 1 < block.word_offsets.size(); ++word) {
    words.resize(block.word_offsets[word + 1], static_cast<WordId>(word));
  }
  return words;
}

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BLOCK_WORDS_H_
