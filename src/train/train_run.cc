// The iterations of one process among those that train together, or alone: start, steps, end.
#include "train/train_run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/file.h"
#include "base/memory_limit.h"
#include "base/progress.h"
#include "collective/agreement.h"
#include "collective/host.h"
#include "model/load_model.h"
#include "train/block_assignment.h"
#include "train/initial_topics.h"
#include "train/memory_check.h"
#include "train/schedule.h"
#include "train/settings.h"

namespace lightlda {
namespace {

constexpr std::string_view kBeside = " beside";  // how the leader tells where the run works
constexpr std::chrono::milliseconds kTickInterval{200};

// Ends the loops of the sampler when the observer has thrown.
struct TickFailed {
  Status status;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The manifest's file in what the leader tells.
std::string ManifestFileOf(std::string_view told) {
  if (told.ends_with(kBeside)) told.remove_suffix(kBeside.size());
  return std::string(told);
}

// What a new run starts with.
Priors PriorsOf(const TrainConfig& config, const PlanDetails& plan) {
  if (plan.initial != nullptr && !plan.initial->alpha.empty()) {
    return {plan.initial->alpha, StartBeta(config)};
  }
  if (!config.alpha_vector.empty()) return {config.alpha_vector, StartBeta(config)};
  return {std::vector<double>(config.num_topics, StartAlpha(config)), StartBeta(config)};
}

// "iteration 5/100" as an end: "after iteration 5 of 100", "in growth, stage 3 of 9".
std::string Where(const RunPosition& position) {
  if (position.stage > 0) {
    return "in growth, stage " + std::to_string(position.stage) + " of " +
           std::to_string(position.num_growth_stages);
  }
  const std::string number = "after iteration " + std::to_string(position.full_iteration);
  return position.may_end_sooner ? number
                                 : number + " of " + std::to_string(position.num_full_iterations);
}

}  // namespace

TrainRun::TrainRun(const TrainConfig& config, const Corpus* corpus, PlanDetails plan,
                   const TrainTeam* team, ObserverCalls* observer, StopToken stop)
    : config_(config),
      corpus_(*corpus),
      plan_(std::move(plan)),
      team_(*team),
      observer_(*observer),
      stop_(std::move(stop)),
      settings_(config_, plan_, corpus_.checksum()),
      directory_(config.model, corpus->directory(), config.overwrite, config.resume),
      pool_(plan_.num_threads),
      vote_(team, stop_),
      limit_(config_.max_hours, Clock::now()) {
  progress_.num_iterations = NumIterations(plan_);
}

TrainRun::~TrainRun() {
  WaitForCheckpoint();
  sampler_.reset();  // its scratch files may lie there
  directory_.GiveUp();
}

bool TrainRun::NoteFailure(const Status& status) {
  if (status.ok()) return false;
  failure_ = status;
  // Blocks that changed under the run make it fail in many ways.
  if (status.code() == StatusCode::kFailure) {
    if (Status blocks = CheckBlocks(); !blocks.ok()) failure_ = std::move(blocks);
  }
  if (status.code() == StatusCode::kOutOfMemory) {
    failure_ = Status::OutOfMemory(status.message() + "; the plan expected at most " +
                                   FormatBytes(static_cast<double>(plan_.total_bytes)));
  }
  WaitForCheckpoint();
  directory_.GiveUp();
  return true;
}

// -- the start

void TrainRun::GoOnFrom(const Model& model) { directory_.GoOnFrom(FilesOf(model)); }

Status TrainRun::Start() {
  return Guard([this] { return Prepare(); });
}

Status TrainRun::Prepare() {
  LIGHTLDA_RETURN_IF_ERROR(DecideStart());
  if (IsComplete()) return TakeComplete();
  LIGHTLDA_RETURN_IF_ERROR(StopBeforeStart());
  LIGHTLDA_RETURN_IF_ERROR(CheckFallback());
  LIGHTLDA_RETURN_IF_ERROR(OpenHeldOut());
  LIGHTLDA_RETURN_IF_ERROR(OpenBlocks());
  LIGHTLDA_RETURN_IF_ERROR(
      observer_.Tell([&](TrainObserver& observer) { observer.OnPlan(TrainPlan(plan_)); }));
  if (plan_.initial != nullptr) {
    for (const std::string& note : plan_.initial->notes) {
      LIGHTLDA_RETURN_IF_ERROR(observer_.Message(note));
    }
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckMachine());
  LIGHTLDA_RETURN_IF_ERROR(
      AgreeOnLead([this](std::string* note) { return directory_.Open(resumed_, note); }));
  LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, directory_.CheckSeen()));
  LIGHTLDA_RETURN_IF_ERROR(PrepareSampler());
  LIGHTLDA_RETURN_IF_ERROR(StopBeforeStart());
  last_save_ = last_tick_ = Clock::now();
  return {};
}

