// The save that ends a run, and the requests that come before, in place of and with it. A directory
// that is moved away is what a full disk is: it cannot be written, and later it can.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/model.h"
#include "thread_group.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;

using testing::Config;
using testing::MakeCorpus;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::ReadTree;
using testing::RunProcesses;
using testing::StopAfter;
using testing::TempDir;

// Moves the model directory away at the end of an iteration. Then on_message is called with each.
struct Disturber : TrainObserver {
  Disturber(std::string path, std::int64_t at) : model(std::move(path)), iteration(at) {}
  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.iteration != iteration) return;
    fs::rename(model, model + ".away");
    if (on_moved) on_moved();
  }
  void OnMessage(const std::string& message) override {
    messages.push_back(message);
    if (message.find("cannot save") != std::string::npos) on_message();
  }
  void PutBack() const { fs::rename(model + ".away", model); }

  std::string model;
  std::int64_t iteration;
  std::function<void()> on_moved;
  std::function<void()> on_message;
  std::vector<std::string> messages;
};

TEST_CASE("what cannot be written at the end is kept, and saved when it can be", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  TrainConfig config = Config(corpus, dir.File("model"));
  config.save_wait_minutes = 10;
  Disturber observer(config.model, 12);
  observer.on_message = [&] { observer.PutBack(); };
  const TrainResult result = MustTrain(config, &observer);
  CHECK(result.model_hash == whole.model_hash);
  CHECK(Must(Model::Load(config.model)).model_hash() == whole.model_hash);
  REQUIRE(observer.messages.size() == 2);
  CHECK(observer.messages[0].find(config.model) != std::string::npos);
  CHECK(observer.messages[1].starts_with("saved after "));
  // Without the wait the run ends.
  config.model = dir.File("other");
  config.save_wait_minutes = 0;
  Disturber again(config.model, 12);
  CHECK(Train(config, &again).status().code() == StatusCode::kCannotWrite);
}

TEST_CASE("a stop that cannot be saved waits, too, and another request ends it", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.save_wait_minutes = 10;
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const bool fallback : {false, true}) {
    CAPTURE(fallback);
    if (fallback) config.fallback_model = dir.File("fallback");
    const StopToken stop;
    Disturber observer(config.model, 5);
    observer.on_moved = observer.on_message = [&] { stop.RequestStop(); };
    const Status ended = Train(config, &observer, stop).status();
    CHECK(ended.code() == StatusCode::kCannotWrite);
    CHECK((ended.message().find("saved in " + config.fallback_model + " instead") !=
           std::string::npos) == fallback);
    fs::remove_all(config.model + ".away");
  }
  // The run goes on from there.
  CHECK(Metrics(config.fallback_model).size() == 5);
  TrainConfig resumed = Config(corpus, config.fallback_model);
  resumed.resume = Resume::kYes;
  CHECK(MustTrain(resumed).model_hash == whole.model_hash);
  // It is not written over.
  CHECK(Train(config).status().code() == StatusCode::kCannotWrite);
}

TEST_CASE("processes wait together for the last save", "[train][cluster]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir, 4, 6000);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  TrainConfig config = Config(corpus, dir.File("model"));
  config.save_wait_minutes = 10;
  config.fallback_model = dir.File("fallback");
  ClusterOptions options;
  options.server_processes = 1;
  options.linger_seconds = 0.3;
  Disturber observer(config.model, 12);
  const StopToken of_rank_1;
  const auto train = [&] {
    std::vector<Result<TrainResult>> results(3, TrainResult());
    RunProcesses(3, [&](ProcessGroup* group) {
      const auto rank = static_cast<std::size_t>(group->rank());
      results[rank] = TrainOnCluster(config, options, group, rank == 0 ? &observer : nullptr,
                                     rank == 1 ? of_rank_1 : StopToken());
    });
    return results;
  };
  observer.on_message = [&] { observer.PutBack(); };
  CHECK(Must(train()[0]).model_hash == whole.model_hash);
  fs::remove_all(config.model);
  observer.on_message = [&] { of_rank_1.RequestStop(); };
  const auto results = train();
  for (const std::size_t worker : {0u, 1u}) {
    CHECK(results[worker].status().code() == StatusCode::kCannotWrite);
  }
  CHECK(Must(Model::Load(config.fallback_model)).model_hash() == whole.model_hash);
  CHECK(Metrics(config.fallback_model).size() == 12);
}

TEST_CASE("a stop before the first iteration leaves everything as it was", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.resume = Resume::kAuto;
  StopAfter stopper(5);
  CHECK(Train(config, &stopper, stopper.stop).status().code() == StatusCode::kStopped);
  const auto before = ReadTree(config.model);
  const Status again = Train(config, nullptr, stopper.stop).status();
  CHECK(again.code() == StatusCode::kStopped);
  CHECK(again.message().find("before the first iteration") != std::string::npos);
  CHECK(ReadTree(config.model) == before);
}

TEST_CASE("a checkpoint that is asked for is made, and training goes on", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  struct Asker : TrainObserver {
    void OnIteration(const IterationMetrics& metrics) override {
      if (metrics.iteration == 4) stop.RequestSave();
    }
    void OnMessage(const std::string& message) override { messages.push_back(message); }
    StopToken stop;
    std::vector<std::string> messages;
  } asker;
  TrainConfig config = Config(corpus, dir.File("model"));
  config.checkpoint_minutes = 0;
  const auto result = Train(config, &asker, asker.stop);
  CHECK(Must(result).model_hash == whole.model_hash);
  CHECK(fs::exists(config.model + "/manifest.prev.json"));  // the checkpoint's
  CHECK_FALSE(asker.messages.empty());
}

TEST_CASE("a run stops before its time is up", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.max_hours = 1e-9;
  const Status ended = Train(config).status();
  CHECK(ended.code() == StatusCode::kStopped);
  CHECK(ended.message().find("`max_hours`") != std::string::npos);
  CHECK(Must(Model::Load(config.model)).progress().iteration == 1);  // one is done in any case
  config.max_hours = 0;
  config.resume = Resume::kYes;
  CHECK(MustTrain(config).model_hash == MustTrain(Config(corpus, dir.File("whole"))).model_hash);
  // In memory nothing is saved, and it can be.
  TrainConfig in_memory = Config("", "");
  in_memory.max_hours = 1e-9;
  const Corpus opened = Must(Corpus::Open(corpus));
  Trainer trainer = Must(Trainer::Start(opened, in_memory));
  Must(trainer.Step());
  CHECK(trainer.Step().status().code() == StatusCode::kCancelled);
  Must(trainer.Save(dir.File("saved")));
}

}  // namespace
}  // namespace lightlda
