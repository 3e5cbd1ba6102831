// Sweeps: rows are what the single calls find, nothing is trained twice, the best is recommended.
#include "lightlda/sweep.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "lightlda/compare.h"
#include "lightlda/evaluate.h"
#include "lightlda/model.h"
#include "test_util.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::ReadText;
using testing::ReadTree;
using testing::TempDir;

struct Corpora {
  explicit Corpora(const TempDir& dir)
      : training(Must(Corpus::Open(testing::MakeCorpus(dir, 4)))),
        held_out(Must(Corpus::Open(testing::MakeCorpus(dir, 5, 150)))) {}
  Corpus training;
  Corpus held_out;
};

SweepConfig ConfigOf(const TempDir& dir) {
  SweepConfig config;
  config.output = dir.File("sweep");
  config.topics = {6, 2, 4, 6};
  config.training.num_iterations = 8;
  config.training.growth_stages = 1;
  config.training.num_threads = 1;
  config.stop_early = false;
  return config;
}

std::string ModelOf(const SweepConfig& config, int num_topics, int seed) {
  return config.output + "/k-" + std::to_string(num_topics) + "-seed-" + std::to_string(seed);
}

struct Watcher : SweepObserver {
  void OnProgress(const SweepProgress& progress) override {
    trained += progress.iteration ? 1 : 0;
    last = progress;
    if (trained == stop_at) stop.RequestStop();
  }
  Status OnRow(const SweepRow& row) override {
    rows.push_back(row.num_topics);
    return {};
  }
  int stop_at = -1;
  int trained = 0;  // iterations
  SweepProgress last;
  std::vector<std::uint32_t> rows;
  StopToken stop;
};

void CheckSame(const SweepRow& a, const SweepRow& b) {
  CHECK(a.num_topics == b.num_topics);
  CHECK(a.num_models == b.num_models);
  CHECK(a.held_out_log_likelihood_per_token == b.held_out_log_likelihood_per_token);
  CHECK(a.u_mass == b.u_mass);
  CHECK(a.diversity == b.diversity);
  CHECK(a.stability == b.stability);
}

TEST_CASE("A row is what the single calls find of its models", "[sweep]") {
  TempDir dir;
  const Corpora corpora(dir);
  const SweepConfig config = ConfigOf(dir);
  Watcher watcher;
  const SweepResult result =
      Must(Sweep(corpora.training, corpora.held_out, config, &watcher, watcher.stop));
  REQUIRE(result.rows.size() == 3);
  CHECK(watcher.rows == std::vector<std::uint32_t>{2, 4, 6});
  CHECK(watcher.last.num_models == 6);
  CHECK(watcher.last.model == 6);
  CHECK_FALSE(result.stopped_early);
  for (const SweepRow& row : result.rows) {
    const int k = static_cast<int>(row.num_topics);
    const Model one = Must(Model::Load(ModelOf(config, k, 1)));
    const Model two = Must(Model::Load(ModelOf(config, k, 2)));
    CHECK(one.num_topics() == row.num_topics);
    CHECK(one.model_hash() != two.model_hash());
    const auto held_out = [&](const Model& model) {
      return Must(EvaluateCompletion(model, corpora.held_out)).log_likelihood_per_token;
    };
    const auto u_mass = [&](const Model& model) {
      return Must(EvaluateCoherence(model, corpora.training)).mean.u_mass;
    };
    CHECK(row.held_out_log_likelihood_per_token ==
          Approx((held_out(one) + held_out(two)) / 2).epsilon(1e-12));
    CHECK(row.perplexity == Approx(std::exp(-row.held_out_log_likelihood_per_token)));
    CHECK(row.u_mass == Approx((u_mass(one) + u_mass(two)) / 2).epsilon(1e-9));
    CHECK_FALSE(row.c_v);  // bags of words
    CHECK(row.diversity == Approx((TopicDiversity(one) + TopicDiversity(two)) / 2));
    CHECK(*row.stability == Must(CompareModels(one, two)).stability);
    CHECK(row.seconds == Approx(one.progress().seconds + two.progress().seconds));
  }
  // The same model as of a run of its own.
  TrainConfig alone = config.training;
  alone.corpus = corpora.training.directory();
  alone.model = dir.File("alone");
  alone.num_topics = 4;
  alone.seed = 2;
  CHECK(testing::MustTrain(alone).model_hash ==
        Must(Model::Load(ModelOf(config, 4, 2))).model_hash());
}

