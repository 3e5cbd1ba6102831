// Folding in finds the maximum that plain expectation maximisation creeps towards, whatever is done
// to be fast.
#include "infer/fold_in.h"

#include <algorithm>
#include <array>
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

// A model whose topics have some words each, at random: [num_words x num_topics] of counts.
Model RandomModel(std::uint32_t num_topics, std::size_t num_words, double alpha, double beta) {
  std::mt19937 random(num_topics);
  ModelTables tables;
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  for (std::size_t word = 0; word < num_words; ++word) {
    tables.words.push_back("w" + std::to_string(word));
    for (TopicId k = 0; k < num_topics; ++k) {
      if (random() % num_topics >= 6) continue;
      topics.push_back(k);
      counts.push_back(1 + random() % 100);
    }
    begins.push_back(topics.size());
  }
  for (TopicId k = 0; k < num_topics; ++k) {
    tables.alpha.push_back(alpha * (1 + k % 3));
  }
  tables.beta = beta;
  tables.word_topic = {begins, topics, counts};
  return Must(Model::FromTables(tables));
}

// A document of a few topics of the model.
std::vector<WordId> Document(const Model& model, std::uint32_t seed, std::size_t length) {
  std::mt19937 random(seed);
  const auto top = model.TopWords(20);
  std::vector<WordId> words;
  for (std::size_t i = 0; i < length; ++i) {
    const auto& of_topic = top[(seed + random() % 3) % model.num_topics()];
    words.push_back(of_topic.empty() ? 0 : of_topic[random() % of_topic.size()].word);
  }
  return words;
}

// The definition: every topic, every step, in double precision.
std::vector<double> Plain(const Model& model, const std::vector<WordId>& words, int num_steps) {
  const std::uint32_t num_topics = model.num_topics();
  std::vector<std::vector<double>> phi;  // [words][num_topics]
  for (const WordId word : words) {
    auto& row = phi.emplace_back();
    for (TopicId k = 0; k < num_topics; ++k) row.push_back(model.Probability(k, 0));
    for (const auto& [topic, count] : model.WordRow(word)) {
      row[topic] = model.Probability(topic, count);
    }
  }
  std::vector<double> theta(num_topics, 1.0 / num_topics);
  for (int step = 0; step < num_steps; ++step) {
    std::vector<double> next(model.alpha().begin(), model.alpha().end());
    for (const auto& row : phi) {
      const double sum = std::inner_product(row.begin(), row.end(), theta.begin(), 0.0);
      for (TopicId k = 0; k < num_topics; ++k) next[k] += theta[k] * row[k] / sum;
    }
    const double mass = std::accumulate(next.begin(), next.end(), 0.0);
    for (TopicId k = 0; k < num_topics; ++k) theta[k] = next[k] / mass;
  }
  return theta;
}

std::vector<double> Estimate(const PhiRows& phi, const std::vector<WordId>& words) {
  std::vector<WordCount> bag;
  CountWords(words, &bag);
  std::vector<double> theta(phi.num_topics());
  FoldIn(&phi).Estimate(bag, theta);
  return theta;
}

TEST_CASE("words are counted once each, ascending", "[infer]") {
  std::vector<WordCount> bag = {{9, 9}};
  CountWords(std::vector<WordId>{7, 2, 7, 7, 0}, &bag);
  REQUIRE(bag.size() == 3);
  CHECK((bag[0].word == 0 && bag[0].count == 1));
  CHECK((bag[1].word == 2 && bag[1].count == 1));
  CHECK((bag[2].word == 7 && bag[2].count == 3));
  CountWords({}, &bag);
  CHECK(bag.empty());
}

// A large alpha gives much of theta to topics that are no longer under estimation.
TEST_CASE("theta is that of plain expectation maximisation", "[infer]") {
  const double alpha = GENERATE(0.05, 2.0);
  const std::uint32_t num_topics = GENERATE(2u, 10u, 300u);
  const Model model = RandomModel(num_topics, 500, alpha, 0.01);
  const PhiRows phi(model);
  for (const std::size_t length : {1, 5, 60, 2000}) {
    const auto words = Document(model, static_cast<std::uint32_t>(length), length);
    const auto found = Estimate(phi, words);
    const auto expected = Plain(model, words, 500);
    double distance = 0;
    for (TopicId k = 0; k < num_topics; ++k) distance += std::abs(found[k] - expected[k]);
    INFO("alpha " << alpha << ", " << num_topics << " topics, " << length
                  << " tokens: " << distance);
    CHECK(distance < 0.06);
    CHECK(std::accumulate(found.begin(), found.end(), 0.0) == Approx(1.0));
    CHECK(std::ranges::all_of(found, [](double share) { return share > 0; }));
  }
}

