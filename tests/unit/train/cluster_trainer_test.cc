// Whole runs of several processes, which are threads with a network each.
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/model.h"
#include "lightlda/stop.h"
#include "test_util.h"
#include "thread_group.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::Metrics;
using testing::MustTrain;
using testing::ReadText;
using testing::RunProcesses;
using testing::StopAfter;
using testing::TempDir;

// Of several blocks, for several processes.
std::string MakeBlocks(const TempDir& dir) {
  return testing::MakeCorpus(dir, /*seed=*/4, /*num_documents=*/6000);
}

// So few topics that the corpus has tokens enough for stale rows.
TrainConfig StaleConfig(const std::string& corpus, const std::string& model) {
  TrainConfig config = Config(corpus, model);
  config.num_topics = 8;
  return config;
}

std::uint32_t SavedStaleness(const std::string& model) {
  return nlohmann::json::parse(ReadText(model + "/manifest.json")).at("settings").at("staleness");
}

ClusterOptions Options(std::uint32_t staleness = 0) {
  ClusterOptions options;
  options.staleness = staleness;
  options.stall_timeout_seconds = 120;
  options.linger_seconds = 0.3;
  return options;
}

// Rank 0's result; what the other ranks return must be of the same kind.
Result<TrainResult> TrainTogether(int size, const TrainConfig& config,
                                  const ClusterOptions& options, TrainObserver* observer = nullptr,
                                  StopToken stop = {}) {
  std::vector<Result<TrainResult>> results(static_cast<std::size_t>(size), TrainResult());
  RunProcesses(size, [&](ProcessGroup* group) {
    const auto rank = static_cast<std::size_t>(group->rank());
    results[rank] = TrainOnCluster(config, options, group, rank == 0 ? observer : nullptr,
                                   rank == 0 ? stop : StopToken());
  });
  for (int rank = 1; rank < size - options.server_processes; ++rank) {
    CHECK(results[static_cast<std::size_t>(rank)].status().code() == results[0].status().code());
  }
  return results[0];
}

std::string MustTrainTogether(int size, const TrainConfig& config, const ClusterOptions& options) {
  Result<TrainResult> result = TrainTogether(size, config, options);
  INFO(result.status().message());
  REQUIRE(result.ok());
  return result->model_hash;
}

TEST_CASE("at staleness 0 the model does not depend on processes, servers and transport",
          "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  const TrainResult alone = MustTrain(Config(corpus, dir.File("alone")));
  int number = 0;
  for (const int size : {1, 2, 3, 4}) {
    for (const int servers : {0, 1, 2}) {
      if (servers >= size) continue;
      for (const auto transport :
           {ClusterOptions::Transport::kIpc, ClusterOptions::Transport::kTcp}) {
        CAPTURE(size, servers, static_cast<int>(transport));
        ClusterOptions options = Options();
        options.server_processes = servers;
        options.transport = transport;
        TrainConfig config = Config(corpus, dir.File("model" + std::to_string(++number)));
        config.num_threads = 1 + number % 2;
        CHECK(MustTrainTogether(size, config, options) == alone.model_hash);
        auto model = Model::Load(config.model);
        REQUIRE(model.ok());
        CHECK(model->model_hash() == alone.model_hash);
        CHECK(model->progress().complete);
        const auto lines = Metrics(config.model);
        REQUIRE(lines.size() == 12);
        CHECK(lines.back()["log_likelihood_per_token"].get<double>() ==
              Approx(*alone.last.log_likelihood_per_token).epsilon(1e-12));
        CHECK(lines.back().contains("exchanged_bytes_per_token") == (size > 1));
      }
    }
  }
}

TEST_CASE("encrypted runs make the same model", "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  const TrainResult alone = MustTrain(Config(corpus, dir.File("alone")));
  ClusterOptions options = Options();
  options.secure = true;
  CHECK(MustTrainTogether(3, Config(corpus, dir.File("model")), options) == alone.model_hash);
}

