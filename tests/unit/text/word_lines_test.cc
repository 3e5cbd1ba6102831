#include "text/word_lines.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("lines of words come with their places, without comments", "[text]") {
  std::vector<std::string> seen;
  const auto visit = [&](std::string_view line, const std::string& where,
                         const std::vector<std::string_view>& words) {
    seen.push_back(where + std::string(line) + "|" + std::to_string(words.size()) + "|" +
                   std::string(words[0]));
    return Status();
  };
  REQUIRE(ForEachWordLine("f", "\xEF\xBB\xBFone\n\n # two\n\t three four\r\nfive", visit).ok());
  CHECK(seen == std::vector<std::string>{"f:1: one|1|one", "f:4: \t three four\r|2|three",
                                         "f:5: five|1|five"});
  CHECK(ForEachWordLine("f", "a\nb\xFF", visit).message().starts_with("f:2: invalid UTF-8"));
  const auto fail = [](auto...) { return Status::BadInput("stop"); };
  CHECK(ForEachWordLine("f", "a\nb", fail).message() == "stop");
}

}  // namespace
}  // namespace lightlda
