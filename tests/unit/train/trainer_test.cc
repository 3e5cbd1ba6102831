#include "lightlda/trainer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <latch>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/directory_lock.h"
#include "base/progress.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/preprocess.h"
#include "lightlda/stop.h"
#include "test_util.h"
#include "train/plan.h"
#include "train/plan_details.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::MakeCorpus;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::ReadText;
using testing::StopAfter;
using testing::TempDir;
using testing::WriteText;

TEST_CASE("training writes a model, and a metrics line per iteration", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult result = MustTrain(Config(corpus, dir.File("model")));
  const auto lines = Metrics(dir.File("model"));
  REQUIRE(lines.size() == 12);  // two stages of 3, then 6
  double work = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i]["iteration"] == i + 1);
    CHECK(lines[i]["stage"] == (i < 3 ? 1 : i < 6 ? 2 : 0));
    CHECK(lines[i]["full_iteration"] == (i < 6 ? 0 : i - 5));
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

TEST_CASE("positions count what was asked for apart from growth", "[train]") {
  TempDir dir;
  struct Positions : TrainObserver {
    void OnIteration(const IterationMetrics& metrics) override {
      shown.push_back(ToString(metrics));
    }
    std::vector<std::string> shown;
  } observer;
  const TrainResult result = MustTrain(Config(MakeCorpus(dir), dir.File("model")), &observer);
  CHECK(observer.shown == std::vector<std::string>{
                              "growth 1/2", "growth 1/2", "growth 1/2", "growth 2/2", "growth 2/2",
                              "growth 2/2", "iteration 1/6", "iteration 2/6", "iteration 3/6",
                              "iteration 4/6", "iteration 5/6", "iteration 6/6"});
  CHECK(result.last.full_iteration == 6);
  CHECK(result.last.iteration == 12);
}

// Ends the run at the second tick, which tells how far an iteration after the first has come.
struct TickWatcher : TrainObserver {
  void OnTick(const IterationTick& tick) override {
    CHECK(std::this_thread::get_id() == trainer);
    CHECK(tick.iteration == iterations + 1);
    CHECK(tick.full_iteration == iterations + 1);
    CHECK(tick.seconds >= 0);
    CHECK(tick.share_done.has_value() == (iterations > 0));
    CHECK(tick.share_done.value_or(0) <= 1);
    if (++ticks == 2) stop.RequestStop();
  }
  void OnIteration(const IterationMetrics& metrics) override { iterations = metrics.iteration; }
  std::thread::id trainer = std::this_thread::get_id();
  std::int64_t iterations = 0;
  int ticks = 0;
  StopToken stop;
};

TEST_CASE("an observer is told within iterations, in the trainer's thread", "[train]") {
  TempDir dir;
  TrainConfig config = Config(MakeCorpus(dir), dir.File("model"));
  config.growth_stages = 0;
  config.num_iterations = 1'000'000;
  config.likelihood_interval = 0;
  config.num_threads = 2;
  TickWatcher observer;
  const auto result = Train(config, &observer, observer.stop);
  CHECK(result.status().code() == StatusCode::kStopped);
  CHECK(observer.ticks >= 2);
}

enum class Callback { kPlan, kTick, kIteration, kPreview, kMessage };

// Throws from one of its callbacks; counts what comes after.
struct Thrower : TrainObserver {
  explicit Thrower(Callback from) : callback(from) {}
  void At(Callback here) {
    if (thrown) ++late;
    if (here != callback) return;
    thrown = true;
    throw std::out_of_range("thrown by the test");
  }
  void OnPlan(const TrainPlan&) override { At(Callback::kPlan); }
  void OnTick(const IterationTick&) override { At(Callback::kTick); }
  void OnIteration(const IterationMetrics& metrics) override {
    // A resumed run has what the stopped one saved.
    if (callback != Callback::kIteration || metrics.iteration == 8) At(Callback::kIteration);
  }
  void OnPreview(const std::vector<TopicPreview>&) override { At(Callback::kPreview); }
  void OnMessage(const std::string&) override { At(Callback::kMessage); }
  Callback callback;
  bool thrown = false;
  int late = 0;
};

TEST_CASE("what an observer throws passes through when the run has been wound up", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const Callback callback : {Callback::kPlan, Callback::kTick, Callback::kIteration,
                                  Callback::kPreview, Callback::kMessage}) {
    for (const bool is_new : {true, false}) {
      if (is_new && callback == Callback::kMessage) continue;  // there is nothing to say
      CAPTURE(static_cast<int>(callback), is_new);
      TrainConfig config = Config(corpus, dir.File("model"));
      std::filesystem::remove_all(config.model);
      config.resume = Resume::kAuto;
      if (!is_new) {
        StopAfter stopper(5);
        REQUIRE(Train(config, &stopper, stopper.stop).status().code() == StatusCode::kStopped);
      }
      TrainConfig thrown_in = config;
      thrown_in.preview_interval = 1;
      if (callback == Callback::kTick) thrown_in.num_iterations = 1'000'000;
      Thrower observer(callback);
      CHECK_THROWS_AS(Train(thrown_in, &observer), std::out_of_range);
      CHECK(observer.late == 0);
      // The directory can be locked, and is as the last save left it.
      CHECK(std::filesystem::exists(config.model) == !is_new);
      if (!is_new) CHECK(Model::Load(config.model)->progress().iteration == 5);
      CHECK(MustTrain(config).model_hash == whole.model_hash);
    }
  }
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
  CHECK(plan->num_growth_stages() == 2);
  CHECK(plan->num_iterations() == 12);
  const PlanDetails& details = plan->details();
  CHECK(details.token_state_bytes == 599 * 60 * 6);  // 16-bit z and two proposals
  CHECK(plan->total_bytes() > details.token_state_bytes + details.corpus_bytes);
  CHECK(plan->ToString().find("6 iterations on all documents") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(config.model));
  CHECK_FALSE(plan->streamed());
}

