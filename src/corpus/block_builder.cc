#include "corpus/block_builder.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "corpus/document_level.h"

namespace lightlda {
namespace {

// The documents of the block, as offsets into it, deepest level first, then in input order; levels
// is indexed by that offset.
std::vector<std::uint32_t> SortByLevel(const std::vector<std::uint8_t>& levels) {
  std::vector<std::uint32_t> order(levels.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return levels[a] > levels[b]; });
  return order;
}

}  // namespace

BlockArrays BuildBlock(const BlockFacts& facts, std::uint64_t seed, std::span<const WordId> tokens,
                       std::span<const std::uint32_t> token_offsets) {
  CHECK_EQ(token_offsets.size(), facts.num_documents + 1);
  CHECK_EQ(tokens.size(), facts.num_tokens);
  std::vector<std::uint8_t> levels(facts.num_documents);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    levels[i] = static_cast<std::uint8_t>(DocumentLevel(facts.first_document + i, seed));
  }

  BlockArrays block;
  block.word_offsets.assign(facts.num_words + 1, 0);
  for (const WordId word : tokens) ++block.word_offsets[word + 1];
  std::partial_sum(block.word_offsets.begin(), block.word_offsets.end(),
                   block.word_offsets.begin());

  // Handing out each word's positions in document order makes them ascend with the document.
  std::vector<std::uint32_t> next(block.word_offsets.begin(), block.word_offsets.end() - 1);
  block.positions.reserve(tokens.size());
  block.document_offsets.reserve(facts.num_documents + 1);
  block.document_offsets.push_back(0);
  for (const std::uint32_t i : SortByLevel(levels)) {
    for (std::size_t t = token_offsets[i]; t < token_offsets[i + 1]; ++t) {
      block.positions.push_back(next[tokens[t]]++);
    }
    block.document_offsets.push_back(static_cast<std::uint32_t>(block.positions.size()));
    block.document_index.push_back(facts.first_document + i);
    block.levels.push_back(levels[i]);
  }
  return block;
}

void CountLevels(const BlockArrays& block, std::vector<LevelInfo>* levels) {
  for (std::size_t d = 0; d < block.levels.size(); ++d) {
    const std::size_t level = block.levels[d];
    if (levels->size() <= level) levels->resize(level + 1);
    LevelInfo& info = (*levels)[level];
    ++info.num_documents;
    info.num_tokens += block.document_offsets[d + 1] - block.document_offsets[d];
  }
}

}  // namespace lightlda