// A word that 300 topics have alike gives each too little to be estimated. Together they take most
// of it away from the topic that is, as does what all topics have of a word that none has.
TEST_CASE("topics that are no longer estimated keep their part of the words", "[infer]") {
  constexpr std::uint32_t kTopics = 300;
  ModelTables tables;
  tables.words = {"spread", "of topic 0", "unseen", "of topics 1 and 2"};
  std::vector<TopicId> topics(kTopics);
  std::iota(topics.begin(), topics.end(), 0);
  topics.push_back(0);
  std::vector<std::uint32_t> counts(kTopics, 10);
  counts[0] = 1000;
  counts.push_back(1000);
  topics.insert(topics.end(), {1, 2});  // of which it takes steps to find the better
  counts.insert(counts.end(), {300, 30});
  const std::vector<std::uint64_t> begins = {0, kTopics, kTopics + 1, kTopics + 1, kTopics + 3};
  tables.word_topic = {begins, topics, counts};
  tables.alpha.assign(kTopics, 0.5);
  tables.beta = 0.01;
  const Model model = Must(Model::FromTables(tables));
  const PhiRows phi(model);
  // Exact but for the tokens that are given up, at most 16 of 160 with the prior's.
  // Few tokens: settled after the first step. More: after some steps, when topic 0 has its own.
  for (const auto& of_words : {std::array{10, 2, 0, 0}, {0, 2, 10, 0}, {16, 30, 0, 40}}) {
    std::vector<WordId> words;
    for (WordId word = 0; word < 4; ++word) {
      words.insert(words.end(), static_cast<std::size_t>(of_words[word]), word);
    }
    CAPTURE(words);
    CHECK(Estimate(phi, words)[0] == Approx(Plain(model, words, 500)[0]).epsilon(0.1));
  }
}

TEST_CASE("a document without words has the prior's topics", "[infer]") {
  const Model model = RandomModel(7, 50, 0.2, 0.01);
  const auto theta = Estimate(PhiRows(model), {});
  const double sum = std::accumulate(model.alpha().begin(), model.alpha().end(), 0.0);
  for (TopicId k = 0; k < 7; ++k) CHECK(theta[k] == Approx(model.alpha()[k] / sum));
}

TEST_CASE("words of no topic leave the prior's topics nearly as they are", "[infer]") {
  ModelTables tables;
  tables.words = {"common", "unseen"};
  const std::vector<std::uint64_t> begins = {0, 2, 2};
  const std::vector<TopicId> topics = {0, 1};
  const std::vector<std::uint32_t> counts = {50, 50};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.3, 0.1};
  const PhiRows phi(Must(Model::FromTables(tables)));
  const auto theta = Estimate(phi, {1, 1, 1});
  const auto expected = Plain(Must(Model::FromTables(tables)), {1, 1, 1}, 500);
  CHECK(theta[0] == Approx(expected[0]).margin(0.02));
}

TEST_CASE("one estimate does not show in the next", "[infer]") {
  const Model model = RandomModel(40, 300, 0.1, 0.01);
  const PhiRows phi(model);
  FoldIn fold_in(&phi);
  std::vector<WordCount> bag;
  std::vector<double> theta(40);
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    const auto words = Document(model, seed, 1 + seed * 7 % 90);
    CountWords(words, &bag);
    fold_in.Estimate(bag, theta);
    CHECK(theta == Estimate(phi, words));
  }
}

TEST_CASE("rows are phi", "[infer]") {
  const Model model = RandomModel(20, 100, 0.1, 0.02);
  const PhiRows phi(model);
  REQUIRE(phi.num_words() == 100);
  for (WordId word = 0; word < 100; ++word) {
    std::vector<double> row(phi.shared().begin(), phi.shared().end());
    for (const auto& [topic, excess] : phi.Row(word)) row[topic] += excess;
    std::vector<double> expected(20);
    for (TopicId k = 0; k < 20; ++k) expected[k] = model.Probability(k, 0);
    for (const auto& [topic, count] : model.WordRow(word)) {
      expected[topic] = model.Probability(topic, count);
    }
    for (TopicId k = 0; k < 20; ++k) CHECK(row[k] == Approx(expected[k]).epsilon(1e-5));
    CHECK(phi.Sum(word) ==
          Approx(std::accumulate(expected.begin(), expected.end(), 0.0)).epsilon(1e-5));
  }
}

}  // namespace
}  // namespace lightlda
