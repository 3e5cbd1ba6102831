// Held-out documents: which they are, and that training knows nothing of them.
#include "ingest/holdout.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using testing::DifferingFiles;
using testing::Must;
using testing::NamedDocument;
using testing::ReadDocuments;
using testing::ReadText;
using testing::ReadWords;
using testing::TempDir;
using testing::WriteText;

constexpr int kNumDocuments = 500;

// Word numbers of document d: rare words, too, and an empty document now and then.
std::vector<int> WordsOf(int d) {
  std::vector<int> words;
  for (int i = 0; i < d % 9; ++i) words.push_back((d * 7 + i * i * 3) % (20 + d % 60));
  return words;
}

std::map<int, int> BagOf(int d) {
  std::map<int, int> bag;
  for (const int word : WordsOf(d)) ++bag[word];
  return bag;
}

// Lines of an input of the documents of `which`, which keep their names where the format has them.
std::string Input(InputFormat format, const std::vector<int>& which) {
  std::string text;
  std::size_t entries = 0;
  for (std::size_t at = 0; at < which.size(); ++at) {
    const int d = which[at];
    if (format == InputFormat::kJsonl) {
      text += "{\"id\":\"d" + std::to_string(d) + "\",\"text\":\"";
      for (const int word : WordsOf(d)) text += " word" + std::to_string(word);
      text += "\"}\n";
    } else if (format == InputFormat::kText) {
      for (const int word : WordsOf(d)) text += " word" + std::to_string(word);
      text += "\n";
    } else if (format == InputFormat::kUci) {
      for (const auto& [word, count] : BagOf(d)) {
        text += std::to_string(at + 1) + " " + std::to_string(word + 1) + " " +
                std::to_string(count) + "\n";
        ++entries;
      }
    } else {
      const auto bag = BagOf(d);
      text += format == InputFormat::kLdac ? std::to_string(bag.size())
                                           : "d" + std::to_string(d) + "\t";
      for (const auto& [word, count] : bag) {
        text += " " + std::to_string(word) + ":" + std::to_string(count);
      }
      text += "\n";
    }
  }
  if (format != InputFormat::kUci) return text;
  return std::to_string(which.size()) + "\n80\n" + std::to_string(entries) + "\n" + text;
}

std::vector<int> AllDocuments() {
  std::vector<int> all;
  for (int d = 0; d < kNumDocuments; ++d) all.push_back(d);
  return all;
}

PreprocessConfig ConfigOf(const TempDir& dir, InputFormat format, const std::string& name,
                          const std::vector<int>& which) {
  WriteText(dir.File(name + ".in"), Input(format, which));
  PreprocessConfig config;
  config.inputs = {dir.File(name + ".in")};
  config.format = format;
  config.output = dir.File(name);
  config.min_df = "3";
  config.max_df = "0.12";
  config.block_tokens = 200;
  return config;
}

TEST_CASE("Holdout: about the fraction, the same for a seed, more with a larger one", "[holdout]") {
  const Holdout small{0.2, 1};
  const Holdout large{0.5, 1};
  const Holdout other{0.2, 2};
  int held_out = 0;
  int differ = 0;
  for (DocId d = 0; d < 10'000; ++d) {
    held_out += small.Has(d) ? 1 : 0;
    differ += small.Has(d) != other.Has(d) ? 1 : 0;
    if (small.Has(d)) CHECK(large.Has(d));
    CHECK_FALSE(Holdout{0, 1}.Has(d));
  }
  CHECK(held_out > 1800);  // 5 standard deviations
  CHECK(held_out < 2200);
  CHECK(differ > 2000);
}

// Documents of the input that training keeps, and those that it does not.
struct Shares {
  explicit Shares(const Holdout& holdout) {
    for (int d = 0; d < kNumDocuments; ++d) {
      (holdout.Has(static_cast<DocId>(d)) ? held_out : training).push_back(d);
    }
  }
  std::vector<int> training;
  std::vector<int> held_out;
};

constexpr InputFormat kFormats[] = {InputFormat::kText, InputFormat::kJsonl, InputFormat::kUci,
                                    InputFormat::kLdac, InputFormat::kLibsvm};