// Of the process, its cgroup and the machine that it shares with others of the run.
Status TrainRun::CheckMachine() {
  const std::string mine = HostIdentity();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> hosts, team_.group->AllGather(mine));
  const auto here = static_cast<std::size_t>(std::ranges::count(hosts, mine));
  std::string warning;
  LIGHTLDA_RETURN_IF_ERROR(Agree(
      team_.group, CheckMemory(plan_, config_.memory_budget, here, FindMemoryLimits(), &warning)));
  return warning.empty() ? Status() : observer_.Message(warning);
}

// What the leader alone does, with what the user should know of it.
Status TrainRun::AgreeOnLead(const std::function<Status(std::string* note)>& lead) {
  std::string note;
  LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, team_.is_leader() ? lead(&note) : Status()));
  return note.empty() ? Status() : observer_.Message(note);
}

// Found now, not when it is needed.
Status TrainRun::CheckFallback() {
  if (config_.fallback_model.empty()) return {};
  const bool exists = team_.is_leader() && PathExists(config_.fallback_model);
  return Agree(team_.group, exists ? Status::CannotWrite("`fallback_model`: " +
                                                         config_.fallback_model + " exists already")
                                   : Status());
}

// A stop that was requested while the run was made ready: a directory made for it goes again.
Status TrainRun::StopBeforeStart() {
  if (directory_.in_memory()) return {};
  Count requests[] = {vote_.stop_requested() ? 1 : 0};
  LIGHTLDA_RETURN_IF_ERROR(team_.group->Sum(std::span<Count>(requests)));
  if (requests[0] == 0) return {};
  return Status::Stopped("stopped before the first iteration; " +
                         (resumed_ ? config_.model + " is as it was" : "nothing is saved") +
                         "; the same run with `resume`=auto goes on");
}

// Between a new run and going on with the one in the model directory. The leader looks; the others
// do as it does.
Status TrainRun::DecideStart() {
  Result<std::string> mine = std::string();
  if (team_.is_leader()) {
    Result<std::optional<SavedRun>> found = FindSavedRun();
    if (!found.ok()) {
      mine = found.status();
    } else if (*found) {
      resumed_ = std::move(*found);
      mine = resumed_->manifest_file;
    }
    if (mine.ok() && directory_.is_beside()) *mine += kBeside;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> agreed,
                            AgreeAndGather(team_.group, std::move(mine)));
  directory_.WorkBeside(agreed[0].ends_with(kBeside));
  Status read;
  if (!team_.is_leader() && !agreed[0].empty() && agreed[0] != kBeside) {
    Result<SavedRun> saved = ReadSavedRun(directory_.path(), ManifestFileOf(agreed[0]));
    read = saved.status();
    if (saved.ok()) resumed_ = std::move(saved).value();
  }
  LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, read));
  if (!resumed_ || resumed_->model->load_warning().empty()) return {};
  return observer_.Message(resumed_->model->load_warning());
}

