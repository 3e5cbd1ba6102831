// Sweep: models are trained one after the other, kept in a directory each, and judged number of
// topics by number of topics. All that a sweep has to remember is in these directories.
#include "lightlda/sweep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "base/owned_directory.h"
#include "base/progress.h"
#include "eval/held_out_documents.h"
#include "lightlda/compare.h"
#include "lightlda/evaluate.h"
#include "lightlda/model.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kMaxTopics = 1u << 24;
constexpr int kMaxSeeds = 1000;
constexpr int kFruitless = 2;  // so many numbers of topics in a row that gain too little end it

// What training tells, passed on.
class TrainingObserver final : public TrainObserver {
 public:
  TrainingObserver(const SweepProgress& progress, SweepObserver* observer)
      : progress_(progress), observer_(observer) {}

  void OnIteration(const IterationMetrics& metrics) override {
    progress_.iteration = metrics;
    observer_->OnProgress(progress_);
  }

 private:
  SweepProgress progress_;
  SweepObserver* observer_;
};

class Sweeper {
 public:
  Sweeper(const Corpus& corpus, const Corpus& held_out, const SweepConfig& config,
          SweepObserver* observer, StopToken stop)
      : corpus_(corpus),
        held_out_(held_out),
        config_(config),
        observer_(*observer),
        stop_(std::move(stop)),
        topics_(config.topics) {
    std::ranges::sort(topics_);
    const auto repeated = std::ranges::unique(topics_);
    topics_.erase(repeated.begin(), repeated.end());
  }

  Result<SweepResult> Run() {
    LIGHTLDA_RETURN_IF_ERROR(Prepare());
    SweepResult result;
    int fruitless = 0;
    for (const std::uint32_t num_topics : topics_) {
      LIGHTLDA_ASSIGN_OR_RETURN(const SweepRow row, Try(num_topics));
      fruitless = IsFruitless(row, result.rows) ? fruitless + 1 : 0;
      result.rows.push_back(row);
      LIGHTLDA_RETURN_IF_ERROR(observer_.OnRow(row));
      if (config_.stop_early && fruitless == kFruitless && num_topics != topics_.back()) {
        result.stopped_early = true;
        break;
      }
    }
    result.recommendation = Recommend(result.rows);
    return result;
  }

 private:
  Status Prepare() const {
    if (corpus_.checksum() == held_out_.checksum()) {
      return Status::Usage(
          "the held-out corpus is the training corpus: expected documents that "
          "models are not trained on");
    }
    LIGHTLDA_RETURN_IF_ERROR(MatchWords(held_out_, corpus_.vocabulary()).status());
    const std::array<std::string, 2> sources = {corpus_.directory(), held_out_.directory()};
    LIGHTLDA_RETURN_IF_ERROR(CheckPlace(config_.output, sources));
    if (PathExists(config_.output)) return {};
    return CreateDirectory(config_.output);
  }

  bool IsFruitless(const SweepRow& row, std::span<const SweepRow> before) const {
    if (before.empty()) return false;
    double best = before[0].held_out_log_likelihood_per_token;
    for (const SweepRow& other : before) {
      best = std::max(best, other.held_out_log_likelihood_per_token);
    }
    return row.held_out_log_likelihood_per_token - best < config_.min_gain;
  }

  // Trains the models of a number of topics, unless they are there, and judges them.
  Result<SweepRow> Try(std::uint32_t num_topics) {
    std::vector<Model> models;
    for (int seed = 1; seed <= config_.seeds; ++seed) {
      ++num_models_;
      LIGHTLDA_ASSIGN_OR_RETURN(Model model, TrainOne(num_topics, seed));
      models.push_back(std::move(model));
    }
    observer_.OnProgress(ProgressOf(num_topics, 0));
    Result<SweepRow> row = Judge(models);
    if (row.status().code() == StatusCode::kCancelled) return Stopped();
    return row;
  }

  Result<Model> TrainOne(std::uint32_t num_topics, int seed) {
    TrainConfig training = config_.training;
    training.num_topics = num_topics;
    training.seed = static_cast<std::uint64_t>(seed);
    training.model = JoinPath(config_.output,
                              "k-" + std::to_string(num_topics) + "-seed-" + std::to_string(seed));
    training.resume = Resume::kAuto;
    training.overwrite = false;
    training.likelihood_interval = 0;
    training.preview_interval = 0;
    training.evaluate.clear();
    TrainingObserver observer(ProgressOf(num_topics, seed), &observer_);
    const Status trained = RunTraining(training, &observer);
    if (trained.code() == StatusCode::kStopped) return Stopped();
    LIGHTLDA_RETURN_IF_ERROR(trained);
    return Model::Load(training.model);
  }

