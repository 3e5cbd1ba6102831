// The iteration loop: stages of growth, likelihood, previews, checkpoints, stop and resume.
#include "lightlda/trainer.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "base/checksum.h"
#include "base/directory_lock.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/signals.h"
#include "model/model_writer.h"
#include "sampler/sampler.h"
#include "table/word_topic_table.h"
#include "train/metrics_log.h"
#include "train/plan.h"
#include "train/preview.h"
#include "train/settings.h"

namespace lightlda {
namespace {

constexpr std::size_t kPreviewTopics = 8;
constexpr std::size_t kPreviewWords = 8;

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<double> AlphaOf(const TrainConfig& config) {
  if (!config.alpha_vector.empty()) return config.alpha_vector;
  return std::vector<double>(config.num_topics, config.alpha);
}

// What a saved run's last iteration showed.
IterationMetrics LastOf(const ModelProgress& progress) {
  IterationMetrics last;
  last.iteration = progress.iteration;
  last.num_iterations = progress.num_iterations;
  last.active_documents = progress.active_documents;
  last.active_tokens = progress.active_tokens;
  last.work = progress.work;
  last.seconds = progress.seconds;
  last.log_likelihood_per_token = progress.log_likelihood_per_token;
  return last;
}

// One call of Train.
class TrainRun {
 public:
  TrainRun(const TrainConfig& config, Corpus corpus, TrainObserver* observer)
      : config_(config),
        corpus_(std::move(corpus)),
        observer_(observer),
        plan_(MakePlan(config, corpus_)),
        settings_(MakeSettings(config, plan_)),
        pool_(plan_.num_threads) {
    for (const TrainPlan::Stage& stage : plan_.stages) {
      progress_.num_iterations += stage.iterations;
    }
  }

  Result<TrainResult> Run() {
    LIGHTLDA_RETURN_IF_ERROR(CheckBudget());
    LIGHTLDA_RETURN_IF_ERROR(FindSavedRun());
    if (resumed_ && resumed_->progress.complete &&
        resumed_->progress.iteration == progress_.num_iterations) {
      return AlreadyDone();
    }
    LIGHTLDA_RETURN_IF_ERROR(OpenBlocks());
    if (observer_ != nullptr) observer_->OnPlan(plan_);
    Result<TrainResult> result = RunInDirectory();
    if (!result.ok() && created_directory_ && !saved_) (void)RemoveTree(config_.model);
    return result;
  }

 private:
  Result<TrainResult> RunInDirectory() {
    try {
      LIGHTLDA_RETURN_IF_ERROR(OpenModelDirectory());
      LIGHTLDA_RETURN_IF_ERROR(PrepareSampler());
      return Loop();
    } catch (const std::bad_alloc&) {
      return Status::Failure("out of memory; --dry_run shows what a run needs");
    }
  }

  Status CheckBudget() const {
    if (config_.memory_budget == 0 || plan_.total_bytes <= config_.memory_budget) return {};
    return Status::Usage("this run needs at least " +
                         FormatBytes(static_cast<double>(plan_.total_bytes)) +
                         " with its token state on disk, more than --memory_budget=" +
                         FormatBytes(static_cast<double>(config_.memory_budget)) +
                         "; raise it or train fewer topics with fewer --mh_steps");
  }

  // Decides between a new run and going on with the one in the model directory.
  Status FindSavedRun() {
    const bool exists = PathExists(config_.model);
    const bool has_manifest = PathExists(JoinPath(config_.model, "manifest.json"));
    if (config_.resume == Resume::kYes && !has_manifest) {
      return Status::BadInput(config_.model + ": no saved run to resume");
    }
    if (config_.resume != Resume::kNo && has_manifest) {
      LIGHTLDA_ASSIGN_OR_RETURN(resumed_, ReadSavedRun(config_.model));
      LIGHTLDA_RETURN_IF_ERROR(
          CheckResumable(resumed_->settings, settings_).WithContext(config_.model));
      if (resumed_->progress.iteration > progress_.num_iterations) {
        return Status::Usage(config_.model + ": the saved run has done " +
                             std::to_string(resumed_->progress.iteration) +
                             " iterations, more than the " +
                             std::to_string(progress_.num_iterations) + " asked for");
      }
      return {};
    }
    // Without a manifest a directory is what an interrupted first start left: resume=auto takes it
    // over.
    if (exists && !config_.overwrite && config_.resume != Resume::kAuto) {
      return Status::CannotWrite(
          config_.model + ": exists already; give another name, --overwrite or --resume=auto");
    }
    return {};
  }

