// Files of seed words: what they say, and each way to be wrong.
#include "train/seed_words.h"

#include <catch2/catch.hpp>
#include <string>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

Result<std::vector<SeededTopic>> Read(const std::string& text) {
  TempDir dir;
  testing::WriteText(dir.File("seeds.tsv"), text);
  return ReadSeedWords(dir.File("seeds.tsv"));
}

TEST_CASE("Seed words: topics by name, words with weights", "[seed_words]") {
  const auto topics =
      Must(Read("# comment\n\nspace\tnasa  orbit\r\nice hockey\tnhl\t0.5\nspace\tmoon\t2\n"));
  REQUIRE(topics.size() == 2);
  CHECK(topics[0].name == "space");
  REQUIRE(topics[0].words.size() == 3);
  CHECK(topics[0].words[0].word == "nasa");
  CHECK(topics[0].words[1].word == "orbit");
  CHECK(topics[0].words[1].weight == 0);
  CHECK(topics[0].words[2].word == "moon");
  CHECK(topics[0].words[2].weight == 2);
  CHECK(topics[1].name == "ice hockey");
  CHECK(topics[1].words[0].weight == 0.5);
}

TEST_CASE("Seed words: what is wrong is named with its line", "[seed_words]") {
  const auto [text, said] = GENERATE(table<std::string, std::string>(
      {{"a\tb\nspace nasa\n", ":2: expected a name, a tab"},
       {"a\tb\t0.5\tc\n", ":1: expected a name, a tab"},
       {"\tb\n", ":1: expected a name, a tab"},
       {"a\t \n", ":1: expected a name, a tab"},
       {"a\tb\t0\n", ":1: expected a name, a tab"},
       {"a\tb\tmuch\n", ":1: expected a name, a tab"},
       {"a\tb\t1001\n", ":1: expected a name, a tab"},
       {"a\tb\na\tc b\n", ":2: expected each word of a topic once, found \"b\" again"},
       {"a\xFF\tb\n", ":1: expected UTF-8"},
       {"# nothing\n", "no topic has seed words"},
       {"", "no topic has seed words"}}));
  const auto read = Read(text);
  REQUIRE_FALSE(read.ok());
  CHECK(read.status().code() == StatusCode::kBadInput);
  CHECK_THAT(read.status().message(), Catch::Contains(said));
}

}  // namespace
}  // namespace lightlda
