// Weights of words are those of their definitions over all words and topics.
#include "lightlda/word_weights.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "unit/eval/table_models.h"

namespace lightlda {
namespace {

using testing::Counts;
using testing::ModelOf;
using testing::NumberedNames;
using testing::RandomCounts;

constexpr std::size_t kTopics = 5;
constexpr std::size_t kWords = 60;

std::vector<std::vector<WeightedWord>> Top(const Model& model, std::size_t n,
                                           const WordWeightOptions& options) {
  auto top = TopWords(model, n, options);
  REQUIRE(top.ok());
  return std::move(top).value();
}

// Ranks from 1, the least first; equal values share the mean of theirs.
double MeanRank(const std::vector<double>& values, double value) {
  const auto less = std::ranges::count_if(values, [&](double other) { return other < value; });
  const auto equal = std::ranges::count(values, value);
  return static_cast<double>(less) + static_cast<double>(equal + 1) / 2;
}

double WeightOf(const Model& model, const Counts& counts, const WordWeightOptions& options,
                TopicId topic, WordId word) {
  const auto phi = [&](TopicId k, WordId w) { return model.Probability(k, counts[k][w]); };
  double in_all = 0;
  for (const auto& of_topic : counts) in_all += of_topic[word];
  const double lift = phi(topic, word) / (in_all / static_cast<double>(model.num_tokens()));
  if (options.weight == WordWeight::kLift) return lift;
  if (options.weight == WordWeight::kRelevance) {
    return options.lambda * std::log(phi(topic, word)) + (1 - options.lambda) * std::log(lift);
  }
  if (options.weight == WordWeight::kScore) {
    const auto share = [&](TopicId k) {
      return counts[k][word] / (static_cast<double>(model.topic_totals()[k]) + 1e-5);
    };
    double mean = 0;
    for (TopicId k = 0; k < kTopics; ++k) mean += std::log(share(k) + 1e-5) / kTopics;
    return share(topic) * (std::log(share(topic) + 1e-5) - mean);
  }
  std::vector<double> frequencies;
  std::vector<double> exclusivities;
  for (WordId w = 0; w < kWords; ++w) {
    double sum = 0;
    for (TopicId k = 0; k < kTopics; ++k) sum += phi(k, w);
    frequencies.push_back(phi(topic, w));
    exclusivities.push_back(phi(topic, w) / sum);
  }
  const double frequency = MeanRank(frequencies, frequencies[word]) / kWords;
  const double exclusivity = MeanRank(exclusivities, exclusivities[word]) / kWords;
  return 1 / (options.frex_weight / frequency + (1 - options.frex_weight) / exclusivity);
}

TEST_CASE("words are chosen by the weight of the definition", "[word_weights]") {
  Counts counts = RandomCounts(kTopics, kWords, 21);
  counts[3].assign(kWords, 0);
  for (auto& topic : counts) topic[8] = topic[9];  // equal in all
  const Model model = ModelOf(NumberedNames(kWords), counts);
  using enum WordWeight;
  for (const WordWeightOptions& options : std::vector<WordWeightOptions>{{kRelevance, 0.3, 0.5, 2},
                                                                         {kRelevance, 0, 0.5, 0},
                                                                         {kFrex, 0.6, 0.5, 0},
                                                                         {kFrex, 0.6, 0.9, 4},
                                                                         {kLift, 0.6, 0.5, 3},
                                                                         {kScore, 0.6, 0.5, 3}}) {
    const auto top = Top(model, kWords, options);
    REQUIRE(top.size() == kTopics);
    for (TopicId topic = 0; topic < kTopics; ++topic) {
      std::size_t expected = 0;
      for (WordId word = 0; word < kWords; ++word) {
        Count in_all = 0;
        for (const auto& of_topic : counts) in_all += of_topic[word];
        if (counts[topic][word] > 0 && in_all >= options.min_count) ++expected;
      }
      REQUIRE(top[topic].size() == expected);
      for (std::size_t i = 0; i < expected; ++i) {
        const WeightedWord& word = top[topic][i];
        CHECK(word.count == counts[topic][word.word]);
        CHECK(word.probability == model.Probability(topic, word.count));
        CHECK(word.weight ==
              Approx(WeightOf(model, counts, options, topic, word.word)).epsilon(1e-12));
        CHECK((i == 0 || word.weight <= top[topic][i - 1].weight));
      }
    }
    const auto few = Top(model, 4, options);
    for (TopicId topic = 0; topic < kTopics; ++topic) {
      CHECK(few[topic].size() == std::min<std::size_t>(4, top[topic].size()));
      for (std::size_t i = 0; i < few[topic].size(); ++i) {
        CHECK(few[topic][i].word == top[topic][i].word);
      }
    }
  }
}

TEST_CASE("by probability, and by relevance at lambda 1, words are the most probable",
          "[word_weights]") {
  const Model model = ModelOf(NumberedNames(kWords), RandomCounts(kTopics, kWords, 4));
  const auto expected = model.TopWords(9);
  const auto probable = Top(model, 9, {});
  const auto relevant =
      Top(model, 9, {.weight = WordWeight::kRelevance, .lambda = 1, .min_count = 0});
  for (TopicId topic = 0; topic < kTopics; ++topic) {
    for (std::size_t i = 0; i < expected[topic].size(); ++i) {
      CHECK(probable[topic][i].word == expected[topic][i].word);
      CHECK(probable[topic][i].weight == expected[topic][i].probability);
      CHECK(relevant[topic][i].word == expected[topic][i].word);
    }
  }
}

TEST_CASE("an automatic label is three relevant words", "[word_weights]") {
  const Model model = ModelOf({"common", "sun", "moon", "star", "rare"},
                              {{5, 9, 8, 7, 1}, {500, 0, 1, 0, 0}, {0, 0, 0, 0, 0}});
  const auto labels = AutomaticLabels(model);
  REQUIRE(labels.ok());
  CHECK(labels.value() == std::vector<std::string>{"sun, moon, star", "common, moon", ""});
}

TEST_CASE("weights out of range are refused by name", "[word_weights]") {
  const Model model = ModelOf({"a"}, {{1}});
  const auto message = [&](const WordWeightOptions& options) {
    const auto result = TopWords(model, 1, options);
    CHECK(result.status().code() == StatusCode::kUsage);
    return result.status().message();
  };
  CHECK(message({.lambda = 1.5}).find("`lambda`") == 0);
  CHECK(message({.frex_weight = std::nan("")}).find("`frex_weight`") == 0);
  CHECK(message({.min_count = -1}).find("`min_count`") == 0);
}

}  // namespace
}  // namespace lightlda