// Every evaluation checks that rows, totals and word frequencies agree.
TEST_CASE("stale runs lose no counts and save what they trained", "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  const TrainResult alone = MustTrain(StaleConfig(corpus, dir.File("alone")));
  for (const std::uint32_t staleness : {1u, 4u}) {
    for (const int servers : {0, 1}) {
      CAPTURE(staleness, servers);
      ClusterOptions options = Options(staleness);
      options.server_processes = servers;
      TrainConfig config =
          StaleConfig(corpus, dir.File("model" + std::to_string(10 * staleness + servers)));
      config.likelihood_interval = 1;
      config.preview_interval = 2;
      config.num_iterations = 12;
      auto result = TrainTogether(3, config, options);
      INFO(result.status().message());
      REQUIRE(result.ok());
      CHECK(*result->last.log_likelihood_per_token ==
            Approx(*alone.last.log_likelihood_per_token).epsilon(0.03));
      auto model = Model::Load(config.model);
      REQUIRE(model.ok());
      CHECK(model->num_tokens() == 5999 * 60);
      CHECK(SavedStaleness(config.model) == staleness);
    }
  }
}

TEST_CASE("where topics have few tokens no counts are stale, whatever is asked for",
          "[train][cluster]") {
  TempDir dir;
  TrainConfig config = Config(MakeBlocks(dir), dir.File("alone"));
  const TrainResult alone = MustTrain(config);
  config.model = dir.File("model");
  CHECK(MustTrainTogether(3, config, Options(4)) == alone.model_hash);
  CHECK(SavedStaleness(config.model) == 0);
}

TEST_CASE("a stop by one process is a stop of all, and any number of processes goes on",
          "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  const TrainResult alone = MustTrain(Config(corpus, dir.File("alone")));
  for (const std::int64_t stop : {1, 4, 10}) {
    CAPTURE(stop);
    TrainConfig config = Config(corpus, dir.File("stopped" + std::to_string(stop)));
    config.resume = Resume::kAuto;
    StopAfter observer(stop);
    const auto stopped = TrainTogether(3, config, Options(), &observer, observer.stop);
    INFO(stopped.status().message());
    REQUIRE(stopped.status().code() == StatusCode::kStopped);
    auto model = Model::Load(config.model);
    REQUIRE(model.ok());
    // The leader has voted on an iteration before it shows it; the others may not have.
    CHECK(model->progress().iteration >= stop);
    CHECK(model->progress().iteration <= stop + 1);
    CHECK(MustTrainTogether(2, config, Options()) == alone.model_hash);
    CHECK(MustTrainTogether(4, config, Options()) == alone.model_hash);  // nothing left to do
  }
  // What several processes have begun one finishes, and the other way round.
  TrainConfig config = Config(corpus, dir.File("both"));
  config.resume = Resume::kAuto;
  for (const std::int64_t stop : {3, 7}) {
    StopAfter observer(stop);
    const auto stopped = stop == 3 ? TrainTogether(3, config, Options(), &observer, observer.stop)
                                   : Train(config, &observer, observer.stop);
    REQUIRE(stopped.status().code() == StatusCode::kStopped);
  }
  CHECK(MustTrainTogether(2, config, Options()) == alone.model_hash);
}

TEST_CASE("processes go back together to the generation that the leader found whole",
          "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  const TrainResult alone = MustTrain(Config(corpus, dir.File("alone")));
  TrainConfig config = Config(corpus, dir.File("model"));
  config.resume = Resume::kAuto;
  for (const std::int64_t stop : {4, 9}) {
    StopAfter observer(stop);
    const auto stopped = TrainTogether(3, config, Options(), &observer, observer.stop);
    REQUIRE(stopped.status().code() == StatusCode::kStopped);
  }
  testing::WriteText(config.model + "/gen-000002/topics-00002.bin", "garbage");
  CHECK(MustTrainTogether(2, config, Options()) == alone.model_hash);
  CHECK(Metrics(config.model).size() == 12);
  CHECK(Model::Load(config.model, /*with_topics=*/true)->load_warning().empty());

  // Where none is whole all say so, and nothing is changed.
  testing::WriteText(config.model + "/manifest.json", "");
  testing::WriteText(config.model + "/manifest.prev.json", "");
  const auto before = testing::ReadTree(config.model);
  CHECK(TrainTogether(3, config, Options()).status().code() == StatusCode::kBadInput);
  CHECK(testing::ReadTree(config.model) == before);
}

