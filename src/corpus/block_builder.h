// Turns documents in input order into the arrays of a block.
#ifndef LIGHTLDA_CORPUS_BLOCK_BUILDER_H_
#define LIGHTLDA_CORPUS_BLOCK_BUILDER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "corpus/block_file.h"
#include "lightlda/corpus.h"
#include "lightlda/types.h"

namespace lightlda {

// Document i of the block has the words tokens[token_offsets[i]] up to tokens[token_offsets[i +
// 1]]. seed: of the documents' levels. REQUIRES: sizes as in `facts`; words below num_words;
// num_tokens <= kMaxBlockTokens.
BlockArrays BuildBlock(const BlockFacts& facts, std::uint64_t seed, std::span<const WordId> tokens,
                       std::span<const std::uint32_t> token_offsets);

// Adds the documents and tokens of `block` to those of their levels, making *levels as long as the
// deepest needs.
void CountLevels(const BlockArrays& block, std::vector<LevelInfo>* levels);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BLOCK_BUILDER_H_