TEST_CASE("a run beyond the memory budget keeps its state on disk, or is refused", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = Config(corpus, dir.File("model"));
  auto plan = PlanTraining(config);
  REQUIRE(plan.ok());
  config.memory_budget = plan->total_bytes();
  auto in_memory = Train(config);
  REQUIRE(in_memory.ok());

  config.memory_budget = 1000;
  const PlanDetails least = MakePlan(config, Must(OpenForTraining(config)));
  CHECK(least.streamed);
  CHECK(least.total_bytes > config.memory_budget);
  config.model = dir.File("streamed");
  CHECK(PlanTraining(config).status().code() == StatusCode::kUsage);
  CHECK(Train(config).status().code() == StatusCode::kUsage);
  CHECK_FALSE(std::filesystem::exists(config.model));

  // One block is all of this corpus, so a budget that suffices for streaming it needs no streaming.
  config.memory_budget = least.total_bytes;
  auto streamed = Train(config);
  REQUIRE(streamed.ok());
  CHECK(streamed->model_hash == in_memory->model_hash);
}

TEST_CASE("a document too long for the memory budget is named", "[train]") {
  TempDir dir;
  std::string lines = "short\t0:1 1:1\ngiant\t";
  for (int word = 0; word < 100; ++word) lines += std::to_string(word) + ":1000 ";
  WriteText(dir.File("bags"), lines + "\n");
  PreprocessConfig preprocess;
  preprocess.inputs = {dir.File("bags")};
  preprocess.output = dir.File("corpus");
  REQUIRE(Preprocess(preprocess).ok());
  TrainConfig config = Config(preprocess.output, dir.File("model"));
  config.memory_budget = 1000;
  const Status status = PlanTraining(config).status();
  CHECK(status.code() == StatusCode::kUsage);
  // Three parts of one block on disk would take more than the block.
  const PlanDetails plan = MakePlan(config, Must(OpenForTraining(config)));
  CHECK(plan.in_memory_bytes < plan.total_bytes);
  const std::string least = FormatBytes(static_cast<double>(plan.in_memory_bytes));
  CHECK(status.message().starts_with("this run needs at least " + least + ", more than"));
  CHECK(status.message().find("split document \"giant\", whose 100,000 tokens") !=
        std::string::npos);
}

TEST_CASE("settings out of range are refused with the field's name", "[train]") {
  const auto message = [](auto change) {
    TrainConfig config = Config("c", "m");
    change(&config);
    const Status status = config.Validate();
    CHECK(status.code() == StatusCode::kUsage);
    return status.message();
  };
  using C = TrainConfig;
  const auto names = [](const std::string& text, const std::string& field) {
    return text.find("`" + field + "`") != std::string::npos;
  };
  TrainConfig nowhere = Config("", "m");
  CHECK(names(Train(nowhere).status().message(), "corpus"));
  nowhere = Config("c", "");
  CHECK(names(Train(nowhere).status().message(), "model"));
  CHECK(names(message([](C* c) { c->num_topics = 1; }), "num_topics"));
  CHECK(names(message([](C* c) { c->num_topics = (1u << 24) + 1; }), "num_topics"));
  CHECK(names(message([](C* c) { c->alpha = -0.1; }), "alpha"));
  CHECK(names(message([](C* c) { c->alpha = std::numeric_limits<double>::quiet_NaN(); }), "alpha"));
  CHECK(names(message([](C* c) { c->alpha_vector = {1, 2}; }), "alpha_vector"));
  CHECK(names(message([](C* c) { c->beta = -1; }), "beta"));
  CHECK(names(message([](C* c) { c->growth_beta = -0.1; }), "growth_beta"));
  CHECK(names(message([](C* c) { c->num_iterations = -1; }), "num_iterations"));
  CHECK(names(message([](C* c) { c->mh_steps = 65; }), "mh_steps"));
  CHECK(names(message([](C* c) { c->mh_steps = -2; }), "mh_steps"));
  CHECK(names(message([](C* c) {
                c->mh_steps = 0;
                c->num_topics = 257;
              }),
              "mh_steps"));
  CHECK(names(message([](C* c) { c->growth_stages = -2; }), "growth_stages"));
  CHECK(names(message([](C* c) { c->num_threads = -1; }), "num_threads"));
  CHECK(names(message([](C* c) { c->likelihood_interval = -1; }), "likelihood_interval"));
  CHECK(names(message([](C* c) { c->checkpoint_minutes = -1; }), "checkpoint_minutes"));
}

}  // namespace
}  // namespace lightlda
