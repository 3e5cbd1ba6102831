// Word-topic tables of other systems: what is read, and what is refused with which words.
#include "bench/word_topic_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using testing::WriteText;

constexpr std::size_t kNumWords = 5;
constexpr std::uint32_t kNumTopics = 3;

Result<WordTopicText> ReadTable(const TempDir& dir, const std::string& text) {
  WriteText(dir.File("table.txt"), text);
  return WordTopicText::Read(dir.File("table.txt"), kNumWords, kNumTopics);
}

std::vector<TopicCount> RowOf(const WordTopicText& table, WordId word) {
  const auto row = table.Row(word);
  return {row.begin(), row.end()};
}

TEST_CASE("A table's rows and totals are those of its lines, words left out are empty") {
  const TempDir dir;
  const auto table = ReadTable(dir, "1 0:2 2:4000000000\n2\n3 2:1 \n");
  REQUIRE(table.ok());
  CHECK(table.value().num_words() == kNumWords);
  CHECK(RowOf(table.value(), 0).empty());
  CHECK(RowOf(table.value(), 1) == std::vector<TopicCount>{{0, 2}, {2, 4000000000}});
  CHECK(RowOf(table.value(), 2).empty());
  CHECK(RowOf(table.value(), 3) == std::vector<TopicCount>{{2, 1}});
  CHECK(RowOf(table.value(), 4).empty());
  const auto totals = table.value().topic_totals();
  CHECK(std::vector<Count>(totals.begin(), totals.end()) == std::vector<Count>{2, 0, 4000000001});
}

TEST_CASE("The last line of a table may lack its line end") {
  const TempDir dir;
  const auto table = ReadTable(dir, "0 0:1\r\n4 1:7");
  REQUIRE(table.ok());
  CHECK(RowOf(table.value(), 4) == std::vector<TopicCount>{{1, 7}});
}

TEST_CASE(
    "A bad line of a table is refused with its number, what was expected and what was found") {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case bad = GENERATE(values<Case>({
      {"0 0:1\n5 0:1\n", ":2: expected a word id from 0 to 4, found \"5\""},
      {"0 0:1\nx 0:1\n", ":2: expected a word id from 0 to 4, found \"x\""},
      {"0 0:1\n\n1 0:1\n", ":2: expected a word id from 0 to 4, found \"\""},
      {"-1 0:1\n", ":1: expected a word id from 0 to 4, found \"-1\""},
      {"2 0:1\n2 1:1\n", ":2: expected a word id above that of the line before, found 2"},
      {"2 0:1\n1 1:1\n", ":2: expected a word id above that of the line before, found 1"},
      {"0 3:1\n", ":1: expected a topic from 0 to 2, found \"3\""},
      {"0 0:1 :1\n", ":1: expected a topic from 0 to 2, found \"\""},
      {"0 1:1 1:1\n", ":1: expected a topic above 1, found 1"},
      {"0 1:1 0:1\n", ":1: expected a topic above 1, found 0"},
      {"0 1\n", ":1: expected fields TOPIC:COUNT, found one without a colon"},
      {"0 1:0\n", ":1: expected a count from 1 to 4294967295, found \"0\""},
      {"0 1:4294967296\n", ":1: expected a count from 1 to 4294967295, found \"4294967296\""},
      {"0 1:2.5\n", ":1: expected a count from 1 to 4294967295, found \"2.5\""},
      {"0 1:2:3\n", ":1: expected a count from 1 to 4294967295, found \"2:3\""},
      {"", ": expected lines WORD TOPIC:COUNT ..., found no count"},
      {"0\n1\n", ": expected lines WORD TOPIC:COUNT ..., found no count"},
  }));
  CAPTURE(bad.text);
  const TempDir dir;
  const auto table = ReadTable(dir, bad.text);
  REQUIRE_FALSE(table.ok());
  CHECK(table.status().code() == StatusCode::kBadInput);
  CHECK(table.status().message() == dir.File("table.txt") + bad.message);
}

TEST_CASE("A table that is missing is bad input that names the file") {
  const TempDir dir;
  const auto table = WordTopicText::Read(dir.File("none"), kNumWords, kNumTopics);
  REQUIRE_FALSE(table.ok());
  CHECK(table.status().code() == StatusCode::kBadInput);
  CHECK(table.status().message().find(dir.File("none")) != std::string::npos);
}

}  // namespace
}  // namespace lightlda
