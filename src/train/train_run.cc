// The iteration loop of one process among those that train together, or alone.
#include "train/train_run.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/progress.h"
#include "collective/agreement.h"
#include "train/block_assignment.h"
#include "train/evaluation.h"
#include "train/model_saver.h"
#include "train/preview.h"
#include "train/settings.h"

namespace lightlda {
namespace {

constexpr std::size_t kPreviewTopics = 8;
constexpr std::size_t kPreviewWords = 8;

// The numbers of a vote, summed over the processes.
enum Vote : std::size_t {
  kStop,
  kCheckpoint,
  kBytes,
  kWaitedMicroseconds,
  kMicroseconds,
  kNumVotes
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Ratio(Count a, Count b) {
  return static_cast<double>(a) / static_cast<double>(std::max<Count>(1, b));
}
Count Microseconds(double seconds) { return static_cast<Count>(seconds * 1e6); }

std::vector<double> AlphaOf(const TrainConfig& config) {
  if (!config.alpha_vector.empty()) return config.alpha_vector;
  return std::vector<double>(config.num_topics, config.alpha);
}

StageSettings SettingsOf(const TrainPlan::Stage& stage) {
  return {stage.level, stage.mh_steps, stage.beta, stage.alpha_scale};
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

}  // namespace

TrainRun::TrainRun(const TrainConfig& config, Corpus corpus, TrainPlan plan, const TrainTeam& team,
                   TrainObserver* observer, StopToken stop)
    : config_(config),
      corpus_(std::move(corpus)),
      observer_(observer),
      stop_(std::move(stop)),
      team_(team),
      plan_(std::move(plan)),
      settings_(MakeSettings(config, plan_)),
      pool_(plan_.num_threads) {
  for (const TrainPlan::Stage& stage : plan_.stages) {
    progress_.num_iterations += stage.iterations;
  }
}

Result<TrainResult> TrainRun::Run() {
  LIGHTLDA_RETURN_IF_ERROR(CheckBudget());
  LIGHTLDA_RETURN_IF_ERROR(DecideStart());
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

Result<TrainResult> TrainRun::RunInDirectory() {
  try {
    LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, is_leader() ? OpenModelDirectory() : Status()));
    LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, CheckModelDirectory()));
    LIGHTLDA_RETURN_IF_ERROR(PrepareSampler());
    return Loop();
  } catch (const std::bad_alloc&) {
    return Status::Failure("out of memory; --dry_run shows what a run needs");
  }
}

Status TrainRun::CheckBudget() const {
  if (config_.memory_budget == 0 || plan_.total_bytes <= config_.memory_budget) return {};
  return Status::Usage("this run needs at least " +
                       FormatBytes(static_cast<double>(plan_.total_bytes)) +
                       " with its token state on disk, more than --memory_budget=" +
                       FormatBytes(static_cast<double>(config_.memory_budget)) +
                       (plan_.table_bytes > 0
                            ? "; raise it, or give --mh_steps=2, which needs no table of all counts"
                            : "; raise it or train fewer topics with fewer --mh_steps"));
}

// Decides between a new run and going on with the one in the model directory.
Status TrainRun::FindSavedRun() {
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
    return Status::CannotWrite(config_.model +
                               ": exists already; give another name, --overwrite or --resume=auto");
  }
  return {};
}

// The leader looks; the others do as it does.
Status TrainRun::DecideStart() {
  Result<std::string> mine = std::string();
  if (is_leader()) {
    if (Status status = FindSavedRun(); !status.ok()) mine = status;
    if (mine.ok() && resumed_) mine = std::string("resume");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> agreed,
                            AgreeAndGather(team_.group, std::move(mine)));
  Status read;
  if (!is_leader() && !agreed[0].empty()) {
    Result<SavedRun> saved = ReadSavedRun(config_.model);
    read = saved.status();
    if (saved.ok()) resumed_ = std::move(saved).value();
  }
  return Agree(team_.group, read);
}

Result<Model> TrainRun::LoadSavedModel() const {
  LIGHTLDA_ASSIGN_OR_RETURN(Model model, Model::Load(config_.model));
  if (model.corpus_checksum() != corpus_.checksum()) {
    return Status::BadInput(config_.model + ": was trained on another corpus than " +
                            corpus_.directory());
  }
  return model;
}

