#include "bench/synthetic.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/preprocess.h"
#include "test_util.h"

namespace lightlda::bench {
namespace {

SyntheticOptions SmallOptions() {
  SyntheticOptions options;
  options.num_documents = 500;
  options.num_words = 2000;
  options.num_topics = 20;
  options.mean_length = 80;
  options.seed = 7;
  return options;
}

std::string TextOf(const SyntheticOptions& options, BagFormat format,
                   SyntheticSummary* summary = nullptr) {
  std::string text;
  const auto written =
      WriteSynthetic(SyntheticCorpus(options), format, [&text](std::string_view piece) {
        text += piece;
        return Status();
      });
  REQUIRE(written.ok());
  if (summary != nullptr) *summary = written.value();
  return text;
}

TEST_CASE("a synthetic corpus is a function of its options", "[bench]") {
  SyntheticOptions options = SmallOptions();
  for (const BagFormat format : {BagFormat::kUci, BagFormat::kLdac}) {
    const std::string text = TextOf(options, format);
    CHECK(text == TextOf(options, format));
    SyntheticOptions other = options;
    other.seed = 8;
    CHECK(text != TextOf(other, format));
  }
  // A document does not depend on those before it.
  const SyntheticCorpus corpus(options);
  std::vector<WordId> first, again, between;
  std::vector<TopicId> topics;
  corpus.Draw(3, &first, &topics);
  corpus.Draw(100, &between, &topics);
  corpus.Draw(3, &again, &topics);
  CHECK(first == again);
  CHECK(first != between);
}

TEST_CASE("the preprocessor reads a synthetic corpus back in both formats", "[bench]") {
  const testing::TempDir dir;
  SyntheticSummary uci, ldac;
  testing::WriteText(dir.File("uci"), TextOf(SmallOptions(), BagFormat::kUci, &uci));
  testing::WriteText(dir.File("ldac"), TextOf(SmallOptions(), BagFormat::kLdac, &ldac));
  CHECK(uci.num_tokens == ldac.num_tokens);
  CHECK(uci.num_entries == ldac.num_entries);
  for (const std::string format : {"uci", "ldac"}) {
    PreprocessConfig config;
    config.inputs = {dir.File(format)};
    config.output = dir.File(format + ".corpus");
    config.num_threads = 1;
    const auto summary = Preprocess(config);
    INFO(summary.status().message());
    REQUIRE(summary.ok());
    CHECK(summary.value().format == ParseInputFormat(format).value());
    CHECK(summary.value().num_documents == 500);
    CHECK(summary.value().num_tokens == uci.num_tokens);
  }
}

TEST_CASE("a sink that fails ends the writing with its reason", "[bench]") {
  const auto written = WriteSynthetic(SyntheticCorpus(SmallOptions()), BagFormat::kLdac,
                                      [](std::string_view) { return Status::CannotWrite("full"); });
  REQUIRE_FALSE(written.ok());
  CHECK(written.status().message() == "full");
}

TEST_CASE("lengths have the mean and the spread that were asked for", "[bench]") {
  for (const LengthLaw law : {LengthLaw::kLogNormal, LengthLaw::kPoisson}) {
    SyntheticOptions options = SmallOptions();
    options.length_law = law;
    options.mean_length = 700;  // more than one step of the Poisson draw
    const SyntheticCorpus corpus(options);
    std::vector<WordId> words;
    std::vector<TopicId> topics;
    double sum = 0, squares = 0;
    for (std::uint64_t d = 0; d < 2000; ++d) {
      corpus.Draw(d, &words, &topics);
      const auto length = static_cast<double>(words.size());
      sum += length;
      squares += length * length;
    }
    const double mean = sum / 2000;
    const double deviation = std::sqrt(squares / 2000 - mean * mean);
    // Four standard errors of the mean; a tenth of the deviation.
    const double expected =
        law == LengthLaw::kPoisson ? std::sqrt(700) : 700 * std::sqrt(std::exp(0.25) - 1);
    CHECK(mean == Approx(700).margin(4 * expected / std::sqrt(2000)));
    CHECK(deviation == Approx(expected).epsilon(0.1));
  }
}

TEST_CASE("word frequencies follow the Zipf-Mandelbrot law, topics do not", "[bench]") {
  SyntheticOptions options = SmallOptions();
  options.num_documents = 20'000;
  options.num_topics = 1000;  // many, so that their average is near the marginal
  const SyntheticCorpus corpus(options);
  std::vector<double> frequency(options.num_words, 0);
  std::vector<WordId> words;
  std::vector<TopicId> topics;
  double tokens = 0, share = 0;
  for (std::uint64_t d = 0; d < options.num_documents; ++d) {
    corpus.Draw(d, &words, &topics);
    for (const WordId word : words) ++frequency.at(word);
    tokens += static_cast<double>(words.size());
    share += static_cast<double>(std::set<TopicId>(topics.begin(), topics.end()).size());
  }
  double total = 0;
  for (WordId begin = 0; begin < options.num_words; begin = begin * 2 + 1) {
    const WordId end = std::min(begin * 2 + 1, options.num_words);
    double expected = 0, found = 0;
    for (WordId w = begin; w < end; ++w) {
      expected += corpus.Marginal(w);
      found += frequency[w] / tokens;
    }
    INFO("words " << begin << " to " << end);
    CHECK(found == Approx(expected).epsilon(0.1));
    total += expected;
  }
  CHECK(total == Approx(1));
  // An urn with alpha_sum 5 has about 5 ln(1 + 80 / 5) = 14 distinct topics after 80 draws.
  CHECK(share / 20'000 == Approx(14).margin(2));
}

TEST_CASE("topics are as far apart as their concentration says", "[bench]") {
  // phi ~ Dirichlet(c p) has E sum_w phi_w^2 = (c sum_w p_w^2 + 1) / (c + 1).
  SyntheticOptions options = SmallOptions();
  options.alpha_sum = 1e-6;  // one topic per document
  options.num_topics = 1000;
  options.mean_length = 1000;
  for (const double concentration : {20.0, 200.0}) {
    options.topic_concentration = concentration;
    const SyntheticCorpus corpus(options);
    double squares = 0, found = 0;
    for (WordId w = 0; w < options.num_words; ++w) squares += std::pow(corpus.Marginal(w), 2);
    std::vector<WordId> words;
    std::vector<TopicId> topics;
    for (std::uint64_t d = 0; d < options.num_documents; ++d) {
      corpus.Draw(d, &words, &topics);
      std::vector<double> count(options.num_words, 0);
      for (const WordId word : words) ++count[word];
      const auto n = static_cast<double>(words.size());
      for (const double c : count) found += c * (c - 1) / (n * (n - 1)) / 500;
    }
    INFO("concentration " << concentration);
    CHECK(found == Approx((concentration * squares + 1) / (concentration + 1)).epsilon(0.1));
  }
}

TEST_CASE("options out of range are refused", "[bench]") {
  CHECK(SmallOptions().Validate().ok());
  SyntheticOptions options = SmallOptions();
  options.mean_length = 0;
  CHECK(options.Validate().code() == StatusCode::kUsage);
  options = SmallOptions();
  options.topic_concentration = std::nan("");
  CHECK(options.Validate().code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda::bench
