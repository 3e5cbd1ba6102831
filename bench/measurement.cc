#include "measurement.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/file.h"
#include "child_process.h"
#include "lightlda/corpus.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"

namespace lightlda::bench {
namespace {

using Json = nlohmann::ordered_json;

// REQUIRES: values is not empty.
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The member `name` of every run.
std::vector<double> Members(const Json& runs, const char* name) {
  std::vector<double> values;
  for (const Json& run : runs) values.push_back(run[name].get<double>());
  return values;
}

TrainConfig BaseConfig(const Workload& workload, const RunSettings& settings) {
  TrainConfig config;
  config.corpus = settings.corpus;
  config.model = JoinPath(settings.scratch, "model-" + std::to_string(::getpid()));
  config.overwrite = true;
  config.num_topics = workload.num_topics;
  config.alpha = workload.alpha();
  config.beta = workload.beta();
  config.num_threads = settings.num_threads;
  return config;
}

// Keeps what every iteration reported.
class Recorder : public TrainObserver {
 public:
  void OnIteration(const IterationMetrics& metrics) override { metrics_.push_back(metrics); }
  const std::vector<IterationMetrics>& metrics() const { return metrics_; }

 private:
  std::vector<IterationMetrics> metrics_;
};

// Stops the run at the first likelihood of the whole corpus that is good enough.
class TargetRecorder : public Recorder {
 public:
  explicit TargetRecorder(std::optional<double> goal) : goal_(goal) {}

  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.full_iteration == 0) return;  // in growth
    Recorder::OnIteration(metrics);
    if (goal_ && metrics.log_likelihood_per_token >= goal_) stop_.RequestStop();
  }

  const StopToken& stop() const { return stop_; }

 private:
  std::optional<double> goal_;
  StopToken stop_;
};

Result<Json> ThroughputRun(const Workload& workload, const RunSettings& settings, int mh_steps) {
  TrainConfig config = BaseConfig(workload, settings);
  config.mh_steps = mh_steps;
  config.growth_stages = 0;
  config.likelihood_interval = 0;
  config.num_iterations = workload.warmup_iterations + workload.timed_iterations;
  Recorder recorder;
  const Status trained = Train(config, &recorder).status();
  LIGHTLDA_RETURN_IF_ERROR(RemoveTree(config.model));
  LIGHTLDA_RETURN_IF_ERROR(trained);
  std::vector<double> rates;
  for (const IterationMetrics& metrics : recorder.metrics()) {
    if (metrics.iteration > workload.warmup_iterations) rates.push_back(metrics.tokens_per_second);
  }
  return Json{{"tokens_per_second", Median(rates)}};
}

// Copies the run's metrics to settings.curves, if wanted.
Status KeepCurve(const Workload& workload, const RunSettings& settings, const std::string& model,
                 int run) {
  if (settings.curves.empty()) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string text, ReadFile(JoinPath(model, "metrics.jsonl")));
  const std::string name = workload.name + "-t" + std::to_string(settings.num_threads) + "-r" +
                           std::to_string(run + 1) + ".jsonl";
  return WriteFileAtomic(JoinPath(settings.curves, name), text);
}

// The first iteration that reached the target, or nulls.
Json Reached(const Target& target, const std::vector<IterationMetrics>& metrics) {
  Json found = {{"seconds", nullptr}, {"work", nullptr}, {"iteration", nullptr}};
  for (const IterationMetrics& at : metrics) {
    if (at.log_likelihood_per_token.value_or(-1e300) < target.log_likelihood_per_token) continue;
    return {{"seconds", at.seconds}, {"work", at.work}, {"iteration", at.iteration}};
  }
  return found;
}

