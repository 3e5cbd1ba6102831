#include "ingest/stopword_share.h"

#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <vector>

namespace lightlda {
namespace {

RawWords Words(const std::vector<std::pair<const char*, Count>>& counts) {
  RawWords words;
  for (const auto& [word, tokens] : counts) words.AddWord(word, tokens, 1);
  return words;
}

StopwordShare Find(const RawWords& words, std::vector<Count> tokens) {
  auto share = FindStopwordList(words, tokens);
  REQUIRE(share.ok());
  return *share;
}

TEST_CASE("the list with the most tokens is found, and its share", "[preprocess]") {
  const RawWords words = Words({{"der", 30}, {"und", 15}, {"the", 10}, {"haus", 45}});
  const StopwordShare share = Find(words, words.tokens());
  CHECK(share.language == "de");
  CHECK(share.tokens == 45);
  CHECK(share.num_tokens == 100);
  CHECK(share.fits());
  CHECK(share.Name() == "de (German)");
  CHECK(share.Amount() == "45 % of the tokens (45 of 100)");
}

TEST_CASE("tokens that do not count are in neither number", "[preprocess]") {
  const RawWords words = Words({{"der", 30}, {"und", 15}, {"the", 10}, {"haus", 45}});
  const StopwordShare share = Find(words, {0, 0, 10, 45});
  CHECK(share.language == "en");
  CHECK(share.tokens == 10);
  CHECK(share.num_tokens == 55);
}

TEST_CASE("a list fits from 15 % on, Chinese and Korean from 2 %", "[preprocess]") {
  const auto fits = [](const char* word, Count tokens) {
    const RawWords words = Words({{word, tokens}, {"xyzzy", 1000 - tokens}});
    return Find(words, words.tokens()).fits();
  };
  CHECK(fits("the", 150));
  CHECK_FALSE(fits("the", 149));
  CHECK(fits("我们", 20));
  CHECK(fits("그리고", 20));
  CHECK_FALSE(fits("그리고", 19));
}

TEST_CASE("a text without words has no list", "[preprocess]") {
  const StopwordShare none = Find(RawWords(), {});
  CHECK(none.language.empty());
  CHECK(none.share() == 0);
  CHECK_FALSE(none.fits());
  const RawWords words = Words({{"xyzzy", 5}});
  CHECK(Find(words, words.tokens()).language.empty());
}

}  // namespace
}  // namespace lightlda
