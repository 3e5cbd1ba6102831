// Token counts beyond 2^31 and 2^32, without the tokens: blocks that share one set of arrays, rows
// that are made by hand.
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#include "sampler/proposal.h"
#include "sampler/stage_index.h"
#include "sampler/topic_counter.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

constexpr std::uint32_t kBlockTokens = 1 << 22;
constexpr std::uint32_t kTokensOfWord0 = 3'000'000;
constexpr std::size_t kBlocks = 1100;

// The arrays of a block of two words and four documents.
struct Arrays {
  Arrays() : positions(kBlockTokens) { std::iota(positions.begin(), positions.end(), 0u); }
  std::vector<std::uint32_t> word_offsets = {0, kTokensOfWord0, kBlockTokens};
  std::vector<std::uint32_t> document_offsets = {0, 1 << 20, 2 << 20, 3 << 20, 4 << 20};
  std::vector<std::uint32_t> positions;
  std::vector<DocId> document_index = {0, 1, 2, 3};
  std::vector<std::uint8_t> levels = {0, 0, 0, 0};
};

struct SharedBlock : Block {
  explicit SharedBlock(const Arrays& arrays) {
    word_offsets = arrays.word_offsets;
    document_offsets = arrays.document_offsets;
    positions = arrays.positions;
    document_index = arrays.document_index;
    levels = arrays.levels;
  }
};

Count Records(const std::vector<StatePart>& parts) {
  Count records = 0;
  for (const StatePart& part : parts) {
    for (const RecordRange& range : part.ranges) records += range.count;
  }
  return records;
}

TEST_CASE("an index of more than 2^32 tokens counts them all", "[sampler][large]") {
  const Arrays arrays;
  std::vector<std::unique_ptr<const Block>> blocks;
  for (std::size_t b = 0; b < kBlocks; ++b) blocks.push_back(std::make_unique<SharedBlock>(arrays));
  const StageIndex index = Must(StageIndex::Make(blocks, 2, /*level=*/0, ""));
  const Count all = Count{kBlockTokens} * Count{kBlocks};
  const Count of_word_0 = Count{kTokensOfWord0} * Count{kBlocks};
  REQUIRE(all > Count{1} << 32);
  REQUIRE(of_word_0 > Count{1} << 31);
  CHECK(index.total_tokens() == all);
  CHECK(index.total_documents() == 4 * Count{kBlocks});
  CHECK(index.num_tokens(0) == of_word_0);
  CHECK(index.num_tokens(1) == all - of_word_0);
  for (const std::size_t max_records : {std::size_t{1} << 20, std::size_t{1} << 33}) {
    CHECK(Records(index.WordParts(max_records)) == all);
    CHECK(Records(index.DocumentParts(max_records)) == all);
  }
  Count in_tasks = 0;
  for (const DocumentTask& task : index.document_tasks()) {
    in_tasks += arrays.document_offsets[task.end] - arrays.document_offsets[task.begin];
  }
  CHECK(in_tasks == all);
}

TEST_CASE("proposals follow counts that add up to more than 2^32", "[sampler][large]") {
  constexpr std::uint32_t kTopics = 8;
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  TopicCounter row(kTopics);
  row.Add(1, kMost);
  row.Add(4, kMost);
  row.Add(6, kMost);
  row.Add(7, kMost / 2);
  WordProposal proposal(kTopics, /*beta=*/0.01);
  proposal.Build(row, 3 * std::int64_t{kMost} + kMost / 2);
  // One number from every 2^16: the shares come out to one in 2^16.
  constexpr std::size_t kDraws = 1 << 16;
  std::vector<std::uint32_t> uniforms(kDraws);
  for (std::size_t i = 0; i < kDraws; ++i) uniforms[i] = static_cast<std::uint32_t>(i << 16);
  std::vector<TopicId> topics(kDraws);
  proposal.Draw(ScalarKernels(), kDraws, uniforms.data(), topics.data());
  std::vector<double> share(kTopics, 0);
  for (const TopicId topic : topics) share[topic] += 1.0 / kDraws;
  for (const TopicId topic : {1u, 4u, 6u}) CHECK(share[topic] == Approx(2.0 / 7).margin(1e-3));
  CHECK(share[7] == Approx(1.0 / 7).margin(1e-3));
}

}  // namespace
}  // namespace lightlda