  Status RunTraining(const TrainConfig& training, TrainObserver* observer) const {
    LIGHTLDA_ASSIGN_OR_RETURN(Trainer trainer, Trainer::Start(corpus_, training, observer, stop_));
    while (!trainer.done()) LIGHTLDA_RETURN_IF_ERROR(trainer.Step().status());
    return trainer.Finish().status();
  }

  Result<SweepRow> Judge(std::span<const Model> models) {
    SweepRow row;
    row.num_topics = models[0].num_topics();
    row.num_models = static_cast<int>(models.size());
    const double share = 1 / static_cast<double>(models.size());
    HeldOutOptions held_out;
    held_out.num_threads = config_.training.num_threads;
    std::vector<std::vector<std::string>> topics;
    for (const Model& model : models) {
      LIGHTLDA_ASSIGN_OR_RETURN(const HeldOutScore score,
                                EvaluateCompletion(model, held_out_, held_out, stop_));
      row.held_out_log_likelihood_per_token += share * score.log_likelihood_per_token;
      row.diversity += share * TopicDiversity(model);
      row.seconds += model.progress().seconds;
      for (const auto& top : model.TopWords(config_.top_words)) {
        auto& words = topics.emplace_back();
        for (const TopWord& word : top) words.emplace_back(model.vocabulary().word(word.word));
      }
    }
    row.perplexity = std::exp(-row.held_out_log_likelihood_per_token);
    CoherenceOptions coherence;
    coherence.top_words = config_.top_words;
    coherence.num_threads = config_.training.num_threads;
    // The corpus is read once for all models.
    LIGHTLDA_ASSIGN_OR_RETURN(const Coherence scores,
                              EvaluateCoherence(topics, corpus_, coherence, stop_));
    row.u_mass = scores.mean.u_mass;
    row.c_npmi = scores.mean.c_npmi;
    row.c_v = scores.mean.c_v;
    LIGHTLDA_ASSIGN_OR_RETURN(row.stability, Stability(models));
    return row;
  }

  Result<std::optional<double>> Stability(std::span<const Model> models) const {
    CompareOptions options;
    options.num_threads = config_.training.num_threads;
    double sum = 0;
    int num_pairs = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
      for (std::size_t j = i + 1; j < models.size(); ++j, ++num_pairs) {
        LIGHTLDA_ASSIGN_OR_RETURN(const ModelComparison pair,
                                  CompareModels(models[i], models[j], options));
        sum += pair.stability;
      }
    }
    if (num_pairs == 0) return std::optional<double>();
    return std::optional(sum / num_pairs);
  }

  SweepProgress ProgressOf(std::uint32_t num_topics, int seed) const {
    SweepProgress progress;
    progress.num_topics = num_topics;
    progress.seed = seed;
    progress.model = num_models_;
    progress.num_models = static_cast<int>(topics_.size()) * config_.seeds;
    return progress;
  }

  Status Stopped() const {
    return Status::Stopped("stopped; models are kept in " + config_.output +
                           ", and the same sweep goes on from there");
  }

  const Corpus& corpus_;
  const Corpus& held_out_;
  const SweepConfig& config_;
  SweepObserver& observer_;
  StopToken stop_;
  std::vector<std::uint32_t> topics_;  // ascending, each once
  int num_models_ = 0;                 // begun
};

}  // namespace

Status SweepConfig::Validate() const {
  if (output.empty()) return Status::Usage("`output`: expected a directory, found an empty name");
  if (topics.empty()) return Status::Usage("`topics`: expected numbers of topics, found none");
  for (const std::uint32_t num_topics : topics) {
    if (num_topics >= 2 && num_topics <= kMaxTopics) continue;
    return Status::Usage("`topics`: expected numbers from 2 to " + FormatCount(kMaxTopics) +
                         ", found " + std::to_string(num_topics));
  }
  if (seeds < 1 || seeds > kMaxSeeds) {
    return Status::Usage("`seeds`: expected 1 to 1,000, found " + std::to_string(seeds));
  }
  if (top_words < 2) return Status::Usage("`top_words`: expected 2 or more");
  if (!std::isfinite(min_gain) || min_gain < 0) {
    return Status::Usage("`min_gain`: expected nats per token, 0 or more");
  }
  TrainConfig one = training;
  one.num_topics = *std::ranges::max_element(topics);
  return one.Validate();
}

Result<SweepResult> Sweep(const Corpus& corpus, const Corpus& held_out, const SweepConfig& config,
                          SweepObserver* observer, StopToken stop) {
  return CatchBadAlloc([&]() -> Result<SweepResult> {
    LIGHTLDA_RETURN_IF_ERROR(config.Validate());
    SweepObserver nobody;
    return Sweeper(corpus, held_out, config, observer == nullptr ? &nobody : observer,
                   std::move(stop))
        .Run();
  });
}

}  // namespace lightlda