Result<Json> QualityRun(const Workload& workload, const RunSettings& settings, int run) {
  TrainConfig config = BaseConfig(workload, settings);
  config.likelihood_interval = 1;
  config.num_iterations = workload.max_iterations;
  std::optional<double> goal;
  if (!workload.targets.empty()) goal = workload.targets.back().log_likelihood_per_token;
  TargetRecorder recorder(goal);
  Status trained = Train(config, &recorder, recorder.stop()).status();
  if (trained.code() == StatusCode::kStopped) trained = {};
  if (trained.ok()) trained = KeepCurve(workload, settings, config.model, run);
  LIGHTLDA_RETURN_IF_ERROR(RemoveTree(config.model));
  LIGHTLDA_RETURN_IF_ERROR(trained);
  Json targets = Json::array();
  for (const Target& target : workload.targets) {
    targets.push_back(Reached(target, recorder.metrics()));
  }
  double best = -1e300;
  for (const IterationMetrics& at : recorder.metrics()) {
    best = std::max(best, at.log_likelihood_per_token.value_or(best));
  }
  const IterationMetrics& last = recorder.metrics().back();
  return Json{{"targets", targets},
              {"best_log_likelihood_per_token", best},
              {"seconds", last.seconds},
              {"work", last.work}};
}

// All repeats of one run, with what the system says of each.
Result<Json> Repeat(const RunSettings& settings, const std::function<Result<Json>(int)>& work) {
  Json runs = Json::array();
  for (int run = 0; run < settings.repeats; ++run) {
    LIGHTLDA_ASSIGN_OR_RETURN(ChildResult child, RunInChild([&] { return work(run); }));
    (*child.value)["peak_bytes"] = child.peak_bytes;
    (*child.value)["cpu_seconds"] = child.cpu_seconds;
    runs.push_back(std::move(*child.value));
  }
  return runs;
}

// What every result begins with.
Result<Json> Describe(const char* measure, const Workload& workload, const RunSettings& settings,
                      const Json& runs) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(settings.corpus));
  std::uint64_t peak = 0;
  for (const Json& run : runs) peak = std::max(peak, run["peak_bytes"].get<std::uint64_t>());
  return Json{
      {"workload", workload.name},
      {"measure", measure},
      {"documents", corpus.num_documents()},
      {"words", corpus.num_words()},
      {"tokens", corpus.num_tokens()},
      {"num_topics", workload.num_topics},
      {"alpha", workload.alpha()},
      {"beta", workload.beta()},
      {"threads", settings.num_threads},
      {"peak_bytes", peak},
      {"bytes_per_token", static_cast<double>(peak) / static_cast<double>(corpus.num_tokens())}};
}

// The medians over the runs of when target number `index` was reached.
Json TargetMedians(const Target& target, std::size_t index, const Json& runs) {
  Json result = {{"log_likelihood_per_token", target.log_likelihood_per_token},
                 {"peer", target.peer}};
  for (const char* name : {"seconds", "work", "iteration"}) {
    std::vector<double> values;
    for (const Json& run : runs) {
      const Json& value = run["targets"][index][name];
      if (!value.is_null()) values.push_back(value.get<double>());
    }
    result[name] = values.size() == runs.size() ? Json(Median(values)) : Json(nullptr);
  }
  return result;
}

}  // namespace

Result<Json> MeasureThroughput(const Workload& workload, const RunSettings& settings,
                               int mh_steps) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Json runs, Repeat(settings, [&](int) {
                              return ThroughputRun(workload, settings, mh_steps);
                            }));
  LIGHTLDA_ASSIGN_OR_RETURN(Json result, Describe("throughput", workload, settings, runs));
  const std::vector<double> rates = Members(runs, "tokens_per_second");
  result["mh_steps"] = mh_steps;
  result["tokens_per_second"] = Median(rates);
  result["tokens_per_second_min"] = *std::min_element(rates.begin(), rates.end());
  result["tokens_per_second_max"] = *std::max_element(rates.begin(), rates.end());
  result["runs"] = runs;
  return result;
}

Result<Json> MeasureQuality(const Workload& workload, const RunSettings& settings) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Json runs, Repeat(settings, [&](int run) {
                              return QualityRun(workload, settings, run);
                            }));
  LIGHTLDA_ASSIGN_OR_RETURN(Json result, Describe("quality", workload, settings, runs));
  Json targets = Json::array();
  for (std::size_t i = 0; i < workload.targets.size(); ++i) {
    targets.push_back(TargetMedians(workload.targets[i], i, runs));
  }
  const std::vector<double> best = Members(runs, "best_log_likelihood_per_token");
  result["targets"] = targets;
  result["best_log_likelihood_per_token"] = Median(best);
  result["seconds"] = Median(Members(runs, "seconds"));
  result["work"] = Median(Members(runs, "work"));
  result["runs"] = runs;
  return result;
}

}  // namespace lightlda::bench
