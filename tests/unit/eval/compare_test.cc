// What became of topics, and which are near each other.
#include "lightlda/compare.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include "eval/topic_match.h"
#include "unit/eval/table_models.h"

namespace lightlda {
namespace {

using testing::Counts;
using testing::ModelOf;
using testing::NumberedNames;
using testing::RandomCounts;

ModelComparison Compare(const Model& model, const Model& other, CompareOptions options = {}) {
  auto comparison = CompareModels(model, other, options);
  REQUIRE(comparison.ok());
  return std::move(comparison).value();
}

TEST_CASE("a model compared with itself is itself, topics without tokens too", "[compare]") {
  Counts counts = RandomCounts(12, 50, 5);
  counts[3].assign(50, 0);
  counts[8].assign(50, 0);
  const Model model = ModelOf(NumberedNames(50), counts);
  const ModelComparison comparison = Compare(model, model);
  REQUIRE(comparison.topics.size() == 12);
  for (TopicId topic = 0; topic < 12; ++topic) {
    CHECK(comparison.topics[topic].topic == topic);
    CHECK(comparison.topics[topic].other_topic == topic);
    CHECK(comparison.topics[topic].hellinger == 0);
    CHECK(comparison.topics[topic].kind == TopicKind::kMatched);
  }
  CHECK(comparison.num_matched == 12);
  CHECK(comparison.mean_hellinger == 0);
  CHECK(comparison.stability == 1);
}

TEST_CASE("topics and words in another order are found again", "[compare]") {
  const Counts counts = RandomCounts(12, 50, 5);
  std::vector<std::size_t> topics(12);
  std::iota(topics.begin(), topics.end(), std::size_t{0});
  std::ranges::shuffle(topics, std::mt19937(1));
  Counts shuffled;
  for (const std::size_t topic : topics) {
    shuffled.emplace_back(counts[topic].rbegin(), counts[topic].rend());
  }
  auto words = NumberedNames(50);
  const Model model = ModelOf(words, counts);
  std::ranges::reverse(words);
  const ModelComparison comparison = Compare(ModelOf(words, shuffled), model);
  for (TopicId topic = 0; topic < 12; ++topic) {
    CHECK(comparison.topics[topic].other_topic == topics[topic]);
    CHECK(comparison.topics[topic].hellinger == 0);
  }
}

TEST_CASE("topics are matched, split, merged, new or gone", "[compare]") {
  const auto words = NumberedNames(8);
  // Before: 0 and 1 share word 1; 2 is two halves; 3 goes.
  const Model before = ModelOf(words, {{6, 4, 0, 0, 0, 0, 0, 0},
                                       {0, 6, 4, 0, 0, 0, 0, 0},
                                       {0, 0, 0, 9, 8, 0, 0, 0},
                                       {0, 0, 0, 0, 0, 7, 0, 0}});
  const Model after = ModelOf(words, {{0, 0, 0, 9, 1, 0, 0, 0},
                                      {0, 0, 0, 1, 8, 0, 0, 0},
                                      {6, 10, 1, 0, 0, 0, 0, 0},
                                      {0, 0, 0, 0, 0, 0, 5, 5}});
  const ModelComparison comparison = Compare(after, before);
  REQUIRE(comparison.topics.size() == 6);
  const auto check = [&](std::size_t at, TopicId topic, TopicId other, TopicKind kind) {
    CHECK(comparison.topics[at].topic == topic);
    CHECK(comparison.topics[at].other_topic == other);
    CHECK(comparison.topics[at].kind == kind);
  };
  check(0, 0, 2, TopicKind::kMatched);
  check(1, 1, 2, TopicKind::kSplit);
  check(2, 2, 0, TopicKind::kMatched);
  check(3, 3, Model::kNoTopic, TopicKind::kNew);
  check(4, 2, 1, TopicKind::kMerged);
  check(5, Model::kNoTopic, 3, TopicKind::kGone);
  CHECK(comparison.topics[3].hellinger == 1);
  CHECK(comparison.num_matched == 2);
  const double sum = comparison.topics[0].hellinger + comparison.topics[2].hellinger;
  CHECK(comparison.mean_hellinger == Approx(sum / 2));
  CHECK(comparison.stability == Approx((2 - sum) / 4));
  // Seen from the other side each has become its opposite.
  const ModelComparison back = Compare(before, after);
  std::vector<TopicKind> kinds;
  for (const TopicMatch& match : back.topics) kinds.push_back(match.kind);
  using enum TopicKind;
  CHECK(kinds == std::vector{kMatched, kSplit, kMatched, kNew, kMerged, kGone});
  CHECK(back.stability == Approx(comparison.stability));
}

TEST_CASE("the sum of distances is least, those too far apart counting 1", "[compare]") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Counts counts = RandomCounts(3, 7, 2 * seed);
    const Counts other_counts = RandomCounts(4, 7, 2 * seed + 1);
    const Model model = ModelOf(NumberedNames(7), counts);
    const Model other = ModelOf(NumberedNames(7), other_counts);
    constexpr double kMost = 0.6;
    const NumberedWords words = NumberWords(model, other);
    const TopicRoots topics(model, words.first);
    const TopicRoots others(other, words.second);
    const auto cost = [&](std::size_t topic, std::size_t of_other) {
      const double distance = Hellinger(topics.topic(topic), others.topic(of_other));
      return distance <= kMost ? distance : 1.0;
    };
    std::vector<std::size_t> order = {0, 1, 2, 3};
    double least = 3;
    do {
      least = std::min(least, cost(0, order[0]) + cost(1, order[1]) + cost(2, order[2]));
    } while (std::next_permutation(order.begin(), order.end()));
    const ModelComparison comparison = Compare(model, other, {.max_distance = kMost});
    double sum = 3 - static_cast<double>(comparison.num_matched);
    std::set<TopicId> taken;
    for (const TopicMatch& match : comparison.topics) {
      if (match.kind != TopicKind::kMatched) continue;
      sum += match.hellinger;
      taken.insert(match.other_topic);
    }
    CHECK(sum == Approx(least));
    CHECK(taken.size() == comparison.num_matched);
    // Whoever is split has a near topic that is taken.
    for (const TopicMatch& match : comparison.topics) {
      if (match.kind == TopicKind::kSplit) CHECK(taken.contains(match.other_topic));
    }
  }
}