TEST_CASE("Holdout: training documents alone make the same corpus", "[holdout]") {
  const InputFormat format = GENERATE(from_range(std::begin(kFormats), std::end(kFormats)));
  INFO(FormatName(format));
  const TempDir dir;
  const Shares shares({0.3, 1});
  PreprocessConfig both = ConfigOf(dir, format, "both", AllDocuments());
  both.holdout = 0.3;
  const PreprocessSummary summary = Must(Preprocess(both));
  const PreprocessConfig alone = ConfigOf(dir, format, "alone", shares.training);
  const PreprocessSummary expected = Must(Preprocess(alone));
  CHECK(summary.num_documents == static_cast<Count>(shares.training.size()));
  CHECK(summary.num_held_out_documents == static_cast<Count>(shares.held_out.size()));
  CHECK(summary.num_documents == expected.num_documents);
  CHECK(summary.num_empty_documents == expected.num_empty_documents);
  CHECK(summary.num_words == expected.num_words);
  CHECK(summary.num_tokens == expected.num_tokens);
  CHECK(summary.num_blocks == expected.num_blocks);
  CHECK(summary.dropped_tokens == expected.dropped_tokens);
  // What differs: the settings in the manifest, and names that are numbers of lines.
  for (const std::string& file : DifferingFiles(both.output, alone.output)) {
    const bool is_numbered = format != InputFormat::kJsonl && format != InputFormat::kLibsvm;
    CHECK((file == "manifest.json" || (is_numbered && file.starts_with("names-"))));
  }
}

TEST_CASE("Holdout: a word of held-out documents alone is no word, whatever the filters",
          "[holdout]") {
  const TempDir dir;
  const Shares shares({0.3, 1});
  const auto config_of = [&](const std::string& name, const std::vector<int>& which) {
    PreprocessConfig config = ConfigOf(dir, InputFormat::kText, name, which);
    std::string text;
    for (const int d : which)
      text += "word1 only" + std::to_string(d) + " word" + std::to_string(d % 4) + "\n";
    WriteText(config.inputs[0], text);
    config.min_df = "0";
    config.max_df = "1.0";
    return config;
  };
  PreprocessConfig both = config_of("both", AllDocuments());
  both.holdout = 0.3;
  const PreprocessConfig alone = config_of("alone", shares.training);
  const PreprocessSummary summary = Must(Preprocess(both));
  Must(Preprocess(alone));
  CHECK(ReadWords(both.output) == ReadWords(alone.output));
  CHECK(summary.dropped_words.at("in held-out documents alone") ==
        static_cast<Count>(shares.held_out.size()));
  // A given list is taken as it is.
  WriteText(dir.File("words"), "word3\nnever\nword1\n");
  both.vocab_file = dir.File("words");
  both.output = dir.File("given");
  Must(Preprocess(both));
  CHECK(ReadWords(both.HoldoutOutput()) == std::vector<std::string>{"word3", "never", "word1"});
}

// The words of document d in the corpus, if none is dropped.
std::vector<std::string> NamesOf(InputFormat format, int d) {
  std::vector<std::string> words;
  if (format == InputFormat::kText || format == InputFormat::kJsonl) {
    for (const int word : WordsOf(d)) words.push_back("word" + std::to_string(word));
    return words;
  }
  for (const auto& [word, count] : BagOf(d)) {
    const int number = word + (format == InputFormat::kUci ? 1 : 0);
    words.insert(words.end(), static_cast<std::size_t>(count), std::to_string(number));
  }
  return words;
}

TEST_CASE("Holdout: the other corpus has the other documents, with the same words", "[holdout]") {
  const InputFormat format = GENERATE(from_range(std::begin(kFormats), std::end(kFormats)));
  INFO(FormatName(format));
  const TempDir dir;
  const Shares shares({0.3, 1});
  PreprocessConfig config = ConfigOf(dir, format, "corpus", AllDocuments());
  config.holdout = 0.3;
  const PreprocessSummary summary = Must(Preprocess(config));
  const std::vector<std::string> vocabulary = ReadWords(config.output);
  const std::set<std::string> kept(vocabulary.begin(), vocabulary.end());
  CHECK(ReadWords(config.HoldoutOutput()) == vocabulary);
  const auto documents = ReadDocuments(config.HoldoutOutput());
  REQUIRE(documents.size() == shares.held_out.size());
  Count tokens = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    std::vector<std::string> words = NamesOf(format, shares.held_out[i]);
    std::erase_if(words, [&](const std::string& word) { return !kept.contains(word); });
    CHECK(documents[i].words == words);
    tokens += static_cast<Count>(words.size());
  }
  CHECK(summary.num_held_out_tokens == tokens);
  CHECK(tokens > 100);
}

