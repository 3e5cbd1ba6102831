#include "corpus/block_verifier.h"

#include <limits>
#include <string>
#include <vector>

namespace lightlda {
namespace {

constexpr std::uint32_t kNoDocument = std::numeric_limits<std::uint32_t>::max();

std::string At(const std::string& array, std::size_t index) {
  return array + "[" + std::to_string(index) + "]";
}

// offsets: [num_parts + 1], from 0 to num_tokens, never descending.
Status VerifyOffsets(const std::string& name, std::span<const std::uint32_t> offsets,
                     std::uint64_t num_parts, std::uint64_t num_tokens) {
  if (offsets.size() != num_parts + 1) {
    return Status::BadInput(name + " has " + std::to_string(offsets.size()) +
                            " entries, expected " + std::to_string(num_parts + 1));
  }
  if (offsets.front() != 0) return Status::BadInput(At(name, 0) + " is not 0");
  for (std::size_t i = 0; i < num_parts; ++i) {
    if (offsets[i] > offsets[i + 1]) return Status::BadInput(At(name, i + 1) + " descends");
  }
  if (offsets.back() != num_tokens) {
    return Status::BadInput(name + " ends at " + std::to_string(offsets.back()) + ", expected " +
                            std::to_string(num_tokens));
  }
  return {};
}

// Levels do not ascend; within a level document_index ascends; every document of the block's range
// is there once.
Status VerifyDocuments(const Block& block, const BlockFacts& facts) {
  std::vector<bool> seen(facts.num_documents, false);
  for (std::size_t d = 0; d < facts.num_documents; ++d) {
    const std::uint64_t offset = block.document_index[d] - facts.first_document;
    if (block.document_index[d] < facts.first_document || offset >= facts.num_documents ||
        seen[offset]) {
      return Status::BadInput(At("document_index", d) + " is outside the block or twice in it");
    }
    seen[offset] = true;
    if (block.levels[d] > facts.max_level) {
      return Status::BadInput(At("levels", d) + " is above the deepest level of the corpus");
    }
    if (d == 0 || block.levels[d] < block.levels[d - 1]) continue;
    if (block.levels[d] > block.levels[d - 1] ||
        block.document_index[d] <= block.document_index[d - 1]) {
      return Status::BadInput(At("document_index", d) + " is out of order");
    }
  }
  return {};
}

// `positions` is a permutation, and within a word it ascends with the document.
// REQUIRES: verified offsets.
Status VerifyPositions(const Block& block) {
  std::vector<std::uint32_t> document_of(block.positions.size(), kNoDocument);
  for (std::uint32_t d = 0; d < block.num_documents(); ++d) {
    for (std::size_t i = block.document_offsets[d]; i < block.document_offsets[d + 1]; ++i) {
      const std::uint32_t position = block.positions[i];
      if (position >= document_of.size() || document_of[position] != kNoDocument) {
        return Status::BadInput(At("positions", i) + " is out of range or twice in it");
      }
      document_of[position] = d;
    }
  }
  for (std::size_t w = 0; w + 1 < block.word_offsets.size(); ++w) {
    for (std::size_t p = block.word_offsets[w] + std::size_t{1}; p < block.word_offsets[w + 1];
         ++p) {
      if (document_of[p] < document_of[p - 1]) {
        return Status::BadInput("the tokens of word " + std::to_string(w) +
                                " are not in document order");
      }
    }
  }
  return {};
}

}  // namespace

Status VerifyBlock(const Block& block, const BlockFacts& facts) {
  if (block.positions.size() != facts.num_tokens ||
      block.document_index.size() != facts.num_documents ||
      block.levels.size() != facts.num_documents) {
    return Status::BadInput("an array has another length than the counts say");
  }
  LIGHTLDA_RETURN_IF_ERROR(
      VerifyOffsets("word_offsets", block.word_offsets, facts.num_words, facts.num_tokens));
  LIGHTLDA_RETURN_IF_ERROR(VerifyOffsets("document_offsets", block.document_offsets,
                                         facts.num_documents, facts.num_tokens));
  LIGHTLDA_RETURN_IF_ERROR(VerifyDocuments(block, facts));
  return VerifyPositions(block);
}

}  // namespace lightlda