// What the saved run must be like is checked before anything of it is changed.
Result<std::optional<SavedRun>> TrainRun::FindSavedRun() {
  // Where no number was asked for none is too large.
  const std::int64_t most =
      plan_.ends_when_settled ? std::numeric_limits<std::int64_t>::max() : progress_.num_iterations;
  LIGHTLDA_ASSIGN_OR_RETURN(std::optional<SavedRun> found,
                            directory_.FindSavedRun(settings_, most));
  if (!found) return found;
  if (found->model->corpus_checksum() != corpus_.checksum()) {
    return Status::BadInput(NameOfSaved() + ": was trained on another corpus than " +
                            (corpus_.directory().empty() ? "this one" : corpus_.directory()));
  }
  if (found->active_level != PlaceOf(plan_, found->progress.iteration).stage->level) {
    return Status::BadInput(NameOfSaved() +
                            ": the saved run's documents are not those of its stage");
  }
  return found;
}

bool TrainRun::IsComplete() const {
  if (!resumed_ || !resumed_->progress.complete) return false;
  const ModelProgress& saved = resumed_->progress;
  if (saved.iteration == progress_.num_iterations) return true;
  return plan_.ends_when_settled && (saved.settled || saved.iteration > progress_.num_iterations);
}

// The saved run is the one asked for: it is left as it is.
Status TrainRun::TakeComplete() {
  progress_ = resumed_->progress;
  last_ = LastMetrics();
  if (!team_.is_leader()) return {};
  complete_hash_ = resumed_->model->model_hash();
  std::string note;
  LIGHTLDA_RETURN_IF_ERROR(directory_.PutInPlace(&note));
  if (!note.empty()) LIGHTLDA_RETURN_IF_ERROR(observer_.Message(note));
  return observer_.Message(NameOfSaved() + ": complete already, nothing to do");
}

std::string TrainRun::NameOfSaved() const {
  return directory_.in_memory() ? "the model" : config_.model;
}

// Opens this process's share of the blocks.
Status TrainRun::OpenBlocks() {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> holders,
                            team_.group->AllGather(ReadableBlocks(corpus_, team_.group->size())));
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

Status TrainRun::OpenHeldOut() {
  if (config_.evaluate.empty()) return {};
  Result<HeldOutSample> sample =
      HeldOutSample::Open(config_.evaluate, corpus_.vocabulary(), team_.group);
  if (!sample.ok()) return sample.status().WithContext("`evaluate`");
  held_out_ = std::move(sample).value();
  return {};
}

Status TrainRun::PrepareSampler() {
  SamplerOptions options;
  options.num_topics = config_.num_topics;
  priors_ = resumed_ ? resumed_->priors : PriorsOf(config_, plan_);
  options.alpha = priors_.alpha;
  options.beta = priors_.beta;
  options.num_words = corpus_.num_words();
  options.seed = config_.seed;
  options.word_prior = WordPriorOf(plan_);
  options.part_bytes = plan_.state_budget / kStreamedParts;
  options.scratch_directory =
      config_.scratch_directory.empty() ? directory_.path() : config_.scratch_directory;
  sampler_ = std::make_unique<Sampler>(std::move(options), blocks_, &pool_, team_.table);
  return resumed_ ? RestoreSavedRun() : Status();
}

Status TrainRun::RestoreSavedRun() {
  // Its generation is removed by later saves, and must not be held then.
  const Model model = *std::exchange(resumed_->model, std::nullopt);
  const std::int64_t total = progress_.num_iterations;
  progress_ = resumed_->progress;
  progress_.num_iterations = std::max(total, progress_.iteration);
  progress_.complete = progress_.settled = false;
  last_ = LastMetrics();
  const StagePlace place = PlaceOf(plan_, progress_.iteration);
  active_level_ = place.stage->level;
  const auto read = [&](std::size_t b) { return model.ReadTopics(corpus_, blocks_[b]->number); };
  LIGHTLDA_RETURN_IF_ERROR(sampler_->Restore(
      SettingsOf(plan_, *place.stage), static_cast<std::uint32_t>(progress_.iteration), read));
  LIGHTLDA_RETURN_IF_ERROR(CountActive());
  LIGHTLDA_RETURN_IF_ERROR(
      Agree(team_.group, team_.is_leader() ? CheckRestored(model.model_hash()) : Status()));
  return observer_.Message("resumed " + Where(place.position));
}

