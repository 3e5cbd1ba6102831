// Placement: everything has one owner, no shard is hot, and all processes agree.
#include "ps/placement.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace lightlda {
namespace {

std::vector<Count> ZipfFrequencies(std::size_t num_words) {
  std::vector<Count> frequencies(num_words);
  for (std::size_t w = 0; w < num_words; ++w) {
    frequencies[w] = static_cast<Count>(1e6 / static_cast<double>(1 + w));
  }
  return frequencies;
}

TEST_CASE("slices are contiguous, cover the vocabulary and weigh about the same", "[ps]") {
  const std::vector<Count> weights = ZipfFrequencies(10000);
  const std::vector<WordId> begins = CutSlices(weights, 16);
  REQUIRE(begins.front() == 0);
  REQUIRE(begins.back() == 10000);
  CHECK(begins.size() <= 17);
  CHECK(begins.size() > 8);
  const Count total = std::accumulate(weights.begin(), weights.end(), Count{0});
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    REQUIRE(begins[i] < begins[i + 1]);
    const Count sum =
        std::accumulate(weights.begin() + begins[i], weights.begin() + begins[i + 1], Count{0});
    // One word more than its share at most, and a word may be larger than a share.
    CHECK(sum <= total / 16 + weights[begins[i]]);
  }
  CHECK(CutSlices(std::vector<Count>{5, 5}, 8) == std::vector<WordId>{0, 1, 2});
  CHECK(CutSlices(std::vector<Count>{0, 0, 0}, 2).back() == 3);
}

TEST_CASE("every word has one owner and one place there", "[ps]") {
  const std::vector<Count> frequencies = ZipfFrequencies(1000);
  const Placement placement =
      Placement::Make(frequencies, CutSlices(frequencies, 7), 3, 100).value();
  std::vector<int> seen(1000, 0);
  for (std::uint32_t shard = 0; shard < 3; ++shard) {
    const auto words = placement.Words(shard);
    for (std::uint32_t local = 0; local < words.size(); ++local) {
      ++seen[words[local]];
      CHECK(placement.Owner(words[local]) == shard);
      CHECK(placement.LocalRow(words[local]) == local);
    }
    std::vector<WordId> by_slice;
    for (std::uint32_t slice = 0; slice < placement.num_slices(); ++slice) {
      for (const WordId word : placement.Words(shard, slice)) {
        CHECK(placement.SliceOf(word) == slice);
        by_slice.push_back(word);
      }
    }
    CHECK(by_slice == std::vector<WordId>(words.begin(), words.end()));
  }
  CHECK(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
}

TEST_CASE("in every slice the shards' shares differ by a word's row at most", "[ps]") {
  const std::vector<Count> frequencies = ZipfFrequencies(5000);
  constexpr std::uint32_t kTopics = 1000, kShards = 4;
  const Placement placement =
      Placement::Make(frequencies, CutSlices(frequencies, 10), kShards, kTopics).value();
  for (std::uint32_t slice = 0; slice < placement.num_slices(); ++slice) {
    Count least = 1 << 30, most = 0;
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
      Count cost = 0;
      for (const WordId word : placement.Words(shard, slice)) {
        cost += std::min<Count>(frequencies[word], kTopics) + 4;
      }
      least = std::min(least, cost);
      most = std::max(most, cost);
    }
    CHECK(most - least <= kTopics + 4);
  }
}

TEST_CASE("topics are shared out without gaps, also where there are fewer than shards", "[ps]") {
  for (const std::uint32_t num_topics : {1u, 2u, 3u, 1000u}) {
    const std::vector<Count> frequencies = {1, 1};
    const Placement placement = Placement::Make(frequencies, {0, 2}, 3, num_topics).value();
    TopicId next = 0;
    for (std::uint32_t shard = 0; shard < 3; ++shard) {
      CHECK(placement.Topics(shard).first == next);
      next = placement.Topics(shard).second;
    }
    CHECK(next == num_topics);
  }
}

TEST_CASE("a placement that makes no sense is a usage error", "[ps]") {
  const std::vector<Count> frequencies = {1, 1, 1};
  CHECK(Placement::Make(frequencies, {0, 3}, 1, 5).ok());
  CHECK_FALSE(Placement::Make(frequencies, {0, 3}, 0, 5).ok());
  CHECK_FALSE(Placement::Make(frequencies, {0, 2}, 1, 5).ok());
  CHECK_FALSE(Placement::Make(frequencies, {1, 3}, 1, 5).ok());
  CHECK_FALSE(Placement::Make(frequencies, {0, 2, 1, 3}, 1, 5).ok());
  CHECK_FALSE(Placement::Make(frequencies, {}, 1, 5).ok());
}

}  // namespace
}  // namespace lightlda
