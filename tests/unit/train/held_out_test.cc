// Training with held-out documents: what is written is what EvaluateCompletion finds, and the model
// is none the wiser.
#include "train/held_out.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/evaluate.h"
#include "lightlda/model.h"
#include "test_util.h"
#include "thread_group.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::RunProcesses;
using testing::TempDir;

constexpr char kName[] = "held_out_log_likelihood_per_token";

// Of another seed than the corpora to train on, with words in another order and unknown ones.
std::string MakeHeldOut(const TempDir& dir, std::size_t num_documents) {
  std::string text;
  std::string names;
  constexpr std::size_t kWords = testing::kCorpusWords + 5;
  for (const auto& document : testing::DrawPlanted(num_documents, 20, kWords, 5, 99)) {
    std::vector<int> counts(kWords, 0);
    for (const WordId word : document) ++counts[kWords - 1 - word];
    std::string pairs;
    int distinct = 0;
    for (std::size_t word = 0; word < kWords; ++word) {
      if (counts[word] == 0) continue;
      pairs += " " + std::to_string(word) + ":" + std::to_string(counts[word]);
      ++distinct;
    }
    text += std::to_string(distinct) + pairs + "\n";
  }
  for (std::size_t word = 0; word < kWords; ++word) {
    names += std::to_string(kWords - 1 - word) + "\n";
  }
  testing::WriteText(dir.File("held-out.ldac"), text);
  testing::WriteText(dir.File("held-out.words"), names);
  PreprocessConfig config;
  config.inputs = {dir.File("held-out.ldac")};
  config.vocab_file = dir.File("held-out.words");
  config.format = InputFormat::kLdac;
  config.output = dir.File("held-out" + std::to_string(num_documents));
  Must(Preprocess(config));
  return config.output;
}

double Completion(const std::string& model, const std::string& held_out) {
  return Must(EvaluateCompletion(Must(Model::Load(model)), Must(Corpus::Open(held_out))))
      .log_likelihood_per_token;
}

TEST_CASE("Held-out likelihood comes with each likelihood; the model is the same without it",
          "[train][held_out]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir);
  const TrainResult plain = MustTrain(Config(corpus, dir.File("plain")));
  CHECK_FALSE(plain.last.held_out_log_likelihood_per_token);
  TrainConfig config = Config(corpus, dir.File("model"));
  config.evaluate = MakeHeldOut(dir, 200);
  const TrainResult result = MustTrain(config);
  CHECK(result.model_hash == plain.model_hash);
  const auto lines = Metrics(config.model);
  int found = 0;
  for (const auto& line : lines) {
    CHECK(line.contains(kName) == line.contains("log_likelihood_per_token"));
    found += line.contains(kName) ? 1 : 0;
  }
  CHECK(found >= 5);
  const double expected = Completion(config.model, config.evaluate);
  CHECK(lines.back()[kName].get<double>() == expected);
  CHECK(result.last.held_out_log_likelihood_per_token == expected);
  CHECK(lines[1][kName].get<double>() != expected);
  for (const auto& line : Metrics(dir.File("plain"))) CHECK_FALSE(line.contains(kName));
}

TEST_CASE("Of many held-out documents a sample is judged, the same in every run",
          "[train][held_out]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir);
  const std::string held_out = MakeHeldOut(dir, 1500);
  const auto last = [&](const std::string& model, std::uint64_t seed, int num_threads) {
    TrainConfig config = Config(corpus, dir.File(model));
    config.evaluate = held_out;
    config.num_threads = num_threads;
    config.seed = seed;
    return *MustTrain(config).last.held_out_log_likelihood_per_token;
  };
  const double sampled = last("one", 1, 1);
  CHECK(last("two", 1, 2) == sampled);
  CHECK(last("other", 2, 1) != sampled);
  const double of_all = Completion(dir.File("one"), held_out);
  CHECK(sampled != of_all);
  CHECK(sampled == Approx(of_all).margin(0.15));
}

TEST_CASE("Several processes find the same held-out likelihood", "[train][cluster][held_out]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir, /*seed=*/4, /*num_documents=*/3000);
  TrainConfig config = Config(corpus, dir.File("alone"));
  config.evaluate = MakeHeldOut(dir, 200);
  const TrainResult alone = MustTrain(config);
  config.model = dir.File("together");
  ClusterOptions options;
  options.stall_timeout_seconds = 120;
  options.linger_seconds = 0.3;
  std::vector<Result<TrainResult>> results(3, TrainResult());
  RunProcesses(3, [&](ProcessGroup* group) {
    results[static_cast<std::size_t>(group->rank())] =
        TrainOnCluster(config, options, group, nullptr);
  });
  REQUIRE(results[0].ok());
  CHECK(results[0]->model_hash == alone.model_hash);
  const auto together = Metrics(config.model);
  const auto expected = Metrics(dir.File("alone"));
  REQUIRE(together.size() == expected.size());
  for (std::size_t i = 0; i < together.size(); ++i) {
    REQUIRE(together[i].contains(kName) == expected[i].contains(kName));
    if (together[i].contains(kName)) CHECK(together[i][kName] == expected[i][kName]);
  }
}

TEST_CASE("A held-out corpus that cannot be used is refused before anything is made",
          "[train][held_out]") {
  TempDir dir;
  const std::string corpus = testing::MakeCorpus(dir);
  testing::WriteText(dir.File("in.txt"), "other words\nother words\n");
  PreprocessConfig other;
  other.inputs = {dir.File("in.txt")};
  other.format = InputFormat::kText;
  other.min_df = "1";
  other.max_df = "1.0";
  other.output = dir.File("other");
  Must(Preprocess(other));
  TrainConfig config = Config(corpus, dir.File("model"));
  config.evaluate = other.output;
  const auto foreign = Train(config);
  CHECK(foreign.status().code() == StatusCode::kBadInput);
  CHECK_THAT(foreign.status().message(), Catch::Contains("`evaluate`") &&
                                             Catch::Contains(other.output) &&
                                             Catch::Contains("none of its words"));
  config.evaluate = dir.File("nowhere");
  CHECK(Train(config).status().code() == StatusCode::kBadInput);
  CHECK_FALSE(std::filesystem::exists(config.model));
}

}  // namespace
}  // namespace lightlda
