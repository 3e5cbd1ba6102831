#include "lightlda/trainer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <latch>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "base/directory_lock.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/preprocess.h"
#include "lightlda/stop.h"
#include "test_util.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::MakeCorpus;
using testing::Metrics;
using testing::MustTrain;
using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

// Asks for a stop at the end of an iteration.
struct StopAfter : TrainObserver {
  explicit StopAfter(std::int64_t at) : iteration(at) {}
  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.iteration == iteration) stop.RequestStop();
  }
  std::int64_t iteration;
  StopToken stop;
};

TEST_CASE("training writes a model, and a metrics line an iteration", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult result = MustTrain(Config(corpus, dir.File("model")));
  const auto lines = Metrics(dir.File("model"));
  REQUIRE(lines.size() == 12);  // two stages of 3, then 6
  double work = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i]["iteration"] == i + 1);
    CHECK(lines[i]["work"].get<double>() > work);
    work = lines[i]["work"].get<double>();
    CHECK(lines[i]["tokens_per_second"].get<double>() > 0);
    CHECK(lines[i].contains("log_likelihood_per_token") == (i % 2 == 1));
  }
  auto opened = Corpus::Open(corpus);
  REQUIRE(opened.ok());
  const auto levels = opened->levels();
  CHECK(lines[0]["active_documents"] == 600 - levels[0].num_documents - levels[1].num_documents);
  CHECK(lines[11]["active_documents"] == 600);
  CHECK(lines[11]["log_likelihood_per_token"] == *result.last.log_likelihood_per_token);

  auto model = Model::Load(dir.File("model"));
  REQUIRE(model.ok());
  CHECK(model->progress().complete);
  CHECK(model->model_hash() == result.model_hash);
  CHECK(model->num_topics() == 12);
  CHECK(model->num_tokens() == 599 * 60);
}

TEST_CASE("stop and resume at any iteration give the uninterrupted model", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const std::int64_t stop : {1, 3, 5, 6, 9, 11}) {
    const std::string path = dir.File("stopped" + std::to_string(stop));
    TrainConfig config = Config(corpus, path);
    config.resume = Resume::kAuto;
    StopAfter observer(stop);
    const auto stopped = Train(config, &observer, observer.stop);
    INFO("stopped after " << stop << ": " << stopped.status().message());
    REQUIRE(stopped.status().code() == StatusCode::kStopped);
    auto model = Model::Load(path);
    REQUIRE(model.ok());
    CHECK_FALSE(model->progress().complete);
    CHECK(model->progress().iteration == stop);

    config.num_threads = 3;
    const TrainResult resumed = MustTrain(config);
    CHECK(resumed.model_hash == whole.model_hash);
    CHECK(*resumed.last.log_likelihood_per_token == *whole.last.log_likelihood_per_token);
    CHECK(Metrics(path).size() == 12);
  }
}

// Waits in its second iteration for another run to end.
struct WaitFor : TrainObserver {
  explicit WaitFor(std::latch* other) : other_ended(other) {}
  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.iteration == 2) other_ended->wait();
  }
  std::latch* other_ended;
};

TEST_CASE("of two trainings in one process one is stopped, and the other ends as if alone",
          "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult alone = MustTrain(Config(corpus, dir.File("alone")));
  std::latch stopped_ended(1);
  Status stopped;
  std::thread other([&] {
    StopAfter observer(4);
    stopped = Train(Config(corpus, dir.File("stopped")), &observer, observer.stop).status();
    stopped_ended.count_down();
  });
  WaitFor observer(&stopped_ended);
  const auto result = Train(Config(corpus, dir.File("whole")), &observer);
  other.join();
  CHECK(stopped.code() == StatusCode::kStopped);
  REQUIRE(result.ok());
  CHECK(result.value().model_hash == alone.model_hash);
}

TEST_CASE("a finished run can be given more iterations", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  MustTrain(config);
  config.resume = Resume::kYes;
  config.num_iterations = 9;
  const TrainResult extended = MustTrain(config);
  config.model = dir.File("at once");
  config.resume = Resume::kNo;
  CHECK(MustTrain(config).model_hash == extended.model_hash);
}

