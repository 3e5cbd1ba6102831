#include "ingest/refinement.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using testing::BaseConfig;
using testing::Describe;
using testing::KeepAll;
using testing::ReadDocuments;
using testing::ReadWords;
using testing::TempDir;
using testing::WriteText;
using Lines = std::vector<std::string>;

// English, in `num` lines.
std::string EnglishLines(int num) {
  std::string text;
  for (int i = 0; i < num; ++i) {
    text += "The galaxies of this survey are not as bright as those that we have measured " +
            std::string(i % 3 == 0 ? "before" : "with telescopes") + ", measuring them all\n";
  }
  return text;
}

std::string PipelineText(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  REQUIRE(corpus.ok());
  return std::string(corpus->text_pipeline());
}

TEST_CASE("stop words that are picked give the corpus that naming them gives", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), EnglishLines(40));
  for (const char* stemmer : {"none", "english"}) {
    CAPTURE(stemmer);
    PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
    config.overwrite = true;
    config.stemmer = stemmer;
    config.holdout = 0.2;
    config.holdout_output = dir.File("heldout");
    config.stopwords = "en";
    auto named = Preprocess(config);
    REQUIRE(named.ok());
    const auto pipeline = PipelineText(config.output);
    const auto words = ReadWords(config.output);
    const auto documents = Describe(config.output);
    const auto held_out = Describe(config.holdout_output);
    config.stopwords = "auto";
    auto picked = Preprocess(config);
    INFO(picked.status().message());
    REQUIRE(picked.ok());
    CHECK(PipelineText(config.output) == pipeline);
    CHECK(ReadWords(config.output) == words);
    CHECK(Describe(config.output) == documents);
    CHECK(Describe(config.holdout_output) == held_out);
    CHECK(picked->num_tokens == named->num_tokens);
    CHECK(picked->num_held_out_tokens == named->num_held_out_tokens);
    CHECK(picked->dropped_words == named->dropped_words);
    REQUIRE(picked->notes.size() == 1);
    CHECK(picked->notes[0].find("took the list en (English)") != std::string::npos);
  }
}

TEST_CASE("no stop words are picked for a text of no known language", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "xyzzy plugh\nplugh frotz the\nfrotz xyzzy plover gnusto rezrov\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.stopwords = "auto";
  auto summary = Preprocess(config);
  REQUIRE(summary.ok());
  CHECK(summary->num_tokens == 10);
  REQUIRE(summary->notes.size() == 1);
  CHECK(summary->notes[0] ==
        "`stopwords`=auto took no list: the best one, en (English), has 10 % of the tokens (1 of "
        "10)");
}

TEST_CASE("a text full of stop words is noted, unless some were asked for", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), EnglishLines(10));
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.overwrite = true;
  auto summary = Preprocess(config);
  REQUIRE(summary.ok());
  REQUIRE(summary->notes.size() == 1);
  CHECK(summary->notes[0].find("no stop words were removed") == 0);
  CHECK(summary->notes[0].find("`stopwords`=en removes them") != std::string::npos);
  // Words that are not in the corpus are no harm.
  config.max_df = "0.5";
  summary = Preprocess(config);
  REQUIRE(summary.ok());
  CHECK(summary->notes[0].find(" of " + std::to_string(summary->num_tokens) + ")") !=
        std::string::npos);
  config.stopwords = "de";
  config.max_df = "1.0";
  summary = Preprocess(config);
  REQUIRE(summary.ok());
  CHECK(summary->notes.empty());
}

TEST_CASE("stop words of bags of words cannot be picked", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "1 0:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  config.stopwords = "auto";
  const auto summary = Preprocess(config);
  REQUIRE_FALSE(summary.ok());
  CHECK(summary.status().exit_code() == 64);
}

}  // namespace
}  // namespace lightlda