TEST_CASE("Holdout: any number of threads gives the same two corpora", "[holdout]") {
  const TempDir dir;
  PreprocessConfig config = ConfigOf(dir, InputFormat::kJsonl, "one", AllDocuments());
  config.holdout = 0.3;
  config.num_threads = 1;
  Must(Preprocess(config));
  const std::string one = config.HoldoutOutput();
  CHECK(one == dir.File("one.heldout"));
  config.output = dir.File("four");
  config.holdout_output = dir.File("elsewhere");
  config.num_threads = 4;
  Must(Preprocess(config));
  CHECK(DifferingFiles(dir.File("one"), dir.File("four")).empty());
  CHECK(DifferingFiles(one, dir.File("elsewhere")).empty());
}

TEST_CASE("Holdout: both corpora appear, or neither", "[holdout]") {
  const TempDir dir;
  PreprocessConfig config = ConfigOf(dir, InputFormat::kText, "corpus", AllDocuments());
  config.holdout = 0.3;
  const auto code = [&] { return Preprocess(config).status().code(); };
  const auto names = [&] { return testing::ListNames(dir.path()); };
  const std::vector<std::string> before = names();

  SECTION("a place that is taken") {
    WriteText(dir.File("corpus.heldout"), "mine");
    CHECK(code() == StatusCode::kCannotWrite);
    config.overwrite = true;
    CHECK(code() == StatusCode::kCannotWrite);
    CHECK(ReadText(dir.File("corpus.heldout")) == "mine");
    CHECK(names() == std::vector<std::string>{"corpus.heldout", "corpus.in"});
  }
  SECTION("the same place, also by another spelling") {
    for (const std::string& place :
         {config.output, config.output + "/", dir.path() + "/./corpus"}) {
      config.holdout_output = place;
      CHECK(code() == StatusCode::kUsage);
      CHECK(names() == before);
    }
  }
  SECTION("in what is read") {
    config.holdout_output = config.inputs[0];
    CHECK(code() == StatusCode::kCannotWrite);
    CHECK(names() == before);
  }
  SECTION("a bad line, after held-out documents") {
    config.format = InputFormat::kJsonl;
    WriteText(config.inputs[0], Input(InputFormat::kJsonl, AllDocuments()) + "{\n");
    CHECK(code() == StatusCode::kBadInput);
    CHECK(names() == before);
  }
  SECTION("both are replaced") {
    Must(Preprocess(config));
    const std::string old = ReadText(dir.File("corpus.heldout/manifest.json"));
    CHECK(code() == StatusCode::kCannotWrite);
    config.overwrite = true;
    config.seed = 2;
    Must(Preprocess(config));
    CHECK(ReadText(dir.File("corpus.heldout/manifest.json")) != old);
    CHECK(names() == std::vector<std::string>{"corpus", "corpus.heldout", "corpus.in"});
  }
}

TEST_CASE("Holdout: a fraction of no use is refused, and nothing is made", "[holdout]") {
  const TempDir dir;
  PreprocessConfig config = ConfigOf(dir, InputFormat::kText, "corpus", AllDocuments());
  const auto code = [&] { return Preprocess(config).status().code(); };
  const std::vector<std::string> before = testing::ListNames(dir.path());
  SECTION("none, or all") {
    config.holdout = 1e-9;
    CHECK(code() == StatusCode::kBadInput);
    config.holdout = 1 - 1e-9;
    CHECK(code() == StatusCode::kBadInput);
  }
  SECTION("out of range") {
    for (const double fraction : {-0.1, 1.0, std::nan("")}) {
      config.holdout = fraction;
      CHECK(code() == StatusCode::kUsage);
    }
    config.holdout = 0;
    config.holdout_output = dir.File("held-out");
    CHECK(code() == StatusCode::kUsage);
  }
  CHECK(testing::ListNames(dir.path()) == before);
}

}  // namespace
}  // namespace lightlda