TEST_CASE("a run stopped within more iterations is not complete, until no more are asked for",
          "[train]") {
  TempDir dir;
  TrainConfig config = Config(MakeCorpus(dir), dir.File("model"));
  const TrainResult first = MustTrain(config);
  config.resume = Resume::kYes;
  config.num_iterations = 9;
  StopAfter observer(13);
  CHECK(Train(config, &observer, observer.stop).status().code() == StatusCode::kStopped);
  CHECK_FALSE(Model::Load(config.model)->progress().complete);
  config.num_iterations = 7;  // the 13th of the run, growth included, was the 7th full one
  const TrainResult last = MustTrain(config);
  CHECK(last.last.iteration == 13);
  CHECK(last.model_hash != first.model_hash);
  CHECK(Model::Load(config.model)->progress().complete);
}

TEST_CASE("resuming a finished run changes nothing", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  const TrainResult first = MustTrain(config);
  config.resume = Resume::kAuto;
  const TrainResult again = MustTrain(config);
  CHECK(again.model_hash == first.model_hash);
  CHECK(*again.last.log_likelihood_per_token == *first.last.log_likelihood_per_token);
  CHECK(again.last.iteration == first.last.iteration);
  CHECK(Metrics(dir.File("model")).size() == 12);
}

TEST_CASE("a resume under other settings or another corpus is refused", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  MustTrain(config);
  config.resume = Resume::kAuto;
  TrainConfig other = config;
  other.num_topics = 13;
  CHECK(Train(other).status().code() == StatusCode::kUsage);
  other = config;
  other.beta = 0.02;
  const auto beta = Train(other);
  CHECK(beta.status().code() == StatusCode::kUsage);
  CHECK(beta.status().message().find("beta") != std::string::npos);
  other = config;
  other.growth_beta = 0.2;
  const auto growth = Train(other);
  CHECK(growth.status().code() == StatusCode::kUsage);
  CHECK(growth.status().message().find("growth") != std::string::npos);
  other = config;
  other.num_iterations = 2;
  CHECK(Train(other).status().code() == StatusCode::kUsage);
  other = config;
  other.corpus = MakeCorpus(dir, /*seed=*/5);
  CHECK(Train(other).status().code() == StatusCode::kBadInput);
  other = config;
  other.model = dir.File("none");
  other.resume = Resume::kYes;
  CHECK(Train(other).status().code() == StatusCode::kBadInput);
}

TEST_CASE("an existing model is kept unless overwriting is asked for", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  const TrainResult first = MustTrain(config);
  config.seed = 2;
  CHECK(Train(config).status().code() == StatusCode::kCannotWrite);
  CHECK(Model::Load(config.model)->model_hash() == first.model_hash);
  config.overwrite = true;
  CHECK(MustTrain(config).model_hash != first.model_hash);
}

TEST_CASE("neither another run's directory nor a stranger's is written", "[train]") {
  TempDir dir;
  TrainConfig config = Config(MakeCorpus(dir), dir.File("model"));
  std::filesystem::create_directory(config.model);
  config.overwrite = true;
  WriteText(config.model + "/notes.txt", "not a model");
  CHECK(Train(config).status().code() == StatusCode::kCannotWrite);
  CHECK(ReadText(config.model + "/notes.txt") == "not a model");
  std::filesystem::remove(config.model + "/notes.txt");

  auto lock = DirectoryLock::Acquire(config.model);
  REQUIRE(lock.ok());
  for (const Resume resume : {Resume::kNo, Resume::kAuto}) {
    config.resume = resume;
    const auto result = Train(config);
    CHECK(result.status().code() == StatusCode::kCannotWrite);
    CHECK(result.status().message().find("another process") != std::string::npos);
    CHECK(std::filesystem::exists(config.model));
  }
}

TEST_CASE("a failed run leaves no model directory", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainConfig config = Config(corpus, dir.File("model"));
  std::string block = ReadText(corpus + "/block-00000.bin");
  block[block.size() / 2] ^= 1;
  WriteText(corpus + "/block-00000.bin", block);
  const auto result = Train(config);
  CHECK(result.status().code() == StatusCode::kBadInput);
  CHECK(result.status().message().find("block-00000.bin") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(config.model));
}

