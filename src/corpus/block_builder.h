// Turns documents in input order into the arrays of a block.
#ifndef LIGHTLDA_CORPUS_BLOCK_BUILDER_H_
#define LIGHTLDA_CORPUS_BLOCK_BUILDER_H_

#include <cstdint>
#include <span>

#include "corpus/block_file.h"
#include "corpus/document_shuffle.h"
#include "lightlda/types.h"

namespace lightlda {

// Document i of the block has the words tokens[token_offsets[i]] up to tokens[token_offsets[i +
// 1]]. REQUIRES: sizes as in `facts`; words below num_words; num_tokens <= kMaxBlockTokens.
BlockArrays BuildBlock(const BlockFacts& facts, const DocumentShuffle& shuffle,
                       std::span<const WordId> tokens,
                       std::span<const std::uint32_t> token_offsets);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BLOCK_BUILDER_H_
