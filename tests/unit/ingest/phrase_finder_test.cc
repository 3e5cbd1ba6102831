#include "ingest/phrase_finder.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

namespace lightlda {
namespace {

using Documents = std::vector<std::vector<std::uint32_t>>;

constexpr std::uint32_t kNumWords = 40;

// Words of which some like to follow others.
Documents SomeDocuments() {
  std::mt19937 random(3);
  Documents documents(60);
  for (auto& document : documents) {
    for (int i = 0; i < 80; ++i) {
      const auto word = static_cast<std::uint32_t>(random() % kNumWords);
      document.push_back(word);
      if (word % 5 == 0 && random() % 4 != 0) document.push_back(word / 5 + 20);
    }
  }
  return documents;
}

std::vector<Count> Tokens(const Documents& documents) {
  std::vector<Count> tokens(kNumWords);
  for (const auto& document : documents) {
    for (const std::uint32_t word : document) ++tokens[word];
  }
  return tokens;
}

std::vector<WordPair> Find(const Documents& documents, const PhraseRules& rules, int* passes) {
  const auto visit = [&](const std::function<void(std::span<const std::uint32_t>)>& count) {
    ++*passes;
    for (const auto& document : documents) count(document);
    return Status();
  };
  auto phrases = FindPhrases(visit, Tokens(documents), rules);
  REQUIRE(phrases.ok());
  return *phrases;
}

TEST_CASE("phrases are the pairs above the bounds", "[preprocess]") {
  const Documents documents = SomeDocuments();
  const std::vector<Count> tokens = Tokens(documents);
  double total = 0;
  for (const Count count : tokens) total += static_cast<double>(count);
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> pairs;
  for (const auto& document : documents) {
    for (std::size_t i = 1; i < document.size(); ++i) ++pairs[{document[i - 1], document[i]}];
  }
  for (const double threshold : {-1.0, 0.0, 0.2, 0.5, 1.0}) {
    for (const Count min_count : {1, 5, 30}) {
      CAPTURE(threshold, min_count);
      std::vector<WordPair> expected;
      for (const auto& [pair, count] : pairs) {
        const double p_first = static_cast<double>(tokens[pair.first]) / total;
        const double p_second = static_cast<double>(tokens[pair.second]) / total;
        const double score =
            std::log(count / total / (p_first * p_second)) / -std::log(count / total);
        if (count >= static_cast<double>(min_count) && score > threshold) {
          expected.push_back(PairOf(pair.first, pair.second));
        }
      }
      // The first table may be so small that all pairs share a few places.
      for (const int sketch_bits : {2, 10, 20}) {
        int passes = 0;
        CHECK(Find(documents,
                   {.min_count = min_count, .threshold = threshold, .sketch_bits = sketch_bits},
                   &passes) == expected);
        CHECK(passes == 2);
      }
    }
  }
}

TEST_CASE("more pairs than are counted at a time are found in several passes", "[preprocess]") {
  const Documents documents = SomeDocuments();
  int passes = 0;
  PhraseRules rules{.min_count = 2, .threshold = 0.1};
  const auto expected = Find(documents, rules, &passes);
  REQUIRE(expected.size() > 5);
  rules.sketch_bits = 1;
  rules.max_pairs = 200;
  passes = 0;
  CHECK(Find(documents, rules, &passes) == expected);
  CHECK(passes > 4);
}

TEST_CASE("npmi is 1 of words that are always together and 0 of independent ones", "[preprocess]") {
  CHECK(Npmi(10, 10, 10, 1000) == Approx(1));
  CHECK(Npmi(1, 10, 100, 1000) == Approx(0).margin(1e-12));
}

}  // namespace
}  // namespace lightlda
