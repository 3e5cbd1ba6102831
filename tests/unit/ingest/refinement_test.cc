#include "ingest/refinement.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "text/text_pipeline.h"
#include "unit/ingest/preprocess_test_util.h"

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
  CHECK(summary->notes.empty());  // so few tokens tell nothing
  WriteText(dir.File("text"), EnglishLines(4000));
  summary = Preprocess(config);
  REQUIRE(summary.ok());
  REQUIRE(summary->notes.size() == 1);
  CHECK(summary->notes[0].find("no stop words were removed") == 0);
  CHECK(summary->notes[0].find("`stopwords`=en removes them") != std::string::npos);
  // Words that are not in the corpus are no harm.
  config.max_df = "0.5";
  summary = Preprocess(config);
  REQUIRE(summary.ok());
  CHECK(summary->notes[0].find(" of " + FormatCount(summary->num_tokens) + ")") !=
        std::string::npos);
  config.stopwords = "de";
  config.max_df = "1.0";
  summary = Preprocess(config);
  REQUIRE(summary.ok());
  CHECK(summary->notes.empty());
}

// The documents of the corpus are what its own text pipeline makes of their texts, words outside
// its vocabulary left out; and so is a second corpus that is read like it.
void CheckPipeline(const TempDir& dir, const std::vector<std::string>& texts,
                   const std::string& directory) {
  auto settings = ParseTextPipeline("f", PipelineText(directory));
  REQUIRE(settings.ok());
  auto pipeline = TextPipeline::Create(std::make_shared<TextPipelineSettings>(*settings));
  REQUIRE(pipeline.ok());
  const Lines words = ReadWords(directory);
  Lines expected;
  for (std::size_t d = 0; d < texts.size(); ++d) {
    std::string line = std::to_string(d + 1) + ":";
    const auto sink = [&](std::string_view word) {
      if (std::ranges::find(words, word) != words.end()) line += " " + std::string(word);
    };
    REQUIRE((*pipeline)->Tokenize(texts[d], sink).ok());
    expected.push_back(line);
  }
  CHECK(Describe(directory) == expected);

  PreprocessConfig like = BaseConfig(dir, dir.File("text"), InputFormat::kText);
  like.output = dir.File("like");
  like.overwrite = true;
  like.like = directory;
  auto summary = Preprocess(like);
  INFO(summary.status().message());
  REQUIRE(summary.ok());
  CHECK(PipelineText(like.output) == PipelineText(directory));
  CHECK(ReadWords(like.output) == words);
  CHECK(Describe(like.output) == expected);
}

TEST_CASE("a model reads text as its corpus was read, with stems, phrases and all",
          "[preprocess]") {
  TempDir dir;
  std::vector<std::string> texts;
  std::string all;
  const Lines some = {"galaxies", "galaxy", "dark",  "matter", "measure",  "measured",  "the",
                      "of",       "colour", "stars", "star",   "exchange", "exchanged", "hm"};
  for (int d = 0; d < 60; ++d) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      const int pick = (d * 31 + i * i * 7 + i * d) % 17;
      text += pick >= 14 ? " dark matter" : " " + some[static_cast<std::size_t>(pick)];
    }
    texts.push_back(text);
    all += text + "\n";
  }
  WriteText(dir.File("text"), all);
  WriteText(dir.File("replace"), "colour color\nhm\n");
  for (const char* stemmer : {"none", "english"}) {
    for (const char* phrases : {"none", "npmi"}) {
      CAPTURE(stemmer, phrases);
      PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
      config.overwrite = true;
      config.stemmer = stemmer;
      config.phrases = phrases;
      config.phrase_threshold = 0.2;
      config.stopwords = "en";
      config.replace_file = dir.File("replace");
      config.min_df = "2";
      auto summary = Preprocess(config);
      INFO(summary.status().message());
      REQUIRE(summary.ok());
      const Lines words = ReadWords(config.output);
      const auto has = [&](const char* word) {
        return std::ranges::find(words, word) != words.end();
      };
      CHECK(has("dark_matter") == (phrases != std::string("none")));
      CHECK(has("color"));
      CHECK_FALSE(has("hm"));
      CHECK_FALSE(has("galaxi"));  // the stem
      CHECK((summary->num_phrases > 0) == (phrases != std::string("none")));
      CheckPipeline(dir, texts, config.output);
    }
  }
}

TEST_CASE("a stem is named by its most frequent form", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "stars star stars cats run cat running runs\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.stemmer = "english";
  REQUIRE(Preprocess(config).ok());
  // Of equally frequent forms the first by its bytes.
  CHECK(Describe(config.output) == Lines{"1: stars stars stars cat run cat run run"});
  // A given list has stems, as ever.
  WriteText(dir.File("vocab"), "star\nrun\n");
  config.vocab_file = dir.File("vocab");
  config.overwrite = true;
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Lines{"1: star star star run run run"});
}

TEST_CASE("phrases are found in the documents that are not held out", "[preprocess]") {
  TempDir dir;
  std::string text;
  for (int d = 0; d < 50; ++d) text += "alpha beta gamma" + std::to_string(d % 7) + " new york\n";
  WriteText(dir.File("text"), text);
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.holdout = 0.3;
  config.holdout_output = dir.File("heldout");
  config.phrases = "npmi";
  auto summary = Preprocess(config);
  REQUIRE(summary.ok());
  auto words = ReadWords(config.output);
  std::ranges::sort(words);
  // The parts of the phrases are in no document any more.
  CHECK(words.size() == 9);
  CHECK(std::ranges::find(words, "new_york") != words.end());
  CHECK(std::ranges::find(words, "alpha_beta") != words.end());
  CHECK(summary->dropped_words.at("in phrases or held-out documents alone") == 4);
  CHECK(summary->num_phrase_tokens == 2 * summary->num_documents);
  CHECK(summary->num_held_out_tokens == 3 * summary->num_held_out_documents);
  for (const std::string& line : Describe(config.holdout_output)) {
    CHECK(line.find("alpha_beta gamma") != std::string::npos);
  }
}

TEST_CASE("what says how text is read goes with nothing else that does", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "alpha beta\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  REQUIRE(Preprocess(config).ok());
  config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
  config.like = config.output;
  config.output = dir.File("other");
  const auto refused = [&](const std::function<void(PreprocessConfig*)>& change) {
    PreprocessConfig changed = config;
    change(&changed);
    auto summary = Preprocess(changed);
    return !summary.ok() && summary.status().code() == StatusCode::kUsage;
  };
  CHECK(refused([](auto* c) { c->min_df = "1"; }));
  CHECK(refused([](auto* c) { c->stopwords = "en"; }));
  CHECK(refused([](auto* c) { c->stemmer = "english"; }));
  CHECK(refused([](auto* c) { c->phrases = "npmi"; }));
  CHECK(refused([&](auto* c) { c->vocab_file = dir.File("text"); }));
  REQUIRE(Preprocess(config).ok());
  config.like = dir.File("text");
  CHECK(Preprocess(config).status().code() == StatusCode::kBadInput);
}

TEST_CASE("stop words of bags of words cannot be picked", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "1 0:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  config.stopwords = "auto";
  auto summary = Preprocess(config);
  REQUIRE_FALSE(summary.ok());
  CHECK(summary.status().exit_code() == 64);
}

}  // namespace
}  // namespace lightlda
