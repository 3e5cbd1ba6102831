// Sampling with tokens that are in no document, where what comes out is known: documents of one
// token each have topic k with probability proportional to alpha_k phi_wk.
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sampler/sampler.h"
#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "table/word_prior.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

constexpr std::uint32_t kTopics = 3;
constexpr std::size_t kDocuments = 4000;
constexpr double kBeta = 0.01;
const std::vector<double> kAlpha = {0.2, 0.5, 0.1};

struct Case {
  std::uint32_t scale;  // of the prior's tokens
  bool frozen;
  int mh_steps;
};

// The shares of the topics after some iterations on documents that are the word 0 each.
std::vector<double> Shares(const Case& test, int num_threads) {
  const std::uint32_t n = test.scale;
  WordPrior prior(2, kTopics, /*has_start_rows=*/false);
  prior.SetRow(0, std::vector<TopicCount>{{0, 3 * n}, {1, n}, {2, 2 * n}}, {});
  prior.SetRow(1, std::vector<TopicCount>{{1, 7 * n}, {2, 2 * n}}, {});
  for (TopicId topic = 0; test.frozen && topic < kTopics; ++topic) prior.Freeze(topic);
  const auto blocks = testing::MakeBlocks(testing::Documents(kDocuments, {0}), 2, /*num_blocks=*/2);
  ThreadPool pool(num_threads);
  SamplerOptions options;
  options.num_topics = kTopics;
  options.alpha = kAlpha;
  options.beta = kBeta;
  options.num_words = 2;
  options.word_prior = &prior;
  Sampler sampler(options, blocks, &pool);
  Must(sampler.StartStage(testing::StageOf(0, test.mh_steps), 0));
  std::vector<double> shares(kTopics, 0);
  constexpr int kIterations = 20;
  for (int i = 1; i <= kIterations; ++i) {
    Must(sampler.Iterate(static_cast<std::uint32_t>(i)));
    if (i <= kIterations / 2) continue;
    for (TopicId k = 0; k < kTopics; ++k) {
      shares[k] += 2.0 * static_cast<double>(sampler.topic_totals()[k]) / kDocuments / kIterations;
    }
  }
  return shares;
}

std::vector<double> Expected(double n) {
  const double counts[] = {3 * n, n, 2 * n};
  const double totals[] = {3 * n, 8 * n, 4 * n};
  std::vector<double> shares;
  double sum = 0;
  for (std::size_t k = 0; k < kTopics; ++k) {
    shares.push_back(kAlpha[k] * (counts[k] + kBeta) / (totals[k] + 2 * kBeta));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

TEST_CASE("Topics of documents follow a prior that outweighs them", "[sampler][word_prior]") {
  for (const int mh_steps : {0, 2}) {
    const std::vector<double> shares = Shares({1'000'000, false, mh_steps}, 1);
    const std::vector<double> expected = Expected(1'000'000);
    INFO("mh_steps " << mh_steps);
    // With two proposals a token returns to its topic a little too often (docs/lab/012).
    const double most = mh_steps == 0 ? 0.01 : 0.03;
    for (std::size_t k = 0; k < kTopics; ++k) CHECK(std::abs(shares[k] - expected[k]) < most);
    CHECK(shares == Shares({1'000'000, false, mh_steps}, 3));
  }
}

TEST_CASE("Frozen topics stay what they are however many tokens they have",
          "[sampler][word_prior]") {
  const std::vector<double> shares = Shares({3, true, 0}, 1);
  const std::vector<double> expected = Expected(3);
  for (std::size_t k = 0; k < kTopics; ++k) CHECK(std::abs(shares[k] - expected[k]) < 0.01);
  // Else the documents' tokens would be all that the topics are.
  const std::vector<double> moved = Shares({3, false, 0}, 1);
  CHECK(std::abs(moved[0] - expected[0]) + std::abs(moved[1] - expected[1]) > 0.05);
}

}  // namespace
}  // namespace lightlda
