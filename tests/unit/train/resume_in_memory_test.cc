// Trainer::Resume: a run that goes on from a model in memory ends as one that was never
// interrupted.
#include <catch2/catch.hpp>
#include <string>

#include "lightlda/corpus.h"
#include "lightlda/corpus_builder.h"
#include "lightlda/model.h"
#include "lightlda/trainer.h"
#include "test_util.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::MakeCorpus;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::TempDir;

Model StepToEnd(Trainer trainer) {
  while (!trainer.done()) Must(trainer.Step());
  return Must(trainer.CurrentModel());
}

TrainConfig Iterations(std::int64_t num_iterations, int optimize_interval) {
  TrainConfig config = Config("", "");
  config.num_iterations = num_iterations;
  config.optimize_interval = optimize_interval;
  return config;
}

TEST_CASE("a run in pieces is the run in one, growth and learned alpha included", "[train]") {
  TempDir dir;
  const Corpus corpus = Must(Corpus::Open(MakeCorpus(dir)));
  for (const int interval : {0, 2}) {
    const Model whole = StepToEnd(Must(Trainer::Start(corpus, Iterations(7, interval))));
    Trainer growth = Must(Trainer::Start(corpus, Iterations(2, interval)));
    for (int i = 0; i < 4; ++i) Must(growth.Step());
    const Model early = Must(growth.CurrentModel());
    const Model two = StepToEnd(Must(Trainer::Resume(corpus, early, Iterations(2, interval))));
    CHECK(two.progress().complete);
    const Model three = StepToEnd(Must(Trainer::Resume(corpus, two, Iterations(3, interval))));
    const Model seven = StepToEnd(Must(Trainer::Resume(corpus, three, Iterations(7, interval))));
    CHECK(two.model_hash() != whole.model_hash());
    CHECK(seven.model_hash() == whole.model_hash());
    CHECK(std::ranges::equal(seven.alpha(), whole.alpha()));
    // All of its metrics are the model's.
    Must(seven.Save(dir.File("seven" + std::to_string(interval))));
    const auto metrics = Metrics(dir.File("seven" + std::to_string(interval)));
    REQUIRE(metrics.size() == 13);
    for (std::size_t i = 0; i < metrics.size(); ++i) CHECK(metrics[i]["iteration"] == i + 1);
  }
}

TEST_CASE("a run goes on in memory from a model on disk, which stays as it is", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  const Corpus corpus = Must(Corpus::Open(directory));
  const std::string hash = MustTrain(Config(directory, dir.File("model"))).model_hash;
  const Model six = Must(Model::Load(dir.File("model")));
  const Model eight = StepToEnd(Must(Trainer::Resume(corpus, six, Iterations(8, -1))));
  const Model whole = StepToEnd(Must(Trainer::Start(corpus, Iterations(8, -1))));
  CHECK(eight.model_hash() == whole.model_hash());
  CHECK(Must(Model::Load(dir.File("model"))).model_hash() == hash);
  CHECK(Metrics(dir.File("model")).size() == 12);
}

TEST_CASE("a run that cannot go on is refused", "[train]") {
  TempDir dir;
  const Corpus corpus = Must(Corpus::Open(MakeCorpus(dir)));
  const Model model = StepToEnd(Must(Trainer::Start(corpus, Iterations(3, 0))));
  const auto refused = [&](const Model& from, const Corpus& with, const TrainConfig& config) {
    const Result<Trainer> trainer = Trainer::Resume(with, from, config);
    REQUIRE_FALSE(trainer.ok());
    return trainer.status();
  };
  TrainConfig config = Iterations(4, 0);
  config.seed = 2;
  Status status = refused(model, corpus, config);
  CHECK(status.code() == StatusCode::kUsage);
  CHECK(status.message().find("seed of the saved run is 1") != std::string::npos);

  status = refused(model, corpus, Iterations(2, 0));
  CHECK(status.code() == StatusCode::kUsage);
  CHECK(status.message().find("has done 9 iterations") != std::string::npos);

  config = Iterations(4, 0);
  config.model = dir.File("model");
  CHECK(refused(model, corpus, config).code() == StatusCode::kUsage);

  const Corpus other = Must(Corpus::Open(MakeCorpus(dir, 5)));
  status = refused(model, other, Iterations(4, 0));
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().starts_with("the model: was trained on another corpus"));

  const CsrView table = model.WordTopic();
  const Model tables = Must(Model::FromTables(
      {.words = {model.vocabulary().words().begin(), model.vocabulary().words().end()},
       .word_topic = table,
       .alpha = std::vector<double>(12, 0.1),
       .text_pipeline = ""}));
  CHECK_FALSE(Trainer::Resume(corpus, tables, Iterations(4, 0)).ok());

  // A complete run is done from the start.
  const Result<Trainer> done = Trainer::Resume(corpus, model, Iterations(3, 0));
  REQUIRE(done.ok());
  CHECK(done.status().ok());
}

}  // namespace
}  // namespace lightlda