  Result<Model> LoadSavedModel() const {
    LIGHTLDA_ASSIGN_OR_RETURN(Model model, Model::Load(config_.model));
    if (model.corpus_checksum() != corpus_.checksum()) {
      return Status::BadInput(config_.model + ": was trained on another corpus than " +
                              corpus_.directory());
    }
    return model;
  }

  // The saved run is the one asked for, and complete: it is left as it is.
  Result<TrainResult> AlreadyDone() const {
    LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadSavedModel());
    if (observer_ != nullptr) {
      observer_->OnMessage(config_.model + ": complete already, nothing to do");
    }
    return TrainResult{LastOf(model.progress()), model.model_hash()};
  }

  Status OpenBlocks() {
    for (std::size_t b = 0; b < corpus_.blocks().size(); ++b) {
      LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<const Block> block, corpus_.OpenBlock(b));
      if (plan_.streamed) block->WillNotNeedPositions();  // verification has read them all
      blocks_.push_back(std::move(block));
    }
    return {};
  }

  // Makes the directory, locks it, and opens the metrics in it. A directory made here goes again if
  // that fails.
  Status OpenModelDirectory() {
    if (config_.overwrite && !resumed_ && PathExists(config_.model)) {
      LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(config_.model));
      LIGHTLDA_ASSIGN_OR_RETURN(const DirectoryLock old, DirectoryLock::Acquire(config_.model));
      LIGHTLDA_RETURN_IF_ERROR(RemoveTree(config_.model));
    }
    if (!PathExists(config_.model)) {
      LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(config_.model));
      created_directory_ = true;
    }
    LIGHTLDA_ASSIGN_OR_RETURN(lock_, DirectoryLock::Acquire(config_.model));
    LIGHTLDA_ASSIGN_OR_RETURN(metrics_, MetricsLog::Open(JoinPath(config_.model, "metrics.jsonl"),
                                                         resumed_ ? resumed_->metrics_bytes : 0));
    return {};
  }

  Status PrepareSampler() {
    SamplerOptions options;
    options.num_topics = config_.num_topics;
    options.alpha = AlphaOf(config_);
    options.beta = config_.beta;
    options.num_words = corpus_.num_words();
    options.seed = config_.seed;
    options.state_budget = plan_.state_budget;
    options.scratch_directory =
        config_.scratch_directory.empty() ? config_.model : config_.scratch_directory;
    sampler_ = MakeSampler(std::move(options), blocks_, &pool_);
    return resumed_ ? RestoreSavedRun() : Status();
  }

  Status RestoreSavedRun() {
    LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadSavedModel());
    const std::int64_t total = progress_.num_iterations;
    progress_ = resumed_->progress;
    progress_.num_iterations = total;
    progress_.complete = false;
    saved_ = true;
    LIGHTLDA_RETURN_IF_ERROR(
        sampler_->Restore(resumed_->active_level, StageOf(progress_.iteration).mh_steps,
                          static_cast<std::uint32_t>(progress_.iteration),
                          [&](std::size_t b) { return model.ReadTopics(corpus_, b); }));
    active_level_ = resumed_->active_level;
    std::optional<WordTopicTable> table;
    LIGHTLDA_ASSIGN_OR_RETURN(const RowSource rows, Rows(&table));
    LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t hash, HashRows(rows, config_.num_topics));
    if (ToHex(hash) != model.model_hash()) {
      return Status::BadInput(config_.model + ": the saved topics do not add up to the saved rows");
    }
    if (observer_ != nullptr) {
      observer_->OnMessage("resumed after iteration " + std::to_string(progress_.iteration) +
                           " of " + std::to_string(total));
    }
    return {};
  }

  // The stage that iteration number `iteration`, 1-based, belongs to; *first tells whether it is
  // the stage's first.
  const TrainPlan::Stage& StageOf(std::int64_t iteration, bool* first = nullptr) const {
    std::int64_t before = 0;
    for (const TrainPlan::Stage& stage : plan_.stages) {
      if (first != nullptr) *first = iteration == before + 1;
      before += stage.iterations;
      if (iteration <= before) return stage;
    }
    return plan_.stages.back();
  }

  Result<TrainResult> Loop() {
    TrainResult result;
    result.last = LastOf(progress_);  // of a resumed run that has nothing left to do
    auto last_save = Clock::now();
    while (progress_.iteration < progress_.num_iterations) {
      LIGHTLDA_ASSIGN_OR_RETURN(result.last, OneIteration());
      const bool done = progress_.iteration == progress_.num_iterations;
      if (done) break;
      if (InterruptRequested()) return Stop();
      if (config_.checkpoint_minutes > 0 &&
          SecondsSince(last_save) >= config_.checkpoint_minutes * 60) {
        Checkpoint();
        last_save = Clock::now();
      }
    }
    progress_.complete = true;
    LIGHTLDA_ASSIGN_OR_RETURN(result.model_hash, Save());
    return result;
  }

  Result<IterationMetrics> OneIteration() {
    const auto start = Clock::now();
    const std::int64_t iteration = progress_.iteration + 1;
    bool first = false;
    const TrainPlan::Stage& stage = StageOf(iteration, &first);
    if (first) {
      LIGHTLDA_RETURN_IF_ERROR(sampler_->StartStage(stage.level, stage.mh_steps,
                                                    static_cast<std::uint32_t>(iteration - 1)));
      active_level_ = stage.level;
    }
    LIGHTLDA_RETURN_IF_ERROR(sampler_->Iterate(static_cast<std::uint32_t>(iteration)));
    const double seconds = SecondsSince(start);

    progress_.iteration = iteration;
    progress_.active_documents = sampler_->active().total_documents();
    progress_.active_tokens = sampler_->active().total_tokens();
    const auto tokens = static_cast<double>(progress_.active_tokens);
    progress_.work += tokens / static_cast<double>(std::max<Count>(1, corpus_.num_tokens()));
    progress_.seconds += seconds;

    IterationMetrics metrics;
    metrics.iteration = iteration;
    metrics.num_iterations = progress_.num_iterations;
    metrics.active_documents = progress_.active_documents;
    metrics.active_tokens = progress_.active_tokens;
    metrics.work = progress_.work;
    metrics.seconds = progress_.seconds;
    metrics.tokens_per_second = seconds > 0 ? tokens / seconds : 0;
    if (WantsLikelihood(iteration)) {
      LIGHTLDA_ASSIGN_OR_RETURN(metrics.log_likelihood_per_token, Evaluate());
    }
    metrics_->Append(metrics);
    if (observer_ != nullptr) observer_->OnIteration(metrics);
    LIGHTLDA_RETURN_IF_ERROR(MaybePreview(iteration));
    return metrics;
  }

  bool WantsLikelihood(std::int64_t iteration) const {
    return iteration == progress_.num_iterations || InterruptRequested() ||
           (config_.likelihood_interval > 0 && iteration % config_.likelihood_interval == 0);
  }

  Result<double> Evaluate() {
    LIGHTLDA_RETURN_IF_ERROR(CheckTotals());
    LIGHTLDA_ASSIGN_OR_RETURN(progress_.log_likelihood_per_token,
                              sampler_->JointLogLikelihoodPerToken());
    return progress_.log_likelihood_per_token;
  }

  // The passes keep n_k up by differences; it must equal the sums of the rows, counted anew.
  Status CheckTotals() const {
    std::vector<std::vector<Count>> sums(static_cast<std::size_t>(pool_.size()),
                                         std::vector<Count>(config_.num_topics, 0));
    LIGHTLDA_RETURN_IF_ERROR(
        sampler_->ForEachRow([&sums](WordId, std::span<const TopicCount> row, int thread) {
          for (const TopicCount& entry : row) {
            sums[static_cast<std::size_t>(thread)][entry.topic] += entry.count;
          }
        }));
    for (TopicId k = 0; k < config_.num_topics; ++k) {
      Count sum = 0;
      for (const auto& of_thread : sums) sum += of_thread[k];
      CHECK_EQ(sum, sampler_->topic_totals()[k]) << "total of topic " << k;
    }
    return {};
  }

  Status MaybePreview(std::int64_t iteration) const {
    if (observer_ == nullptr || config_.preview_interval == 0 ||
        iteration % config_.preview_interval != 0) {
      return {};
    }
    LIGHTLDA_ASSIGN_OR_RETURN(
        const std::vector<TopicPreview> preview,
        MakePreview(*sampler_, corpus_.vocabulary(), kPreviewTopics, kPreviewWords, pool_.size()));
    observer_->OnPreview(preview);
    return {};
  }

  Status Stop() {
    // The interrupt may have come after this iteration's line was written.
    LIGHTLDA_RETURN_IF_ERROR(Evaluate().status());
    LIGHTLDA_RETURN_IF_ERROR(Save().status());
    return Status::Stopped("stopped after iteration " + std::to_string(progress_.iteration) +
                           " of " + std::to_string(progress_.num_iterations) + "; saved in " +
                           config_.model + "; the same command with --resume=auto goes on");
  }

  void Checkpoint() {
    const Result<std::string> hash = Save();
    if (hash.ok() || observer_ == nullptr) return;
    observer_->OnMessage("checkpoint failed, training goes on: " + hash.status().message());
  }

  Result<WordTopicTable> MakeTable() const {
    WordTopicTable table(corpus_.num_words(), config_.num_topics);
    LIGHTLDA_RETURN_IF_ERROR(sampler_->ForEachRow(
        [&table](WordId word, std::span<const TopicCount> row, int) { table.SetRow(word, row); }));
    return table;
  }

  // The rows part by part, counted anew each time, so that never all are in memory.
  Status StreamRows(const PackedRowVisitor& visit) const {
    WordTopicTable table(corpus_.num_words(), config_.num_topics);
    WordId next = 0;
    return sampler_->ForEachRow(
        [&table](WordId word, std::span<const TopicCount> row, int) { table.SetRow(word, row); },
        [&](WordId end) {
          for (; next < end; ++next) {
            visit(next, table.PackedRow(next));
            table.SetRow(next, {});
          }
        });
  }

  // The rows, valid as long as *table and the sampler's state.
  Result<RowSource> Rows(std::optional<WordTopicTable>* table) const {
    if (plan_.streamed) {
      return RowSource([this](const PackedRowVisitor& visit) { return StreamRows(visit); });
    }
    LIGHTLDA_ASSIGN_OR_RETURN(*table, MakeTable());
    return (*table)->rows();
  }

  Result<std::string> Save() {
    LIGHTLDA_RETURN_IF_ERROR(metrics_->Flush());
    std::optional<WordTopicTable> table;
    ModelSnapshot snapshot;
    snapshot.corpus = &corpus_;
    LIGHTLDA_ASSIGN_OR_RETURN(snapshot.rows, Rows(&table));
    snapshot.topic_totals = sampler_->topic_totals();
    snapshot.alpha = AlphaOf(config_);
    snapshot.beta = config_.beta;
    snapshot.settings = settings_;
    snapshot.progress = progress_;
    snapshot.active_level = active_level_;
    snapshot.read_topics = [this](std::size_t block, std::vector<TopicId>* topics) {
      return sampler_->ReadTopics(block, topics);
    };
    Result<std::string> hash = SaveModel(config_.model, snapshot);
    saved_ = saved_ || hash.ok();
    return hash;
  }

  TrainConfig config_;
  Corpus corpus_;
  TrainObserver* observer_;
  TrainPlan plan_;
  nlohmann::ordered_json settings_;
  ThreadPool pool_;
  std::optional<SavedRun> resumed_;
  bool created_directory_ = false;
  bool saved_ = false;  // the model directory holds a valid generation
  std::vector<std::unique_ptr<const Block>> blocks_;
  std::optional<DirectoryLock> lock_;
  std::optional<MetricsLog> metrics_;
  std::unique_ptr<Sampler> sampler_;
  ModelProgress progress_;
  int active_level_ = 0;
};

Result<Corpus> OpenForTraining(const TrainConfig& config) {
  LIGHTLDA_RETURN_IF_ERROR(config.Validate());
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, Corpus::Open(config.corpus));
  if (corpus.num_tokens() == 0) return Status::BadInput(config.corpus + ": has no tokens");
  LIGHTLDA_RETURN_IF_ERROR(CheckFrequencies(corpus.vocabulary()).WithContext(config.corpus));
  return corpus;
}

}  // namespace

Result<TrainPlan> PlanTraining(const TrainConfig& config) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenForTraining(config));
  return MakePlan(config, corpus);
}

Result<TrainResult> Train(const TrainConfig& config, TrainObserver* observer) {
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, OpenForTraining(config));
  return TrainRun(config, std::move(corpus), observer).Run();
}

}  // namespace lightlda
