// Runs that end by themselves: when they have settled, with one result whoever trains.
#include "train/own_sample.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/model.h"
#include "test_util.h"
#include "thread_group.h"
#include "train/judge.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::RunProcesses;
using testing::StopAfter;
using testing::TempDir;

constexpr char kName[] = "sample_log_likelihood_per_token";

TrainConfig AutoConfig(const std::string& corpus, const std::string& model) {
  TrainConfig config = Config(corpus, model);
  config.num_iterations = 0;
  return config;
}

ModelProgress ProgressOf(const std::string& model) { return Must(Model::Load(model)).progress(); }

TEST_CASE("A run without a number of iterations ends when it has settled", "[train][judge]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir);
  const TrainConfig config = AutoConfig(corpus, dir.File("model"));
  const TrainResult result = MustTrain(config);
  CHECK(result.last.may_end_sooner);
  const ModelProgress progress = ProgressOf(config.model);
  CHECK(progress.complete);
  CHECK(progress.settled);
  CHECK(progress.num_iterations == progress.iteration);
  CHECK(HasSettled(progress.judgements));
  CHECK(progress.judgements.back().full_iteration == result.last.full_iteration);
  // Not before.
  const std::span<const Judgement> all = progress.judgements;
  for (std::size_t n = 0; n < all.size(); ++n) CHECK_FALSE(HasSettled(all.first(n)));
  // Metrics have each of them where it was made.
  std::size_t found = 0;
  for (const auto& line : Metrics(config.model)) {
    REQUIRE(line.contains(kName) == IsJudged(line["full_iteration"].get<std::int64_t>()));
    if (!line.contains(kName)) continue;
    CHECK(line[kName].get<double>() == all[found].log_likelihood_per_token);
    ++found;
  }
  CHECK(found == all.size());
  // It is the model of that many iterations, which do not judge.
  TrainConfig fixed = config;
  fixed.model = dir.File("fixed");
  fixed.num_iterations = result.last.full_iteration;
  CHECK(MustTrain(fixed).model_hash == result.model_hash);
  CHECK(ProgressOf(fixed.model).judgements.empty());
}

TEST_CASE("A run that may end sooner goes on where it was stopped, and is complete once it settled",
          "[train][judge]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir);
  const TrainResult straight = MustTrain(AutoConfig(corpus, dir.File("straight")));
  TrainConfig config = AutoConfig(corpus, dir.File("model"));
  StopAfter observer(20);  // between judgements
  const auto stopped = Train(config, &observer, observer.stop);
  REQUIRE(stopped.status().code() == StatusCode::kStopped);
  CHECK_FALSE(ProgressOf(config.model).judgements.empty());
  config.resume = Resume::kYes;
  CHECK(MustTrain(config).model_hash == straight.model_hash);
  CHECK(MustTrain(config).model_hash == straight.model_hash);  // nothing is left to do
  CHECK(ProgressOf(config.model).iteration == ProgressOf(dir.File("straight")).iteration);
  // More can be asked for.
  config.num_iterations = straight.last.full_iteration + 3;
  CHECK(MustTrain(config).last.full_iteration == straight.last.full_iteration + 3);
  CHECK_FALSE(ProgressOf(config.model).settled);
}

TEST_CASE("A run that has done more than one that may end sooner would do is complete",
          "[train][judge]") {
  TempDir dir;
  TrainConfig config = Config(testing::MakeCorpus(dir, 4, /*num_documents=*/20), dir.File("model"));
  config.growth_stages = 0;
  config.num_iterations = 1020;
  const TrainResult complete = MustTrain(config);
  TrainConfig ends_itself = config;
  ends_itself.num_iterations = 0;
  ends_itself.resume = Resume::kYes;
  CHECK(MustTrain(ends_itself).model_hash == complete.model_hash);
  // One that was stopped out there, too.
  config.model = ends_itself.model = dir.File("stopped");
  StopAfter observer(1010);
  REQUIRE(Train(config, &observer, observer.stop).status().code() == StatusCode::kStopped);
  CHECK(MustTrain(ends_itself).last.iteration == 1010);
  CHECK(ProgressOf(ends_itself.model).complete);
}

TEST_CASE("Threads and processes judge a run alike", "[train][cluster][judge]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir, /*seed=*/4, /*num_documents=*/3000);
  TrainConfig config = AutoConfig(corpus, dir.File("alone"));
  const TrainResult alone = MustTrain(config);
  config.num_threads = 3;
  config.model = dir.File("threads");
  CHECK(MustTrain(config).model_hash == alone.model_hash);
  config.num_threads = 1;
  config.model = dir.File("together");
  ClusterOptions options;
  options.stall_timeout_seconds = 120;
  options.linger_seconds = 0.3;
  std::vector<Result<TrainResult>> results(3, TrainResult());
  RunProcesses(3, [&](ProcessGroup* group) {
    results[static_cast<std::size_t>(group->rank())] =
        TrainOnCluster(config, options, group, nullptr);
  });
  for (const auto& result : results) {
    INFO(result.status().message());
    REQUIRE(result.ok());
  }
  CHECK(results[0]->model_hash == alone.model_hash);
  const auto expected = ProgressOf(dir.File("alone")).judgements;
  const auto found = ProgressOf(config.model).judgements;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].full_iteration == expected[i].full_iteration);
    CHECK(found[i].log_likelihood_per_token == expected[i].log_likelihood_per_token);
  }
}

}  // namespace
}  // namespace lightlda