Status TrainRun::CheckRestored(const std::string& expected_hash) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string hash, MakeSaver().HashOfRows());
  if (hash == expected_hash) return {};
  return Status::BadInput(NameOfSaved() + ": the saved topics do not add up to the saved rows");
}

// Active documents and tokens of all processes.
Status TrainRun::CountActive() {
  Count sums[] = {sampler_->active().total_documents(), sampler_->active().total_tokens()};
  LIGHTLDA_RETURN_IF_ERROR(team_.group->Sum(std::span<Count>(sums)));
  progress_.active_documents = sums[0];
  progress_.active_tokens = sums[1];
  return {};
}

// -- an iteration

Result<IterationMetrics> TrainRun::Step() {
  if (failure_.ok() && done()) {
    return Status::Usage("all iterations of `num_iterations` are done");
  }
  if (failure_.ok() && directory_.in_memory() && vote_.stop_requested()) {
    return Status::Cancelled("stopped " + Where(PlaceOf(plan_, progress_.iteration).position) +
                             "; not saved");
  }
  return Guard([this] { return OneIteration(); });
}

Result<IterationMetrics> TrainRun::OneIteration() {
  iteration_start_ = Clock::now();
  const StagePlace place = PlaceOf(plan_, progress_.iteration + 1);
  position_ = place.position;
  vote_.BeginIteration();
  LIGHTLDA_RETURN_IF_ERROR(Sample(place));
  LIGHTLDA_RETURN_IF_ERROR(LearnPriors());
  LIGHTLDA_RETURN_IF_ERROR(JudgeItself());
  const double seconds = SecondsSince(iteration_start_);
  if (IsTimeUp()) vote_.RequestStop();
  vote_.Start(seconds, WantsCheckpoint());
  IterationMetrics metrics = Measure(position_, seconds);
  if (WantsLikelihood(metrics.iteration)) {
    LIGHTLDA_ASSIGN_OR_RETURN(metrics.log_likelihood_per_token, Evaluate());
    LIGHTLDA_RETURN_IF_ERROR(EvaluateHeldOut(&metrics));
  }
  last_ = metrics;
  directory_.Append(metrics);
  LIGHTLDA_RETURN_IF_ERROR(
      observer_.Tell([&](TrainObserver& observer) { observer.OnIteration(metrics); }));
  LIGHTLDA_RETURN_IF_ERROR(MaybePreview(metrics));
  const auto voted = Clock::now();
  LIGHTLDA_ASSIGN_OR_RETURN(const TeamVote::Decision decision,
                            vote_.Decide(progress_.active_tokens));
  progress_.seconds += SecondsSince(voted);  // waiting for the others is a part of training
  limit_.NoteIteration(SecondsSince(iteration_start_));
  LIGHTLDA_RETURN_IF_ERROR(FinishCheckpoint(/*wait=*/false));
  if (done() || directory_.in_memory()) return metrics;
  if (decision.stop) return Stop();
  if (decision.checkpoint) LIGHTLDA_RETURN_IF_ERROR(Checkpoint());
  return metrics;
}

// An iteration, and before the first of a stage the start of the stage.
Status TrainRun::Sample(const StagePlace& place) {
  const auto iteration = static_cast<std::uint32_t>(place.position.iteration);
  likelihood_is_current_ = false;
  if (observer_.listens()) pool_.set_pulse([this] { Tick(); });
  const auto sample = [&]() -> Status {
    if (place.first) {
      tasks_expected_ = 0;
      LIGHTLDA_RETURN_IF_ERROR(
          sampler_->StartStage(SettingsOf(plan_, *place.stage), iteration - 1));
      active_level_ = place.stage->level;
      LIGHTLDA_RETURN_IF_ERROR(CountActive());
    }
    tasks_before_ = pool_.num_tasks_done();
    LIGHTLDA_RETURN_IF_ERROR(sampler_->Iterate(iteration));
    tasks_expected_ = pool_.num_tasks_done() - tasks_before_;
    return {};
  };
  Status status;
  try {
    status = sample();
  } catch (const TickFailed& failed) {
    status = failed.status;
  }
  pool_.set_pulse(nullptr);
  return status;
}

