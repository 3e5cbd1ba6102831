// Coherence: worked out by hand on a few documents; what cannot be scored is said.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "lightlda/corpus_builder.h"
#include "lightlda/evaluate.h"
#include "lightlda/preprocess.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

Corpus TextCorpus(const TempDir& dir, const std::string& text) {
  testing::WriteText(dir.File("in.txt"), text);
  PreprocessConfig config;
  config.inputs = {dir.File("in.txt")};
  config.output = dir.File("corpus");
  config.min_df = "1";
  config.max_df = "1.0";
  Must(Preprocess(config));
  return Must(Corpus::Open(dir.File("corpus")));
}

using Topics = std::vector<std::vector<std::string>>;

TEST_CASE("coherence of two words is that of their counts", "[eval]") {
  const TempDir dir;
  // Four windows, all shorter than the sizes: "aa" in three, "bb" in two, both in one.
  const Corpus corpus = TextCorpus(dir, "aa bb\naa\naa cc\nbb\n");
  const Topics topics = {{"aa", "bb"}, {"aa", "unheard-of"}, {"aa", "bb", "unheard-of"}};
  const Coherence coherence = Must(EvaluateCoherence(topics, corpus));
  REQUIRE(coherence.topics.size() == 3);
  CHECK(coherence.num_missing_words == 2);
  const double pmi = std::log(0.25 / (0.75 * 0.5));
  const double npmi = pmi / -std::log(0.25);
  for (const std::size_t topic : {0, 2}) {
    CHECK(coherence.topics[topic].u_mass == Approx(std::log(0.25 / 0.75)));
    CHECK(coherence.topics[topic].c_uci.value() == Approx(pmi));
    CHECK(coherence.topics[topic].c_npmi.value() == Approx(npmi));
    // Vectors (1, npmi) and (npmi, 1), and their sum.
    CHECK(coherence.topics[topic].c_v.value() ==
          Approx((1 + npmi) * (1 + npmi) /
                 (std::sqrt(1 + npmi * npmi) * std::sqrt(2.0) * (1 + npmi))));
  }
  CHECK(coherence.topics[1].u_mass == 0);
  CHECK(coherence.mean.u_mass == Approx(coherence.topics[0].u_mass));
  CHECK(coherence.mean.c_npmi.value() == Approx(npmi));
}

TEST_CASE("bags of words have no windows", "[eval]") {
  testing::SampleModel sample(4);
  const Model model = Must(Model::Load(sample.path()));
  const Coherence coherence = Must(EvaluateCoherence(model, sample.corpus()));
  REQUIRE(coherence.topics.size() == 4);
  CHECK(coherence.mean.u_mass < 0);
  CHECK_FALSE(coherence.mean.c_uci.has_value());
  CHECK_FALSE(coherence.topics[0].c_v.has_value());
}

TEST_CASE("words in order have the windows of their text, if it is said that they are", "[eval]") {
  const TempDir dir;
  std::string text;
  CorpusBuilder builder;
  for (int d = 0; d < 8; ++d) {
    std::vector<std::string> words;
    for (int i = 0; i < 30; ++i)
      words.push_back(std::string(2, static_cast<char>('a' + i * (d + 3) % 11)));
    for (const std::string& word : words) text += word + " ";
    text += "\n";
    Must(builder.AddWords("d", words));
  }
  const Corpus of_text = TextCorpus(dir, text);
  const Corpus of_words = Must(std::move(builder).Build());
  const Topics topics = {{"aa", "bb", "cc"}, {"dd", "ee"}};
  CHECK_FALSE(Must(EvaluateCoherence(topics, of_words)).mean.c_npmi.has_value());
  CoherenceOptions options;
  options.in_order = true;
  const CoherenceScores mean = Must(EvaluateCoherence(topics, of_words, options)).mean;
  const CoherenceScores expected = Must(EvaluateCoherence(topics, of_text)).mean;
  CHECK(mean.c_npmi.value() == expected.c_npmi.value());
  CHECK(mean.c_v.value() == expected.c_v.value());
}

TEST_CASE("coherence is the same for any number of threads", "[eval]") {
  testing::SampleModel sample(4);
  const Model model = Must(Model::Load(sample.path()));
  CoherenceOptions options;
  options.num_threads = 1;
  const double one = Must(EvaluateCoherence(model, sample.corpus(), options)).mean.u_mass;
  options.num_threads = 5;
  CHECK(Must(EvaluateCoherence(model, sample.corpus(), options)).mean.u_mass == one);
  options.top_words = 1;
  CHECK(EvaluateCoherence(model, sample.corpus(), options).status().code() == StatusCode::kUsage);
}

TEST_CASE("diversity is the share of different words", "[eval]") {
  ModelTables tables;
  tables.words = {"a", "b", "c"};
  const std::vector<std::uint64_t> begins = {0, 2, 3, 4};
  const std::vector<TopicId> topics = {0, 1, 0, 1};
  const std::vector<std::uint32_t> counts = {9, 9, 5, 5};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.1, 0.1};
  const Model model = Must(Model::FromTables(tables));
  CHECK(TopicDiversity(model, 1) == Approx(0.5));
  CHECK(TopicDiversity(model, 2) == Approx(0.75));
}

}  // namespace
}  // namespace lightlda
