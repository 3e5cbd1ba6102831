// The start of a document's text. tests/cli/scenario_report.py has what the tables hold.
#include "page/report_tables.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

std::string Start(std::string_view text, std::size_t bytes, bool expect_cut) {
  bool is_cut = !expect_cut;
  const std::string start = StartOfText(text, bytes, &is_cut);
  CHECK(is_cut == expect_cut);
  return start;
}

TEST_CASE("a text that fits is whole, with its blanks made one", "[report_tables]") {
  CHECK(Start("", 10, false).empty());
  CHECK(Start("one two", 7, false) == "one two");
  CHECK(Start(" \n one\t\r\n two \n", 7, false) == "one two");
}

TEST_CASE("a text that does not fit is cut between words", "[report_tables]") {
  CHECK(Start("one two three", 12, true) == "one two");
  CHECK(Start("one two three", 8, true) == "one two");
  CHECK(Start("one two three", 7, true) == "one two");
  CHECK(Start("one two three", 6, true) == "one");
  CHECK(Start("one", 0, true).empty());
}

TEST_CASE("a text without blanks is cut between characters", "[report_tables]") {
  CHECK(Start("abcdef", 4, true) == "abcd");
  const std::string tokyo = "\xE6\x9D\xB1\xE4\xBA\xAC";  // two characters of three bytes
  CHECK(Start(tokyo, 5, true) == tokyo.substr(0, 3));
  CHECK(Start(tokyo, 3, true) == tokyo.substr(0, 3));
  CHECK(Start(tokyo, 2, true).empty());
}

}  // namespace
}  // namespace lightlda
