// Runs that go on from a damaged model directory: from the generation before, never from nothing.
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lightlda/model.h"
#include "lightlda/trainer.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using namespace lightlda::testing;

// Keeps what is said and the first iteration that is run.
struct Listener : TrainObserver {
  void OnIteration(const IterationMetrics& metrics) override {
    if (first == 0) first = metrics.iteration;
  }
  void OnMessage(const std::string& message) override { said += message + "\n"; }
  std::int64_t first = 0;
  std::string said;
};

// A run that was stopped at two iterations: two generations.
TrainConfig StopTwice(const std::string& corpus, const std::string& model) {
  TrainConfig config = Config(corpus, model);
  config.resume = Resume::kAuto;
  for (const std::int64_t stop : {5, 9}) {
    StopAfter observer(stop);
    REQUIRE(Train(config, &observer, observer.stop).status().code() == StatusCode::kStopped);
  }
  return config;
}

void CheckContiguous(const std::string& model, std::size_t size) {
  const auto lines = Metrics(model);
  REQUIRE(lines.size() == size);
  for (std::size_t i = 0; i < size; ++i) CHECK(lines[i]["iteration"] == i + 1);
}

TEST_CASE("a run goes on from the generation before one that is damaged", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const TrainResult whole = MustTrain(Config(corpus, dir.File("whole")));
  for (const std::string file : {"manifest.json", "gen-000002/word_topic.bin",
                                 "gen-000002/topics-00000.bin", "gen-000002/priors.bin"}) {
    for (const bool is_missing : {true, false}) {
      CAPTURE(file, is_missing);
      TrainConfig config = StopTwice(corpus, dir.File("model"));
      const std::string path = config.model + "/" + file;
      if (is_missing) {
        fs::remove(path);
      } else {
        fs::resize_file(path, fs::file_size(path) / 2);
      }
      Listener listener;
      CHECK(MustTrain(config, &listener).model_hash == whole.model_hash);
      CHECK(listener.first == 6);
      CHECK(listener.said.find(path + ": ") == 0);
      CHECK(listener.said.find("the generation before, of iteration 5\n") != std::string::npos);
      CheckContiguous(config.model, 12);
      const Model model = Must(Model::Load(config.model, true));
      CHECK(model.load_warning().empty());
      CHECK(model.progress().complete);
      // What it went back to is now the one before.
      fs::remove(config.model + "/manifest.json");
      CHECK(Must(Model::Load(config.model, true)).progress().iteration == 5);
      fs::remove_all(config.model);
    }
  }
}

TEST_CASE("a stop after going back keeps what the run went back to", "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = StopTwice(corpus, dir.File("model"));
  fs::remove(config.model + "/manifest.json");
  StopAfter observer(7);
  REQUIRE(Train(config, &observer, observer.stop).status().code() == StatusCode::kStopped);
  CheckContiguous(config.model, 7);
  CHECK(Must(Model::Load(config.model, true)).progress().iteration == 7);
  CHECK(MustTrain(config).model_hash == MustTrain(Config(corpus, dir.File("whole"))).model_hash);
}

TEST_CASE("a run whose generations are all damaged is left as it is", "[train]") {
  TempDir dir;
  TrainConfig config = StopTwice(MakeCorpus(dir), dir.File("model"));
  fs::remove(config.model + "/manifest.json");
  WriteText(config.model + "/gen-000001/topics-00000.bin", "x");
  const auto before = ReadTree(config.model);
  for (const Resume resume : {Resume::kAuto, Resume::kYes}) {
    config.resume = resume;
    const Status status = Train(config).status();
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().find("manifest.json") != std::string::npos);
    CHECK(status.message().find("gen-000001/topics-00000.bin") != std::string::npos);
    CHECK(ReadTree(config.model) == before);
  }
}

TEST_CASE("what cannot be resumed is left as it is, lines after the last save included",
          "[train]") {
  TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  TrainConfig config = StopTwice(corpus, dir.File("model"));
  WriteText(config.model + "/metrics.jsonl", ReadText(config.model + "/metrics.jsonl") + "{}\n");
  const auto before = ReadTree(config.model);
  TrainConfig other = config;
  other.corpus = MakeCorpus(dir, /*seed=*/5);
  CHECK(Train(other).status().code() == StatusCode::kBadInput);
  other = config;
  other.beta = 0.5;
  CHECK(Train(other).status().code() == StatusCode::kUsage);
  CHECK(ReadTree(config.model) == before);
}

// Loads the model after every iteration of a run on it.
struct Reader : TrainObserver {
  explicit Reader(std::string directory) : model(std::move(directory)) {}
  void OnIteration(const IterationMetrics&) override {
    const Model now = Must(Model::Load(model, /*with_topics=*/true));
    CHECK(now.load_warning().empty());
    CHECK(now.progress().complete);
    ++read;
  }
  std::string model;
  int read = 0;
};

TEST_CASE("a finished model stays readable while it is trained further, and after a crash",
          "[train]") {
  TempDir dir;
  TrainConfig config = Config(MakeCorpus(dir), dir.File("model"));
  const TrainResult first = MustTrain(config);
  // As a run leaves it that was killed within further iterations.
  WriteText(config.model + "/metrics.jsonl",
            ReadText(config.model + "/metrics.jsonl") + "{\"iteration\":13}\n{\"itera");
  CHECK(Must(Model::Load(config.model, true)).model_hash() == first.model_hash);
  config.resume = Resume::kAuto;
  CHECK(MustTrain(config).model_hash == first.model_hash);

  config.num_iterations = 9;
  Reader reader(config.model);
  MustTrain(config, &reader);
  CHECK(reader.read == 3);
  CheckContiguous(config.model, 15);
}

}  // namespace
}  // namespace lightlda