// The saved run is the one asked for, and complete: it is left as it is.
Result<TrainResult> TrainRun::AlreadyDone() const {
  if (!is_leader()) return TrainResult();
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadSavedModel());
  if (observer_ != nullptr) {
    observer_->OnMessage(config_.model + ": complete already, nothing to do");
  }
  return TrainResult{LastOf(model.progress()), model.model_hash()};
}

// Opens this process's share of the blocks.
Status TrainRun::OpenBlocks() {
  std::string readable;
  for (const BlockInfo& block : corpus_.blocks()) {
    readable += PathExists(JoinPath(corpus_.directory(), block.file)) ? '1' : '0';
  }
  // Alone, a missing file is for OpenBlock to report.
  if (is_alone()) readable = AllBlocks(corpus_.blocks());
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> holders,
                            team_.group->AllGather(readable));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto assigned, AssignBlocks(corpus_.blocks(), holders));
  const auto open = [&]() -> Status {
    for (const std::size_t b : assigned[static_cast<std::size_t>(team_.group->rank())]) {
      LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<const Block> block, corpus_.OpenBlock(b));
      if (plan_.streamed) block->WillNotNeedPositions();  // verification has read them all
      blocks_.push_back(std::move(block));
    }
    return {};
  };
  return Agree(team_.group, open());
}

// Makes the directory, locks it, and opens the metrics in it. A directory made here goes again if
// that fails.
Status TrainRun::OpenModelDirectory() {
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

Status TrainRun::CheckModelDirectory() const {
  if (PathExists(config_.model)) return {};
  return Status::Usage(config_.model +
                       ": not seen here; --model must be on a file system that all hosts share");
}

Status TrainRun::PrepareSampler() {
  SamplerOptions options;
  options.num_topics = config_.num_topics;
  options.alpha = AlphaOf(config_);
  options.beta = config_.beta;
  options.num_words = corpus_.num_words();
  options.seed = config_.seed;
  options.state_budget = plan_.state_budget;
  options.scratch_directory =
      config_.scratch_directory.empty() ? config_.model : config_.scratch_directory;
  sampler_ = MakeSampler(std::move(options), blocks_, &pool_, team_.table);
  return resumed_ ? RestoreSavedRun() : Status();
}

Status TrainRun::RestoreSavedRun() {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadSavedModel());
  const std::int64_t total = progress_.num_iterations;
  progress_ = resumed_->progress;
  progress_.num_iterations = total;
  progress_.complete = false;
  saved_ = true;
  const TrainPlan::Stage& stage = StageOf(progress_.iteration);
  active_level_ = stage.level;
  if (active_level_ != resumed_->active_level) {
    return Status::BadInput(config_.model +
                            ": the saved run's documents are not those of its stage");
  }
  const auto read = [&](std::size_t b) { return model.ReadTopics(corpus_, blocks_[b]->number); };
  LIGHTLDA_RETURN_IF_ERROR(
      sampler_->Restore(SettingsOf(stage), static_cast<std::uint32_t>(progress_.iteration), read));
  LIGHTLDA_RETURN_IF_ERROR(CountActive());
  LIGHTLDA_RETURN_IF_ERROR(
      Agree(team_.group, is_leader() ? CheckRestored(model.model_hash()) : Status()));
  if (observer_ != nullptr) {
    observer_->OnMessage("resumed after iteration " + std::to_string(progress_.iteration) + " of " +
                         std::to_string(total));
  }
  return {};
}

Status TrainRun::CheckRestored(const std::string& expected_hash) {
  ModelSaver saver(blocks_, sampler_.get(), team_.group, plan_.streamed || !is_alone());
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string hash, saver.HashOfRows());
  if (hash == expected_hash) return {};
  return Status::BadInput(config_.model + ": the saved topics do not add up to the saved rows");
}

// Active documents and tokens of all processes.
Status TrainRun::CountActive() {
  Count sums[] = {sampler_->active().total_documents(), sampler_->active().total_tokens()};
  LIGHTLDA_RETURN_IF_ERROR(team_.group->Sum(std::span<Count>(sums)));
  progress_.active_documents = sums[0];
  progress_.active_tokens = sums[1];
  return {};
}