TEST_CASE("A sweep goes on where it was stopped, and trains nothing twice", "[sweep]") {
  TempDir dir;
  const Corpora corpora(dir);
  SweepConfig config = ConfigOf(dir);
  const SweepResult expected = Must(Sweep(corpora.training, corpora.held_out, config));
  config.output = dir.File("stopped");
  Watcher first;
  const auto iterations =
      static_cast<int>(Must(Model::Load(dir.File("sweep/k-2-seed-1"))).progress().num_iterations);
  first.stop_at = 2 * iterations + 3;  // in the third model
  const auto stopped = Sweep(corpora.training, corpora.held_out, config, &first, first.stop);
  CHECK(stopped.status().code() == StatusCode::kStopped);
  CHECK_THAT(stopped.status().message(), Catch::Contains(config.output));
  CHECK(first.rows == std::vector<std::uint32_t>{2});
  const auto before = ReadTree(ModelOf(config, 2, 1));
  Watcher second;
  const SweepResult result =
      Must(Sweep(corpora.training, corpora.held_out, config, &second, second.stop));
  CHECK(ReadTree(ModelOf(config, 2, 1)) == before);
  REQUIRE(result.rows.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CheckSame(result.rows[i], expected.rows[i]);
  CHECK(first.trained + second.trained == 6 * iterations);
  Watcher third;
  Must(Sweep(corpora.training, corpora.held_out, config, &third, third.stop));
  CHECK(third.trained == 0);
}

TEST_CASE("A sweep refuses models of other settings and corpora that do not fit", "[sweep]") {
  TempDir dir;
  const Corpora corpora(dir);
  SweepConfig config = ConfigOf(dir);
  config.topics = {2};
  config.seeds = 1;
  const SweepResult one = Must(Sweep(corpora.training, corpora.held_out, config));
  CHECK_FALSE(one.rows[0].stability);
  config.training.beta = 0.5;
  const auto refused = Sweep(corpora.training, corpora.held_out, config);
  CHECK(refused.status().code() == StatusCode::kUsage);
  CHECK_THAT(refused.status().message(), Catch::Contains("k-2-seed-1") && Catch::Contains("beta"));
  config = ConfigOf(dir);
  CHECK(Sweep(corpora.training, corpora.training, config).status().code() == StatusCode::kUsage);
  config.output = corpora.training.directory() + "/sweep";
  CHECK(Sweep(corpora.training, corpora.held_out, config).status().code() ==
        StatusCode::kCannotWrite);
  const auto code = [&](auto change) {
    SweepConfig wrong = ConfigOf(dir);
    wrong.output = dir.File("wrong");
    change(&wrong);
    const auto result = Sweep(corpora.training, corpora.held_out, wrong);
    CHECK_FALSE(std::filesystem::exists(wrong.output));
    return result.status().code();
  };
  CHECK(code([](SweepConfig* c) { c->topics = {}; }) == StatusCode::kUsage);
  CHECK(code([](SweepConfig* c) { c->topics = {5, 1}; }) == StatusCode::kUsage);
  CHECK(code([](SweepConfig* c) { c->seeds = 0; }) == StatusCode::kUsage);
  CHECK(code([](SweepConfig* c) { c->top_words = 1; }) == StatusCode::kUsage);
  CHECK(code([](SweepConfig* c) { c->min_gain = -1; }) == StatusCode::kUsage);
  CHECK(code([](SweepConfig* c) { c->training.alpha = -1; }) == StatusCode::kUsage);
}

TEST_CASE("A sweep ends when more topics do not help", "[sweep]") {
  TempDir dir;
  const Corpora corpora(dir);
  SweepConfig config = ConfigOf(dir);
  config.topics = {2, 3, 4, 5};
  config.seeds = 1;
  config.min_gain = 100;  // nothing gains so much: the second and the third are too many
  config.stop_early = true;
  const SweepResult result = Must(Sweep(corpora.training, corpora.held_out, config));
  CHECK(result.stopped_early);
  CHECK(result.rows.size() == 3);
  CHECK_FALSE(std::filesystem::exists(ModelOf(config, 5, 1)));
  config.min_gain = 0;
  config.stop_early = false;
  CHECK(Must(Sweep(corpora.training, corpora.held_out, config)).rows.size() == 4);
}

SweepRow Row(std::uint32_t num_topics, double held_out, double c_v, double stability) {
  SweepRow row;
  row.num_topics = num_topics;
  row.held_out_log_likelihood_per_token = held_out;
  row.u_mass = -static_cast<double>(num_topics);
  row.c_v = c_v;
  row.stability = stability;
  return row;
}

TEST_CASE("Recommended: of those within 1 % of both bests the most stable, then the smallest",
          "[sweep]") {
  // Bests: -7.00 (so down to -7.07) and 0.600 (down to 0.594).
  std::vector<SweepRow> rows = {Row(25, -7.20, 0.600, 0.9), Row(50, -7.06, 0.596, 0.7),
                                Row(100, -7.02, 0.595, 0.8), Row(200, -7.00, 0.590, 0.95)};
  SweepRecommendation found = Recommend(rows);
  CHECK(found.num_topics == 100);
  CHECK(found.within_bound);
  CHECK_THAT(found.reason, Catch::Contains("within 1 %") && Catch::Contains("most stable"));
  rows[1].stability = rows[2].stability;
  CHECK(Recommend(rows).num_topics == 50);
  rows[1].stability.reset();
  rows[2].stability.reset();
  CHECK(Recommend(rows).num_topics == 50);
  CHECK_THAT(Recommend(rows).reason, Catch::Contains("the smallest"));
}

TEST_CASE("Recommended: a compromise, said so, if none is within 1 % of both", "[sweep]") {
  // Shortfalls: 4 % and 0; 2 % and 3 %; 0 and 5 %.
  const std::vector<SweepRow> rows = {Row(25, -7.28, 0.600, 0.9), Row(50, -7.14, 0.582, 0.7),
                                      Row(100, -7.00, 0.570, 0.8)};
  const SweepRecommendation found = Recommend(rows);
  CHECK(found.num_topics == 50);
  CHECK_FALSE(found.within_bound);
  CHECK_THAT(found.reason, Catch::Contains("compromise") && Catch::Contains("2.0 %") &&
                               Catch::Contains("3.0 %") && Catch::Contains("100 topics"));
}

TEST_CASE("Recommended: without order of words, by u_mass", "[sweep]") {
  std::vector<SweepRow> rows = {Row(25, -7.00, 0, 0.9), Row(50, -7.00, 0, 0.95)};
  for (SweepRow& row : rows) row.c_v.reset();
  const SweepRecommendation found = Recommend(rows);
  CHECK(found.num_topics == 25);  // u_mass -25 and -50
  CHECK_THAT(found.reason, Catch::Contains("u_mass"));
}

}  // namespace
}  // namespace lightlda
