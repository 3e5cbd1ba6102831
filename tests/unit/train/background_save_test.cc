// Checkpoints that are written while sampling goes on: byte for byte those that pause it.
#include "train/background_save.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <latch>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "collective/solo_group.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/trainer.h"
#include "sampler/sampler.h"
#include "stage_settings.h"
#include "train/model_saver.h"
#include "train/plan.h"
#include "train/plan_details.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using namespace lightlda::testing;

// -- a save

// A sampler on all blocks of a corpus directory.
struct Fixture {
  explicit Fixture(std::uint32_t topics)
      : corpus(Must(Corpus::Open(MakeCorpus(dir, /*seed=*/4, /*num_documents=*/6000)))), pool(2) {
    for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
      blocks.push_back(Must(corpus.OpenBlock(b)));
    }
    SamplerOptions options;
    options.num_topics = topics;
    options.alpha.assign(topics, 0.1);
    options.beta = 0.01;
    options.num_words = corpus.num_words();
    priors = {options.alpha, options.beta};
    sampler = std::make_unique<Sampler>(std::move(options), blocks, &pool);
  }

  ModelSnapshot Snapshot(int level) const {
    ModelSnapshot snapshot;
    snapshot.corpus = &corpus;
    snapshot.priors = priors;
    snapshot.active_level = level;
    snapshot.progress.iteration = 3;
    return snapshot;
  }
  // A model directory with metrics, some of which belong to the model.
  std::string Directory(const std::string& name, const std::string& metrics) const {
    fs::create_directory(dir.File(name));
    WriteText(dir.File(name) + "/metrics.jsonl", metrics);
    return dir.File(name);
  }

  TempDir dir;
  Corpus corpus;
  ThreadPool pool;
  std::vector<std::unique_ptr<const Block>> blocks;
  Priors priors;
  std::unique_ptr<Sampler> sampler;
};

// Saves the state as it is twice: while nothing goes on, and while the sampler goes on by rest().
void SaveBothWays(Fixture* f, const std::string& name, int level,
                  const std::function<void()>& first, const std::function<void()>& rest) {
  const std::string pausing = f->Directory("pausing" + name, "1\n");
  SoloGroup group;
  ModelSaver saver(f->blocks, f->sampler.get(), &group, /*stream_rows=*/false);
  const std::string hash = Must(saver.Save(pausing, f->Snapshot(level), Status()));

  const std::string directory = f->Directory("background" + name, "1\n2\n{");
  ModelSnapshot snapshot = f->Snapshot(level);
  snapshot.metrics_bytes = 2;
  std::shared_ptr<const TopicsCopy> copy = f->sampler->CopyTopics();
  std::latch begun(1);
  BackgroundSave save;
  save.Start([&, copy = std::move(copy)] {
    begun.wait();
    return SaveTopicsCopy(directory, snapshot, *copy);
  });
  CHECK(save.under_way());
  CHECK_FALSE(save.Take(/*wait=*/false));
  first();
  begun.count_down();
  rest();
  const auto outcome = save.Take(/*wait=*/true);
  REQUIRE(outcome);
  CHECK(Must(outcome->hash) == hash);
  CHECK_FALSE(save.under_way());
  WriteText(directory + "/metrics.jsonl", "1\n");
  CHECK(DifferingFiles(directory, pausing) == std::vector<std::string>());
  CHECK(Must(Model::Load(directory, /*with_topics=*/true)).model_hash() == hash);
}

TEST_CASE("a copy is saved as the state it was made of, whatever comes after it", "[train]") {
  struct Case {
    std::uint32_t num_topics;
    int mh_steps;
  };
  for (const Case& by : {Case{12, 2}, Case{12, 0}, Case{70'000, 2}}) {  // topics of 16, 32 bits
    Fixture f(by.num_topics);
    REQUIRE(f.blocks.size() > 1);
    std::uint32_t iteration = 0;
    Must(f.sampler->StartStage(StageOf(2, by.mh_steps), iteration));
    for (const int level : {2, 1, 0}) {
      CAPTURE(by.num_topics, by.mh_steps, level);
      const auto iterate = [&] { Must(f.sampler->Iterate(++iteration)); };
      const auto go_on = [&] {
        if (level > 0) Must(f.sampler->StartStage(StageOf(level - 1, by.mh_steps), iteration));
        iterate();
      };
      iterate();
      SaveBothWays(&f, std::to_string(level), level, iterate, go_on);
    }
  }
}

TEST_CASE("a save that fails in the background is told, and so is one without memory", "[train]") {
  BackgroundSave save;
  CHECK_FALSE(save.Take(/*wait=*/true));
  save.Start([]() -> Result<std::string> { return Status::CannotWrite("full"); });
  CHECK(save.Take(/*wait=*/true)->hash.status().message() == "full");
  save.Start([]() -> Result<std::string> { throw std::bad_alloc(); });
  CHECK(save.Take(/*wait=*/true)->hash.status().code() == StatusCode::kOutOfMemory);
}

// -- whole runs

// Keeps what is said, and does something after an iteration.
struct Watcher : TrainObserver {
  void OnIteration(const IterationMetrics& metrics) override {
    if (act) act(metrics.iteration);
  }
  void OnMessage(const std::string& message) override {
    said.push_back(message);
    if (hear) hear();
  }
  std::size_t Count(const std::string& text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        said, [&](const std::string& message) { return message.find(text) != std::string::npos; }));
  }
  std::function<void(std::int64_t)> act;
  std::function<void()> hear;
  std::vector<std::string> said;
};