// The stage that iteration number `iteration`, 1-based, belongs to; *first tells whether it is
// the stage's first.
const TrainPlan::Stage& TrainRun::StageOf(std::int64_t iteration, bool* first) const {
  std::int64_t before = 0;
  for (const TrainPlan::Stage& stage : plan_.stages) {
    if (first != nullptr) *first = iteration == before + 1;
    before += stage.iterations;
    if (iteration <= before) return stage;
  }
  return plan_.stages.back();
}

Result<TrainResult> TrainRun::Loop() {
  TrainResult result;
  result.last = LastOf(progress_);  // of a resumed run that has nothing left to do
  last_save_ = Clock::now();
  while (progress_.iteration < progress_.num_iterations) {
    Decision decision;
    LIGHTLDA_ASSIGN_OR_RETURN(result.last, OneIteration(&decision));
    if (progress_.iteration == progress_.num_iterations) break;
    if (decision.stop) return Stop();
    if (decision.checkpoint) LIGHTLDA_RETURN_IF_ERROR(Checkpoint());
  }
  LIGHTLDA_RETURN_IF_ERROR(FinishDecisions());
  progress_.complete = true;
  LIGHTLDA_ASSIGN_OR_RETURN(result.model_hash, Save());
  return result;
}

Result<IterationMetrics> TrainRun::OneIteration(Decision* decision) {
  const auto start = Clock::now();
  const std::int64_t iteration = progress_.iteration + 1;
  const Traffic before = TrafficNow();
  LIGHTLDA_RETURN_IF_ERROR(Sample(iteration));
  const double seconds = SecondsSince(start);
  StartVote(before, seconds);
  IterationMetrics metrics = Measure(iteration, seconds);
  if (WantsLikelihood(iteration)) {
    LIGHTLDA_ASSIGN_OR_RETURN(metrics.log_likelihood_per_token, Evaluate());
  }
  if (metrics_) metrics_->Append(metrics);
  if (observer_ != nullptr) observer_->OnIteration(metrics);
  LIGHTLDA_RETURN_IF_ERROR(MaybePreview(iteration));
  const auto voted = Clock::now();
  LIGHTLDA_ASSIGN_OR_RETURN(*decision, Decide());
  progress_.seconds += SecondsSince(voted);  // waiting for the others is a part of training
  return metrics;
}

bool TrainRun::WantsLikelihood(std::int64_t iteration) const {
  // Alone, a process that will stop knows it already.
  const bool stopping = is_alone() && stop_.stop_requested();
  return iteration == progress_.num_iterations || stopping ||
         (config_.likelihood_interval > 0 && iteration % config_.likelihood_interval == 0);
}

// An iteration, and before the first of a stage the start of the stage.
Status TrainRun::Sample(std::int64_t iteration) {
  bool first = false;
  const TrainPlan::Stage& stage = StageOf(iteration, &first);
  if (first) {
    LIGHTLDA_RETURN_IF_ERROR(
        sampler_->StartStage(SettingsOf(stage), static_cast<std::uint32_t>(iteration - 1)));
    active_level_ = stage.level;
    LIGHTLDA_RETURN_IF_ERROR(CountActive());
  }
  return sampler_->Iterate(static_cast<std::uint32_t>(iteration));
}

// Tells the others what this process has seen of the iteration.
void TrainRun::StartVote(const Traffic& before, double seconds) {
  const bool due = is_leader() && !checkpoint_asked_ && config_.checkpoint_minutes > 0 &&
                   SecondsSince(last_save_) >= config_.checkpoint_minutes * 60;
  checkpoint_asked_ = checkpoint_asked_ || due;
  const Traffic now = TrafficNow();
  std::vector<Count> vote(kNumVotes, 0);
  vote[kStop] = stop_.stop_requested() ? 1 : 0;
  vote[kCheckpoint] = due ? 1 : 0;
  vote[kBytes] = static_cast<Count>(now.bytes - before.bytes);
  vote[kWaitedMicroseconds] = Microseconds(now.waited_seconds - before.waited_seconds);
  vote[kMicroseconds] = Microseconds(seconds);
  team_.group->StartSum(std::move(vote));
  ++undecided_;
}

