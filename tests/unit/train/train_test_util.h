// A small corpus to train on, and runs that must go well.
#ifndef LIGHTLDA_TESTS_UNIT_TRAIN_TRAIN_TEST_UTIL_H_
#define LIGHTLDA_TESTS_UNIT_TRAIN_TRAIN_TEST_UTIL_H_

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "lightlda/preprocess.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda::testing {

inline constexpr std::size_t kCorpusWords = 60;

// A corpus directory of planted documents. Those of 600 are one block, of 6000 several.
inline std::string MakeCorpus(const TempDir& dir, std::uint32_t seed = 4,
                              std::size_t num_documents = 600) {
  std::string text;
  for (auto document : DrawPlanted(num_documents, 60, kCorpusWords, 5, seed)) {
    std::ranges::sort(document);
    std::string pairs;
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < document.size(); ++distinct) {
      std::size_t end = i;
      while (end < document.size() && document[end] == document[i]) ++end;
      pairs += " " + std::to_string(document[i]) + ":" + std::to_string(end - i);
      i = end;
    }
    text += std::to_string(distinct) + pairs + "\n";
  }
  WriteText(dir.File("in.ldac"), text);
  PreprocessConfig config;
  config.inputs = {dir.File("in.ldac")};
  config.format = InputFormat::kLdac;
  config.output = dir.File("corpus" + std::to_string(seed));
  const auto summary = Preprocess(config);
  INFO(summary.status().message());
  REQUIRE(summary.ok());
  return config.output;
}

inline TrainConfig Config(const std::string& corpus, const std::string& model) {
  TrainConfig config;
  config.corpus = corpus;
  config.model = model;
  config.num_topics = 12;
  config.num_iterations = 6;
  config.growth_stages = 2;
  config.growth_iterations = 3;
  config.num_threads = 1;
  config.likelihood_interval = 2;
  return config;
}

inline TrainResult MustTrain(const TrainConfig& config, TrainObserver* observer = nullptr) {
  auto result = Train(config, observer);
  INFO(result.status().message());
  REQUIRE(result.ok());
  return *result;
}

// Asks for a stop at the end of an iteration.
struct StopAfter : TrainObserver {
  explicit StopAfter(std::int64_t at) : iteration(at) {}
  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.iteration == iteration) stop.RequestStop();
  }
  std::int64_t iteration;
  StopToken stop;
};

inline std::vector<nlohmann::json> Metrics(const std::string& model) {
  std::istringstream in(ReadText(model + "/metrics.jsonl"));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_TRAIN_TRAIN_TEST_UTIL_H_