TEST_CASE("an asymmetric prior is trained with and kept", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.num_iterations = 20;
  for (int k = 0; k < 12; ++k) config.alpha_vector.push_back(k == 0 ? 50.0 : 0.01);
  MustTrain(config);
  auto model = Model::Load(dir.File("model"));
  REQUIRE(model.ok());
  CHECK(std::ranges::equal(model->alpha(), config.alpha_vector));
  // The favoured topic must be far larger than the average of all.
  CHECK(model->topic_totals()[0] * 12 > 3 * model->num_tokens());
}

TEST_CASE("the plan states stages and memory without training", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.mh_steps = 2;
  auto plan = PlanTraining(config);
  REQUIRE(plan.ok());
  CHECK(plan->stages.size() == 3);
  CHECK(plan->token_state_bytes == 599 * 60 * 6);  // 16-bit z and two proposals
  CHECK(plan->total_bytes > plan->token_state_bytes + plan->corpus_bytes);
  CHECK_FALSE(std::filesystem::exists(config.model));
  CHECK_FALSE(plan->streamed);
}

TEST_CASE("a run beyond the memory budget keeps its state on disk, or is refused", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  auto plan = PlanTraining(config);
  REQUIRE(plan.ok());
  config.memory_budget = plan->total_bytes;
  auto in_memory = Train(config);
  REQUIRE(in_memory.ok());

  config.memory_budget = 1000;
  auto least = PlanTraining(config);
  REQUIRE(least.ok());
  CHECK(least->streamed);
  CHECK(least->total_bytes > config.memory_budget);
  config.model = dir.File("streamed");
  CHECK(Train(config).status().code() == StatusCode::kUsage);
  CHECK_FALSE(std::filesystem::exists(config.model));

  // One block is all of this corpus, so a budget that suffices for streaming it needs no streaming.
  config.memory_budget = least->total_bytes;
  auto streamed = Train(config);
  REQUIRE(streamed.ok());
  CHECK(streamed->model_hash == in_memory->model_hash);
}

TEST_CASE("settings out of range are refused with the flag's name", "[train]") {
  const auto message = [](auto change) {
    TrainConfig config = Config("c", "m");
    change(&config);
    const Status status = config.Validate();
    CHECK(status.code() == StatusCode::kUsage);
    return status.message();
  };
  using C = TrainConfig;
  const auto names = [](const std::string& text, const char* flag) {
    return text.find(flag) != std::string::npos;
  };
  CHECK(names(message([](C* c) { c->corpus.clear(); }), "--corpus"));
  CHECK(names(message([](C* c) { c->model.clear(); }), "--model"));
  CHECK(names(message([](C* c) { c->num_topics = 1; }), "--num_topics"));
  CHECK(names(message([](C* c) { c->num_topics = (1u << 24) + 1; }), "--num_topics"));
  CHECK(names(message([](C* c) { c->alpha = 0; }), "--alpha"));
  CHECK(
      names(message([](C* c) { c->alpha = std::numeric_limits<double>::quiet_NaN(); }), "--alpha"));
  CHECK(names(message([](C* c) { c->alpha_vector = {1, 2}; }), "alpha"));
  CHECK(names(message([](C* c) { c->beta = -1; }), "--beta"));
  CHECK(names(message([](C* c) { c->growth_beta = -0.1; }), "--growth_beta"));
  CHECK(names(message([](C* c) { c->num_iterations = 0; }), "--num_iterations"));
  CHECK(names(message([](C* c) { c->mh_steps = 65; }), "--mh_steps"));
  CHECK(names(message([](C* c) { c->mh_steps = -2; }), "--mh_steps"));
  CHECK(names(message([](C* c) {
                c->mh_steps = 0;
                c->num_topics = 257;
              }),
              "--mh_steps=0"));
  CHECK(names(message([](C* c) { c->growth_stages = -2; }), "--growth_stages"));
  CHECK(names(message([](C* c) { c->num_threads = -1; }), "--num_threads"));
  CHECK(names(message([](C* c) { c->likelihood_interval = -1; }), "--likelihood_interval"));
  CHECK(names(message([](C* c) { c->checkpoint_minutes = -1; }), "--checkpoint_interval"));
}

}  // namespace
}  // namespace lightlda