// Finishes the vote that everybody must have started by now, so that no process waits for one that
// may lag behind.
Result<TrainRun::Decision> TrainRun::Decide() {
  Decision decision;
  if (undecided_ > team_.staleness) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> votes, team_.group->FinishSum());
    --undecided_;
    decision = {votes[kStop] > 0, votes[kCheckpoint] > 0};
    if (!is_alone()) {
      exchanged_bytes_per_token_ = Ratio(votes[kBytes], progress_.active_tokens);
      waiting_share_ = Ratio(votes[kWaitedMicroseconds], votes[kMicroseconds]);
    }
  }
  // Alone there is nobody to agree with.
  decision.stop = decision.stop || (is_alone() && stop_.stop_requested());
  return decision;
}

Status TrainRun::FinishDecisions() {
  for (; undecided_ > 0; --undecided_) {
    LIGHTLDA_RETURN_IF_ERROR(team_.group->FinishSum().status());
  }
  return {};
}

IterationMetrics TrainRun::Measure(std::int64_t iteration, double seconds) {
  const auto tokens = static_cast<double>(progress_.active_tokens);
  progress_.iteration = iteration;
  progress_.work += tokens / static_cast<double>(std::max<Count>(1, corpus_.num_tokens()));
  progress_.seconds += seconds;
  IterationMetrics metrics = LastOf(progress_);
  metrics.log_likelihood_per_token.reset();
  metrics.tokens_per_second = seconds > 0 ? tokens / seconds : 0;
  metrics.exchanged_bytes_per_token = exchanged_bytes_per_token_;
  metrics.waiting_share = waiting_share_;
  return metrics;
}

Result<double> TrainRun::Evaluate() {
  const Vocabulary* words = active_level_ == 0 ? &corpus_.vocabulary() : nullptr;
  LIGHTLDA_ASSIGN_OR_RETURN(progress_.log_likelihood_per_token,
                            JointLogLikelihoodPerToken(sampler_.get(), team_.group, words));
  return progress_.log_likelihood_per_token;
}

Status TrainRun::MaybePreview(std::int64_t iteration) const {
  if (config_.preview_interval == 0 || iteration % config_.preview_interval != 0) return {};
  if (is_alone() && observer_ == nullptr) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicPreview> preview,
                            MakePreview(sampler_.get(), team_.group, corpus_.vocabulary(),
                                        kPreviewTopics, kPreviewWords));
  if (observer_ != nullptr) observer_->OnPreview(preview);
  return {};
}

Result<TrainResult> TrainRun::Stop() {
  LIGHTLDA_RETURN_IF_ERROR(FinishDecisions());
  LIGHTLDA_RETURN_IF_ERROR(Evaluate().status());
  LIGHTLDA_RETURN_IF_ERROR(Save().status());
  return Status::Stopped("stopped after iteration " + std::to_string(progress_.iteration) + " of " +
                         std::to_string(progress_.num_iterations) + "; saved in " + config_.model +
                         "; the same command with --resume=auto goes on");
}

// A checkpoint that cannot be written does not end the run.
Status TrainRun::Checkpoint() {
  const Result<std::string> hash = Save();
  last_save_ = Clock::now();
  checkpoint_asked_ = false;
  if (hash.ok()) return {};
  if (hash.status().code() != StatusCode::kCannotWrite) return hash.status();
  if (observer_ != nullptr) {
    observer_->OnMessage("checkpoint failed, training goes on: " + hash.status().message());
  }
  return {};
}

Result<std::string> TrainRun::Save() {
  ModelSnapshot snapshot;
  snapshot.corpus = &corpus_;
  snapshot.alpha = AlphaOf(config_);
  snapshot.beta = config_.beta;
  snapshot.settings = settings_;
  snapshot.progress = progress_;
  snapshot.active_level = active_level_;
  ModelSaver saver(blocks_, sampler_.get(), team_.group, plan_.streamed || !is_alone());
  Result<std::string> hash =
      saver.Save(config_.model, std::move(snapshot), metrics_ ? metrics_->Flush() : Status());
  saved_ = saved_ || hash.ok();
  return hash;
}

}  // namespace lightlda
