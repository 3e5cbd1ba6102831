// Matching topics: similarities by definition, assignments against all permutations.
#include "eval/topic_match.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

// A model of random counts; names[w] is the name of word w.
Model RandomModel(const std::vector<std::string>& names, std::uint32_t num_topics,
                  std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  for (std::size_t word = 0; word < names.size(); ++word) {
    for (TopicId k = 0; k < num_topics; ++k) {
      if (random() % 3 == 0) continue;
      topics.push_back(k);
      counts.push_back(1 + random() % 50);
    }
    begins.push_back(topics.size());
  }
  ModelTables tables;
  tables.words = names;
  tables.word_topic = {begins, topics, counts};
  tables.alpha.assign(num_topics, 0.1);
  tables.beta = 0.05;
  return Must(Model::FromTables(tables));
}

double SimilarityByDefinition(const Model& a, TopicId k, const Model& b, TopicId l) {
  std::vector<double> of_a(a.num_words() * a.num_topics());
  std::vector<double> of_b(b.num_words() * b.num_topics());
  a.FillPhi(std::span<double>(of_a));
  b.FillPhi(std::span<double>(of_b));
  double overlap = 0;
  for (WordId word = 0; word < a.num_words(); ++word) {
    const auto other = b.vocabulary().Find(a.vocabulary().word(word));
    if (!other) continue;
    overlap += std::sqrt(of_a[k * a.num_words() + word] * of_b[l * b.num_words() + *other]);
  }
  return 1 - std::sqrt(1 - overlap);
}

TEST_CASE("Similarities of topics are 1 - Hellinger distance, words matched by name",
          "[topic_match]") {
  const Model a = RandomModel({"ape", "bee", "cat", "dog", "elk"}, 4, 1);
  const Model b = RandomModel({"elk", "gnu", "cat", "bee", "ape", "hen"}, 3, 2);
  ThreadPool pool(2);
  const auto found = TopicSimilarities(a, b, &pool);
  REQUIRE(found.size() == 12);
  for (TopicId k = 0; k < 4; ++k) {
    for (TopicId l = 0; l < 3; ++l) {
      CHECK(found[k * 3 + l] == Approx(SimilarityByDefinition(a, k, b, l)).epsilon(1e-9));
    }
  }
}

TEST_CASE("The assignment is the cheapest of all", "[topic_match]") {
  std::mt19937 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t num_rows = 1 + random() % 5;
    const std::size_t num_columns = num_rows + random() % 3;
    std::vector<double> costs;
    for (std::size_t i = 0; i < num_rows * num_columns; ++i) {
      costs.push_back(trial % 2 == 0 ? static_cast<double>(random() % 4)
                                     : static_cast<double>(random()) * 1e-9 - 2);
    }
    const auto cost_of = [&](const std::vector<std::size_t>& columns) {
      double sum = 0;
      for (std::size_t row = 0; row < num_rows; ++row) {
        sum += costs[row * num_columns + columns[row]];
      }
      return sum;
    };
    const auto found = AssignColumns(costs, num_rows, num_columns);
    REQUIRE(found.size() == num_rows);
    auto sorted = found;
    std::ranges::sort(sorted);
    CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
    CHECK(sorted.back() < num_columns);
    std::vector<std::size_t> order(num_columns);
    std::iota(order.begin(), order.end(), std::size_t{0});
    double least = cost_of(order);
    while (std::ranges::next_permutation(order).found) least = std::min(least, cost_of(order));
    CHECK(cost_of(found) == Approx(least).margin(1e-9));
  }
}

TEST_CASE("A model is wholly like itself, whatever the order of its topics", "[topic_match]") {
  const std::vector<std::string> names = {"ape", "bee", "cat", "dog", "elk"};
  const Model model = RandomModel(names, 6, 4);
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  for (WordId word = 0; word < model.num_words(); ++word) {
    auto row = model.WordRow(word);
    for (TopicCount& entry : row) entry.topic = 5 - entry.topic;
    std::ranges::sort(row, {}, &TopicCount::topic);
    for (const auto& [topic, count] : row) {
      topics.push_back(topic);
      counts.push_back(count);
    }
    begins.push_back(topics.size());
  }
  ModelTables tables;
  tables.words = names;
  tables.word_topic = {begins, topics, counts};
  tables.alpha.assign(6, 0.1);
  tables.beta = 0.05;
  const Model turned = Must(Model::FromTables(tables));
  ThreadPool pool(1);
  CHECK(MatchedSimilarity(model, turned, &pool) == Approx(1).margin(1e-6));
  const Model other = RandomModel(names, 6, 5);
  CHECK(MatchedSimilarity(model, other, &pool) < 0.9);
  const Model fewer = RandomModel(names, 3, 6);
  CHECK(MatchedSimilarity(model, fewer, &pool) == MatchedSimilarity(fewer, model, &pool));
}

}  // namespace
}  // namespace lightlda
