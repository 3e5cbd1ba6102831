// Learned priors are those that topics and words were drawn with; how documents are divided among
// threads, processes and runs does not matter.
#include "train/learn_priors.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/model.h"
#include "thread_group.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

// Topic counts of documents, [documents][topics], drawn with `alpha`.
std::vector<std::vector<std::uint32_t>> DrawCounts(const std::vector<double>& alpha,
                                                   std::size_t num_documents, std::uint32_t longest,
                                                   std::uint32_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<std::uint32_t>> documents;
  for (std::size_t d = 0; d < num_documents; ++d) {
    std::vector<double> theta;
    for (const double a : alpha) theta.push_back(std::gamma_distribution<double>(a, 1)(random));
    std::discrete_distribution<std::size_t> topic(theta.begin(), theta.end());
    auto& counts = documents.emplace_back(alpha.size(), 0);
    for (auto n = longest / 2 + random() % longest; n > 0; --n) ++counts[topic(random)];
  }
  return documents;
}

void Add(const std::vector<std::uint32_t>& counts, TopicHistograms* histograms) {
  histograms->lengths.Add(std::accumulate(counts.begin(), counts.end(), 0u));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0) histograms->topics[k].Add(counts[k]);
  }
}

TEST_CASE("the alpha that topics were drawn with is found", "[train]") {
  for (const std::uint32_t longest : {60u, 2000u}) {
    const std::vector<double> truth = {0.01, 0.03, 0.1, 0.3, 1.0, 0.1};
    TopicHistograms histograms(6);
    for (const auto& counts : DrawCounts(truth, 20'000, longest, 5)) Add(counts, &histograms);
    std::vector<double> alpha(6, 0.1);
    for (int update = 0; update < 20; ++update) alpha = LearnAlpha(std::move(alpha), histograms);
    for (std::size_t k = 0; k < truth.size(); ++k) {
      INFO(longest << " tokens, topic " << k << ": " << alpha[k]);
      CHECK(alpha[k] == Approx(truth[k]).epsilon(0.1));
    }
  }
}

TEST_CASE("a topic without tokens keeps a small alpha above 0", "[train]") {
  TopicHistograms histograms(3);
  for (const auto& counts : DrawCounts({0.5, 0.5}, 500, 40, 1)) {
    Add({counts[0], counts[1], 0}, &histograms);
  }
  std::vector<double> alpha(3, 0.1);
  for (int update = 0; update < 100; ++update) alpha = LearnAlpha(std::move(alpha), histograms);
  CHECK(alpha[2] > 0);
  CHECK(alpha[2] < 1e-4);
}

TEST_CASE("large numbers share bins, and keep their sums", "[train]") {
  TokenHistogram histogram;
  for (const std::uint32_t n : {1u, 63u, 64u, 67u, 68u, 1000u, 4'000'000'000u}) histogram.Add(n, 2);
  Count documents = 0;
  Count tokens = 0;
  for (std::size_t bin = 0; bin < histogram.bins().size(); ++bin) {
    const auto& [of_bin, in_bin] = histogram.bins()[bin];
    documents += of_bin;
    tokens += in_bin;
    if (bin < TokenHistogram::kExact) CHECK(in_bin == of_bin * static_cast<Count>(bin));
  }
  CHECK(documents == 14);
  CHECK(tokens == 2 * (1 + 63 + 64 + 67 + 68 + 1000 + Count{4'000'000'000}));
  CHECK(histogram.bins()[TokenHistogram::kExact].documents == 4);  // 64 and 67
}

TEST_CASE("histograms of parts of the documents add up to those of all", "[train]") {
  const auto documents = DrawCounts({0.2, 0.1, 0.5}, 300, 400, 9);
  TopicHistograms all(3);
  for (const auto& counts : documents) Add(counts, &all);
  const std::vector<double> expected = LearnAlpha({0.1, 0.1, 0.1}, all);
  RunProcesses(3, [&](ProcessGroup* group) {
    TopicHistograms part(3);
    // The last has but one document, the others very different ones.
    for (std::size_t d = 0; d < documents.size(); ++d) {
      const int owner = d == 7 ? 2 : static_cast<int>(d % 2);
      if (owner == group->rank()) Add(documents[d], &part);
    }
    const Status status = SumHistograms(group, &part);
    if (!status.ok() || LearnAlpha({0.1, 0.1, 0.1}, part) != expected) {
      throw std::runtime_error("rank " + std::to_string(group->rank()) + " learned another alpha");
    }
  });
}

TEST_CASE("the beta that words were drawn with is found", "[train]") {
  constexpr std::size_t kWords = 2000;
  for (const double truth : {0.01, 0.05, 0.5}) {
    TokenHistogram counts;
    std::vector<Count> totals;
    // A topic is to its words what a document is to its topics.
    for (const auto& topic : DrawCounts(std::vector<double>(kWords, truth), 30, 40'000, 7)) {
      totals.push_back(std::accumulate(topic.begin(), topic.end(), Count{0}));
      for (const std::uint32_t n : topic) {
        if (n > 0) counts.Add(n);
      }
    }
    double beta = 0.01;
    for (int update = 0; update < 20; ++update) beta = LearnBeta(beta, counts, totals, kWords);
    INFO(truth << ": " << beta);
    CHECK(beta == Approx(truth).epsilon(0.05));
  }
}

struct Learned {
  std::string hash;
  double beta;
  std::vector<double> alpha;
  friend bool operator==(const Learned&, const Learned&) = default;
};
Learned Load(const std::string& directory) {
  const Model model = Must(Model::Load(directory));
  return {model.model_hash(), model.beta(), {model.alpha().begin(), model.alpha().end()}};
}

TEST_CASE("learned priors do not depend on threads, processes and stops", "[train][cluster]") {
  const TempDir dir;
  const std::string corpus = MakeCorpus(dir, /*seed=*/4, /*num_documents=*/3000);
  TrainConfig config = Config(corpus, dir.File("alone"));
  config.num_topics = 8;
  config.optimize_interval = 2;
  MustTrain(config);
  const Learned alone = Load(config.model);
  CHECK_FALSE(std::ranges::all_of(alone.alpha, [](double alpha) { return alpha == 0.1; }));
  CHECK(alone.beta != 0.01);
  CHECK(Metrics(config.model).back().at("beta").get<double>() == alone.beta);
  CHECK(Metrics(config.model).back().at("alpha_sum").get<double>() ==
        Approx(std::accumulate(alone.alpha.begin(), alone.alpha.end(), 0.0)));

  config.model = dir.File("threads");
  config.num_threads = 3;
  MustTrain(config);
  CHECK(Load(config.model) == alone);

  config.num_threads = 1;
  for (const std::int64_t at : {7, 8, 9, 10}) {  // growth has 6 iterations
    config.model = dir.File("stopped" + std::to_string(at));
    config.resume = Resume::kNo;
    StopAfter stop(at);
    CHECK(Train(config, &stop, stop.stop).status().code() == StatusCode::kStopped);
    config.resume = Resume::kYes;
    MustTrain(config);
    CHECK(Load(config.model) == alone);
  }
  config.resume = Resume::kNo;
  for (const int size : {2, 3}) {
    config.model = dir.File("processes" + std::to_string(size));
    ClusterOptions options;
    options.stall_timeout_seconds = 120;
    options.linger_seconds = 0.3;
    RunProcesses(size, [&](ProcessGroup* group) {
      const auto result = TrainOnCluster(config, options, group, nullptr);
      if (!result.ok()) throw std::runtime_error(result.status().message());
    });
    CHECK(Load(config.model) == alone);
  }
  config.model = dir.File("alone");
  config.resume = Resume::kYes;
  config.num_iterations = 8;
  config.optimize_interval = 3;
  CHECK(Train(config).status().code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