// After every iteration, unless the one before is still being written.
TrainConfig Often(const std::string& corpus, const std::string& model) {
  TrainConfig config = Config(corpus, model);
  config.checkpoint_minutes = 1e-9;
  config.resume = Resume::kAuto;
  config.num_threads = 2;
  return config;
}

PlanDetails::Checkpoints KindOf(const TrainConfig& config) {
  return Must(PlanTraining(config)).details().checkpoints;
}

TEST_CASE("checkpoints while sampling goes on change nothing of the run", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig without = Config(corpus, dir.File("without"));
  without.checkpoint_minutes = 0;
  CHECK(KindOf(without) == PlanDetails::Checkpoints::kNone);
  const TrainResult whole = MustTrain(without);
  const TrainConfig config = Often(corpus, dir.File("model"));
  CHECK(KindOf(config) == PlanDetails::Checkpoints::kWhileSampling);
  Watcher watcher;
  CHECK(MustTrain(config, &watcher).model_hash == whole.model_hash);
  const std::size_t saved = watcher.Count("checkpoint of ");
  CHECK(saved > 0);
  CHECK(watcher.Count(", training paused for ") == saved);
  REQUIRE(watcher.Count("longest pause of training for one ") == 1);
  CHECK(watcher.said.back().starts_with(std::to_string(saved) + " checkpoint"));
  CHECK(Metrics(config.model).size() == 12);
  CHECK(Must(Model::Load(config.model, true)).model_hash() == whole.model_hash);
}

TEST_CASE("a run that ends at any iteration goes on from its last checkpoint", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const std::int64_t last : {2, 4, 6, 7, 11}) {
    CAPTURE(last);
    TrainConfig config = Often(corpus, dir.File("model" + std::to_string(last)));
    Watcher watcher;
    watcher.act = [last](std::int64_t iteration) {
      if (iteration == last) throw std::runtime_error("a crash");
    };
    CHECK_THROWS_AS(Train(config, &watcher), std::runtime_error);
    // One was under way at least; it is waited for.
    const Model model = Must(Model::Load(config.model, /*with_topics=*/true));
    CHECK(model.load_warning().empty());
    CHECK(model.progress().iteration < last);
    CHECK_FALSE(model.progress().complete);
    CHECK(MustTrain(config).model_hash == whole.model_hash);
    CHECK(Metrics(config.model).size() == 12);
  }
}

TEST_CASE("a checkpoint that cannot be written is told, and training goes on", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const auto kind :
       {PlanDetails::Checkpoints::kWhileSampling, PlanDetails::Checkpoints::kPausing}) {
    TrainConfig config = Often(corpus, dir.File("model"));
    fs::remove_all(config.model);
    // One byte less than a copy of the topics needs.
    if (kind == PlanDetails::Checkpoints::kPausing) {
      config.memory_budget = Must(PlanTraining(config)).total_bytes() - 1;
    }
    CHECK(KindOf(config) == kind);
    // A directory in the place of a file, until the failure has been told.
    const std::string blocker = config.model + "/vocabulary.bin.tmp";
    Watcher watcher;
    watcher.act = [&](std::int64_t iteration) {
      if (iteration == 1) fs::create_directories(blocker + "/x");
    };
    watcher.hear = [&] { fs::remove_all(blocker); };
    CHECK(MustTrain(config, &watcher).model_hash == whole.model_hash);
    CHECK(watcher.said[0].starts_with("checkpoint failed, training goes on: " + blocker));
    CHECK(watcher.Count("checkpoint failed") == 1);
    CHECK(Must(Model::Load(config.model, true)).progress().complete);
  }
}

TEST_CASE("the plan has room for a copy of the topics, or says that checkpoints pause", "[train]") {
  TempDir dir;
  TrainConfig config = Config(MakeCorpus(dir), dir.File("model"));
  CHECK(TrainConfig().checkpoint_minutes == 10);
  const TrainPlan plan = Must(PlanTraining(config));
  const PlanDetails& details = plan.details();
  CHECK(details.copy_bytes == 599 * 60 * 2 + 12 * TopicsCopy::kBytesPerTopic);
  CHECK(plan.ToString().find("copy for checkpoints ") != std::string::npos);
  CHECK(plan.ToString().find("pauses") == std::string::npos);

  config.memory_budget = plan.total_bytes() - 1;
  const TrainPlan pausing = Must(PlanTraining(config));
  CHECK(pausing.details().checkpoints == PlanDetails::Checkpoints::kPausing);
  CHECK_FALSE(pausing.streamed());
  CHECK(pausing.total_bytes() == plan.total_bytes() - details.copy_bytes);
  CHECK(pausing.ToString().find("training pauses") != std::string::npos);

  config.memory_budget = 0;
  TeamShape team;
  team.num_workers = team.num_shards = 2;
  const PlanDetails of_two = MakePlan(config, Must(Corpus::Open(config.corpus)), team);
  CHECK(of_two.checkpoints == PlanDetails::Checkpoints::kPausing);
  CHECK(of_two.copy_bytes == 0);

  config.checkpoint_minutes = 0;
  const TrainPlan none = Must(PlanTraining(config));
  CHECK(none.details().checkpoints == PlanDetails::Checkpoints::kNone);
  CHECK(none.ToString().find("pauses") == std::string::npos);
}

}  // namespace
}  // namespace lightlda
