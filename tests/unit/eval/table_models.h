// Models of small tables, for tests of what is computed from topics and words.
#ifndef LIGHTLDA_TESTS_UNIT_EVAL_TABLE_MODELS_H_
#define LIGHTLDA_TESTS_UNIT_EVAL_TABLE_MODELS_H_

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/model.h"

namespace lightlda::testing {

using Counts = std::vector<std::vector<std::uint32_t>>;  // [num_topics][num_words]

inline Model ModelOf(std::vector<std::string> words, const Counts& counts, double beta = 0.01) {
  ModelTables tables;
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> entries;
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (TopicId topic = 0; topic < counts.size(); ++topic) {
      if (counts[topic][word] == 0) continue;
      topics.push_back(topic);
      entries.push_back(counts[topic][word]);
    }
    begins.push_back(topics.size());
  }
  tables.words = std::move(words);
  tables.word_topic = {begins, topics, entries};
  for (std::size_t topic = 0; topic < counts.size(); ++topic) {
    tables.alpha.push_back(0.1 + 0.01 * static_cast<double>(topic));
  }
  tables.beta = beta;
  auto model = Model::FromTables(tables);
  REQUIRE(model.ok());
  return std::move(model).value();
}

inline std::vector<std::string> NumberedNames(std::size_t num_words) {
  std::vector<std::string> words;
  for (std::size_t word = 0; word < num_words; ++word) words.push_back("w" + std::to_string(word));
  return words;
}

// Every topic has a share of the words, some of them often.
inline Counts RandomCounts(std::size_t num_topics, std::size_t num_words, unsigned seed) {
  std::mt19937 random(seed);
  Counts counts(num_topics, std::vector<std::uint32_t>(num_words));
  for (auto& topic : counts) {
    for (auto& count : topic) {
      if (random() % 3 == 0)
        count = 1 + static_cast<std::uint32_t>(random() % 4 == 0 ? random() % 100 : 0);
    }
    topic[random() % num_words] += 3;
  }
  return counts;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_EVAL_TABLE_MODELS_H_
