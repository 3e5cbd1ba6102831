#include "ingest/top_words.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("the ten most frequent words are kept, in whatever order they come", "[preprocess]") {
  std::vector<std::pair<std::string, Count>> words;
  for (int i = 0; i < 30; ++i)
    words.emplace_back(std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i), i / 3);
  std::vector<std::string> expected;
  for (int count = 9; count >= 6; --count) {
    for (int i = 3 * count; i < 3 * count + 3 && expected.size() < 10; ++i) {
      expected.push_back(words[static_cast<std::size_t>(i)].first);
    }
  }
  for (const bool backwards : {false, true}) {
    if (backwards) std::ranges::reverse(words);
    TopWords top;
    for (const auto& [word, count] : words) top.Add(word, count);
    auto found = top.Words();
    REQUIRE(found.size() == 10);
    // Of the three words with 6 tokens the first by its bytes is there.
    CHECK(found[9] == "s18");
    std::ranges::sort(found);
    std::ranges::sort(expected);
    CHECK(found == expected);
  }
  TopWords none;
  none.Add("a", 0);
  CHECK(none.Words().empty());
}

}  // namespace
}  // namespace lightlda