// Called within the sampler's loops, from this thread.
void TrainRun::Tick() {
  const auto now = Clock::now();
  if (now - last_tick_ < kTickInterval) return;
  last_tick_ = now;
  IterationTick tick;
  static_cast<RunPosition&>(tick) = position_;
  tick.seconds = SecondsSince(iteration_start_);
  if (tasks_expected_ > 0) {
    tick.share_done = std::min(1.0, static_cast<double>(pool_.num_tasks_done() - tasks_before_) /
                                        static_cast<double>(tasks_expected_));
  }
  Status status = observer_.Tell([&](TrainObserver& observer) { observer.OnTick(tick); });
  if (!status.ok()) throw TickFailed{std::move(status)};
}

// Of a stage that begins the iterations are about twice as long as those before.
bool TrainRun::IsTimeUp() {
  if (!team_.is_leader() || position_.iteration == position_.num_iterations) return false;
  limit_.NoteIteration(SecondsSince(iteration_start_));  // the first would not count else
  const double next = PlaceOf(plan_, position_.iteration + 1).first ? 2 : 1;
  return limit_.IsShort(Clock::now(), next * (1 + team_.staleness));
}

Result<IterationMetrics> TrainRun::Stop() {
  LIGHTLDA_RETURN_IF_ERROR(vote_.FinishAll());
  LIGHTLDA_RETURN_IF_ERROR(Evaluate().status());
  LIGHTLDA_RETURN_IF_ERROR(SaveLast().status());
  LIGHTLDA_RETURN_IF_ERROR(TellPauses());
  const bool time_is_up = vote_.stop_requested() && !stop_.stop_requested();
  const std::string kept =
      directory_.is_beside() ? ", " + config_.model + " is kept until the run is complete" : "";
  return Status::Stopped("stopped " + Where(position_) +
                         (time_is_up ? ", as `max_hours` are up" : "") + "; saved in " +
                         directory_.path() + kept + "; the same run with `resume`=auto goes on");
}

// -- the end

Result<TrainResult> TrainRun::Finish() {
  if (failure_.ok() && !done()) {
    return Status::Usage("iterations are left: " +
                         std::to_string(progress_.num_iterations - progress_.iteration));
  }
  return Guard([this] { return End(); });
}

Result<TrainResult> TrainRun::End() {
  if (IsComplete()) return TrainResult{last_, complete_hash_};
  LIGHTLDA_RETURN_IF_ERROR(vote_.FinishAll());
  progress_.complete = true;
  TrainResult result;
  if (directory_.in_memory()) {
    LIGHTLDA_ASSIGN_OR_RETURN(result.model_hash, MakeSaver().HashOfRows());
  } else {
    LIGHTLDA_ASSIGN_OR_RETURN(result.model_hash, SaveLast());
    LIGHTLDA_RETURN_IF_ERROR(
        AgreeOnLead([this](std::string* note) { return directory_.PutInPlace(note); }));
  }
  LIGHTLDA_RETURN_IF_ERROR(TellPauses());
  result.last = last_;
  return result;
}

std::span<const Count> TrainRun::topic_totals() const {
  if (sampler_ == nullptr) return {};
  return sampler_->topic_totals();
}

Result<TrainResult> RunToEnd(TrainRun* run) {
  LIGHTLDA_RETURN_IF_ERROR(run->Start());
  while (!run->done()) LIGHTLDA_RETURN_IF_ERROR(run->Step().status());
  return run->Finish();
}

}  // namespace lightlda