TEST_CASE("a stale run stops and goes on", "[train][cluster]") {
  TempDir dir;
  TrainConfig config = StaleConfig(MakeBlocks(dir), dir.File("model"));
  config.resume = Resume::kAuto;
  config.num_iterations = 20;
  StopAfter observer(12);
  const auto stopped = TrainTogether(3, config, Options(2), &observer, observer.stop);
  REQUIRE(stopped.status().code() == StatusCode::kStopped);
  auto model = Model::Load(config.model);
  REQUIRE(model.ok());
  // At most as many iterations late as processes may be apart.
  CHECK(model->progress().iteration >= 13);
  CHECK(model->progress().iteration <= 15);
  MustTrainTogether(2, config, Options(1));
}

TEST_CASE("errors of any process end all with one message and leave nothing", "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeBlocks(dir);
  TrainConfig config = Config(corpus, dir.File("model"));

  TrainConfig wrong = config;
  wrong.corpus = dir.File("nowhere");
  CHECK(TrainTogether(2, wrong, Options()).status().code() == StatusCode::kBadInput);

  ClusterOptions too_many = Options();
  too_many.server_processes = 2;
  CHECK(TrainTogether(2, config, too_many).status().code() == StatusCode::kUsage);

  // One process with another seed.
  std::vector<Status> statuses(2);
  RunProcesses(2, [&](ProcessGroup* group) {
    TrainConfig own = config;
    own.seed = 1 + static_cast<std::uint64_t>(group->rank());
    statuses[static_cast<std::size_t>(group->rank())] =
        TrainOnCluster(own, Options(), group, nullptr).status();
  });
  CHECK(statuses[0].code() == StatusCode::kUsage);
  CHECK(statuses[0].message().find("rank 1 has other flags") != std::string::npos);
  CHECK(statuses[1].message() == statuses[0].message());

  // A block that is not what the manifest says.
  testing::WriteText(corpus + "/block-00003.bin", "garbage");
  const Status broken = TrainTogether(3, config, Options()).status();
  CHECK(broken.code() == StatusCode::kBadInput);
  CHECK(broken.message().find("block-00003.bin") != std::string::npos);
  std::filesystem::remove(corpus + "/block-00003.bin");
  const Status missing = TrainTogether(3, config, Options()).status();
  CHECK(missing.code() == StatusCode::kBadInput);
  CHECK(missing.message().find("block-00003.bin: no process can read") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(config.model));
}

TEST_CASE("what the leader's observer throws is told to the others", "[train][cluster]") {
  TempDir dir;
  const TrainConfig config = Config(MakeBlocks(dir), dir.File("model"));
  struct Thrower : TrainObserver {
    void OnIteration(const IterationMetrics& metrics) override {
      if (metrics.iteration == 3) throw std::out_of_range("enough seen");
    }
  } observer;
  std::vector<Status> statuses(3);
  RunProcesses(3, [&](ProcessGroup* group) {
    const bool leads = group->rank() == 0;
    const auto train = [&] {
      return TrainOnCluster(config, Options(), group, leads ? &observer : nullptr).status();
    };
    if (leads) {
      CHECK_THROWS_AS(train(), std::out_of_range);
    } else {
      statuses[static_cast<std::size_t>(group->rank())] = train();
    }
  });
  for (const int rank : {1, 2}) {
    const Status& status = statuses[static_cast<std::size_t>(rank)];
    CAPTURE(rank, status.message());
    CHECK(status.code() == StatusCode::kCancelled);
    CHECK(status.message().find("the observer has thrown an exception: enough seen") !=
          std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(config.model));
}

TEST_CASE("a model that exists is not trained over", "[train][cluster]") {
  TempDir dir;
  TrainConfig config = Config(MakeBlocks(dir), dir.File("model"));
  CHECK(TrainTogether(2, config, Options()).ok());
  // The same directory again.
  const Status again = TrainTogether(2, config, Options()).status();
  CHECK(again.code() == StatusCode::kCannotWrite);
  CHECK(again.message().find("exists already") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
