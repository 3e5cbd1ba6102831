#include "text/phrases.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

using Words = std::vector<std::string>;

Words Joined(const PhraseSet& phrases, const Words& words) {
  Words joined;
  const auto sink = [&](std::string_view word) { joined.emplace_back(word); };
  PhraseJoiner joiner(phrases);
  for (const std::string& word : words) joiner.Add(word, sink);
  joiner.Finish(sink);
  return joined;
}

TEST_CASE("phrases are joined from the left, and no word twice", "[text]") {
  PhraseSet phrases;
  phrases.Add("new", "york");
  phrases.Add("york", "city");
  phrases.Add("a", "a");
  CHECK(Joined(phrases, {"in", "new", "york", "city", "new", "new", "york"}) ==
        Words{"in", "new_york", "city", "new", "new_york"});
  CHECK(Joined(phrases, {"york", "city"}) == Words{"york_city"});
  CHECK(Joined(phrases, {"a", "a", "a"}) == Words{"a_a", "a"});
  CHECK(Joined(phrases, {"york", "new"}) == Words{"york", "new"});
  CHECK(Joined(phrases, {}).empty());
}

TEST_CASE("a set of phrases knows its pairs and what begins them", "[text]") {
  PhraseSet phrases;
  CHECK(phrases.empty());
  phrases.Add("b", "c");
  phrases.Add("a", "c");
  phrases.Add("b", "a");
  phrases.Add("b", "a");
  CHECK(phrases.Begins("a"));
  CHECK_FALSE(phrases.Begins("c"));
  CHECK(phrases.Contains("b", "a"));
  CHECK_FALSE(phrases.Contains("a", "b"));
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(phrases.Sorted() == Pairs{{"a", "c"}, {"b", "a"}, {"b", "c"}});
}

}  // namespace
}  // namespace lightlda