TEST_CASE("models of different numbers of topics: all of the smaller one can be matched",
          "[compare]") {
  const auto words = NumberedNames(60);
  const Counts counts = RandomCounts(10, 60, 3);
  const Model large = ModelOf(words, counts);
  const Model small = ModelOf(words, {counts[7], counts[2], counts[4]});
  for (const ModelComparison& comparison : {Compare(small, large), Compare(large, small)}) {
    CHECK(comparison.num_matched == 3);
    CHECK(comparison.stability == 1);
    CHECK(comparison.topics.size() == 10);
  }
  CHECK(Compare(small, large).topics[1].other_topic == 2);
}

TEST_CASE("what cannot be compared is refused", "[compare]") {
  const Model model = ModelOf({"a", "b"}, {{1, 2}});
  const auto unrelated = CompareModels(model, ModelOf({"c"}, {{1}}));
  CHECK(unrelated.status().code() == StatusCode::kBadInput);
  for (const double distance : {0.0, 1.5, std::nan("")}) {
    const auto result = CompareModels(model, model, {.max_distance = distance});
    CHECK(result.status().code() == StatusCode::kUsage);
    CHECK(result.status().message().find("`max_distance`") != std::string::npos);
  }
}

TEST_CASE("the nearest topics are those of least distance", "[compare]") {
  Counts counts = RandomCounts(15, 40, 9);
  for (std::size_t word = 0; word < 40; ++word) {
    counts[6][word] = 2 * counts[2][word];  // the same distribution
    counts[11][word] = 0;
  }
  const Model model = ModelOf(NumberedNames(40), counts);
  const TopicRoots roots(model, NumberWords(model));
  std::vector<std::vector<NearTopic>> first;
  for (const int num_threads : {1, 3}) {
    auto similar = SimilarTopics(model, 4, num_threads);
    REQUIRE(similar.ok());
    REQUIRE(similar->size() == 15);
    CHECK(similar->at(11).empty());
    CHECK(similar->at(2)[0].topic == 6);
    CHECK(similar->at(2)[0].hellinger == Approx(0).margin(1e-15));
    for (TopicId topic = 0; topic < 15; ++topic) {
      std::vector<std::pair<double, TopicId>> all;
      for (TopicId other = 0; other < 15; ++other) {
        const double distance = Hellinger(roots.topic(topic), roots.topic(other));
        if (other != topic && distance < 1) all.emplace_back(distance, other);
      }
      std::ranges::sort(all);
      for (std::size_t i = 0; i < similar->at(topic).size(); ++i) {
        CHECK(similar->at(topic)[i].topic == all[i].second);
        CHECK(similar->at(topic)[i].hellinger == all[i].first);
      }
      CHECK(similar->at(topic).size() == std::min<std::size_t>(4, all.size()));
    }
  }
}

}  // namespace
}  // namespace lightlda
