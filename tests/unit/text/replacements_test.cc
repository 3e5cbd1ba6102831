#include "text/replacements.h"

#include <catch2/catch.hpp>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using testing::WriteText;

TEST_CASE("replacements are folded; comments and blank lines are none", "[text]") {
  TempDir dir;
  WriteText(dir.File("r"), "\xEF\xBB\xBF# spellings\nColour color\r\n\n  Straße\tstreet\ngo\n");
  auto changes = LoadReplacements(dir.File("r"));
  REQUIRE(changes.ok());
  CHECK(*changes == WordChanges{{"colour", "color"}, {"strasse", "street"}, {"go", ""}});
}

TEST_CASE("a bad line of replacements is refused at that line", "[text]") {
  TempDir dir;
  const auto message = [&](const std::string& content) {
    WriteText(dir.File("r"), content);
    auto changes = LoadReplacements(dir.File("r"));
    REQUIRE_FALSE(changes.ok());
    CHECK(changes.status().code() == StatusCode::kBadInput);
    return changes.status().message().substr(dir.File("r").size());
  };
  CHECK(message("a b\na b c\n") == ":2: expected a word and what it becomes, found \"a b c\"");
  CHECK(message("a b\nA c\n") == ":2: the word \"a\" has a change already");
  CHECK(message("a\xFF\n").starts_with(":1: invalid UTF-8 at byte 2"));
}

}  // namespace
}  // namespace lightlda
