// Small corpora for the sampler's tests: made in memory, no files.
#ifndef LIGHTLDA_TESTS_SYNTHETIC_CORPUS_H_
#define LIGHTLDA_TESTS_SYNTHETIC_CORPUS_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "corpus/block_builder.h"
#include "corpus/document_level.h"
#include "lightlda/corpus.h"
#include "lightlda/types.h"

namespace lightlda::testing {

using Documents = std::vector<std::vector<WordId>>;
using Blocks = std::vector<std::unique_ptr<const Block>>;

// A Block that owns its arrays.
struct MemoryBlock : Block {
  MemoryBlock(std::uint64_t block_number, BlockArrays from) : arrays(std::move(from)) {
    number = static_cast<std::uint32_t>(block_number);
    word_offsets = arrays.word_offsets;
    document_offsets = arrays.document_offsets;
    positions = arrays.positions;
    document_index = arrays.document_index;
    levels = arrays.levels;
  }
  BlockArrays arrays;
};

// Cuts the documents into num_blocks blocks of about equal numbers of documents.
inline Blocks MakeBlocks(const Documents& documents, std::size_t num_words,
                         std::size_t num_blocks) {
  Blocks blocks;
  for (std::size_t b = 0; b < num_blocks; ++b) {
    const std::size_t begin = documents.size() * b / num_blocks;
    const std::size_t end = documents.size() * (b + 1) / num_blocks;
    std::vector<WordId> tokens;
    std::vector<std::uint32_t> offsets = {0};
    for (std::size_t d = begin; d < end; ++d) {
      tokens.insert(tokens.end(), documents[d].begin(), documents[d].end());
      offsets.push_back(static_cast<std::uint32_t>(tokens.size()));
    }
    BlockFacts facts;
    facts.number = b;
    facts.num_words = num_words;
    facts.num_documents = end - begin;
    facts.num_tokens = tokens.size();
    facts.first_document = begin;
    facts.max_level = kMaxDocumentLevel;
    blocks.push_back(
        std::make_unique<MemoryBlock>(b, BuildBlock(facts, /*seed=*/1, tokens, offsets)));
  }
  return blocks;
}

// Documents drawn from LDA with `num_topics` topics that each own num_words / num_topics words and
// put 95 % of their mass on them. Topic of word w: w % num_topics. Each document mixes two topics.
// The first document is empty.
inline Documents DrawPlanted(std::size_t num_documents, std::size_t length, std::size_t num_words,
                             std::size_t num_topics, std::uint32_t seed) {
  std::mt19937 random(seed);
  Documents documents(1);
  while (documents.size() < num_documents) {
    const std::size_t topics[2] = {random() % num_topics, random() % num_topics};
    std::vector<WordId> words;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t topic = topics[random() % 4 == 0 ? 1 : 0];
      const bool own = random() % 100 < 95;
      const std::size_t pick = random() % (num_words / num_topics);
      words.push_back(static_cast<WordId>(own ? pick * num_topics + topic : random() % num_words));
    }
    documents.push_back(std::move(words));
  }
  return documents;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_SYNTHETIC_CORPUS_H_
