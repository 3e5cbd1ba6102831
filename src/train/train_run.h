// One process's part of a run: stages of growth, likelihood, previews, checkpoints, stop and
// resume.
#ifndef LIGHTLDA_TRAIN_TRAIN_RUN_H_
#define LIGHTLDA_TRAIN_TRAIN_RUN_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"
#include "model/model_writer.h"
#include "model/saved_run.h"
#include "sampler/sampler.h"
#include "table/priors.h"
#include "train/background_save.h"
#include "train/held_out.h"
#include "train/model_saver.h"
#include "train/observer_calls.h"
#include "train/own_sample.h"
#include "train/plan_details.h"
#include "train/run_directory.h"
#include "train/team.h"
#include "train/team_vote.h"
#include "train/time_limit.h"

namespace lightlda {

// The run behind Trainer: Start, Step until done, Finish. All processes of the team make the same
// calls; errors are the same in every process unless the processes can no longer talk. After a
// failed call all return the same failure.
class TrainRun {
 public:
  // corpus, team and observer must outlive it.
  TrainRun(const TrainConfig& config, const Corpus* corpus, PlanDetails plan, const TrainTeam* team,
           ObserverCalls* observer, StopToken stop);
  ~TrainRun();
  TrainRun(const TrainRun&) = delete;
  TrainRun& operator=(const TrainRun&) = delete;

  // Start goes on from it. REQUIRES: called before Start; the run is in memory.
  void GoOnFrom(const Model& model);

  Status Start();
  bool done() const { return progress_.iteration == progress_.num_iterations; }
  Result<IterationMetrics> Step();
  Result<TrainResult> Finish();

  // As Trainer::Save and its others. REQUIRES: Start was OK, and a team of one.
  Result<std::string> SaveTo(const std::string& directory);
  Result<Model> CurrentModel();
  std::span<const Count> topic_totals() const;

 private:
  using Clock = std::chrono::steady_clock;

  // What call() returns, unless a call has failed before. Keeps the failure.
  template <typename Call>
  auto Guard(Call&& call) -> decltype(call()) {
    if (!failure_.ok()) return failure_;
    auto result = CatchBadAlloc(std::forward<Call>(call));
    return NoteFailure(StatusOf(result)) ? failure_ : result;
  }
  static const Status& StatusOf(const Status& status) { return status; }
  template <typename T>
  static const Status& StatusOf(const Result<T>& result) {
    return result.status();
  }
  bool NoteFailure(const Status& status);

  // Start
  Status Prepare();
  Status CheckMachine();
  Status AgreeOnLead(const std::function<Status(std::string* note)>& lead);
  Status DecideStart();
  Result<std::optional<SavedRun>> FindSavedRun();
  bool IsComplete() const;
  std::string NameOfSaved() const;
  Status TakeComplete();
  Status OpenBlocks();
  Status OpenHeldOut();
  Status PrepareSampler();
  Status RestoreSavedRun();
  Status CheckRestored(const std::string& expected_hash);
  Status CountActive();
  Status StopBeforeStart();
  Status CheckFallback();

  // Step
  Result<IterationMetrics> OneIteration();
  Status Sample(const StagePlace& place);
  // Learns alpha, if it is time to.
  Status LearnPriors();
  // Learns beta and finds whether the run is done, if it is time to.
  Status JudgeItself();
  void Tick();
  bool IsTimeUp();
  bool WantsLikelihood(std::int64_t iteration) const;
  IterationMetrics Measure(const RunPosition& position, double seconds);
  Result<double> Evaluate();
  // Of the held-out documents; nothing if there are none.
  Status EvaluateHeldOut(IterationMetrics* metrics);
  Status MaybePreview(const RunPosition& position);
  Result<IterationMetrics> Stop();

  Result<TrainResult> End();
  IterationMetrics LastMetrics() const;

  // Checkpoints (train_run_checkpoint.cc). One that cannot be written does not end the run.
  bool WantsCheckpoint();
  Status Checkpoint();
  Status StartCheckpoint();
  // Tells how the checkpoint under way went, if there is one; else, if it is not to be waited for,
  // nothing until it is done.
  Status FinishCheckpoint(bool wait = true);
  // The last one took so long.
  Status TellCheckpoint(const Status& status, double seconds);
  Status TellPauses();
  void WaitForCheckpoint();

  // Saving (train_run_save.cc)
  ModelSnapshot Snapshot() const;
  ModelSaver MakeSaver();
  Status CheckBlocks() const;
  // Into a directory that exists. ready: whether its metrics are there.
  Result<std::string> Save(const FilePath& directory, const Status& ready);
  // Into the directory of the run, which has one.
  Result<std::string> SaveInPlace();
  Status NameTopics(const std::string& hash);
  Result<std::string> SaveCopy(const std::string& directory);
  Result<std::string> SaveElsewhere(const FilePath& directory);
  // In place, for good (train_run_last_save.cc).
  Result<std::string> SaveLast();
  Result<std::string> RetrySave(Status why);
  Result<std::string> SaveInFallback(const Status& why);
  Status StartCopy(const std::string& directory);
  // Brings up to date what is saved with the topics. Errors: kUsage if there is nothing to save.
  Status PrepareSave();

  const TrainConfig config_;
  const Corpus& corpus_;
  const PlanDetails plan_;
  const TrainTeam& team_;
  ObserverCalls& observer_;
  StopToken stop_;
  const RunSettings settings_;
  Status failure_;
  RunDirectory directory_;
  std::vector<std::string> copies_;  // directories that SaveTo has made
  std::optional<SavedRun> resumed_;
  std::string complete_hash_;  // of the saved run, if it was complete from the start
  ThreadPool pool_;
  std::vector<std::unique_ptr<const Block>> blocks_;  // of this process
  std::unique_ptr<Sampler> sampler_;
  std::optional<HeldOutSample> held_out_;
  std::optional<OwnSample> own_sample_;
  TeamVote vote_;
  ModelProgress progress_;
  int active_level_ = 0;
  Priors priors_;                       // as they are now: with the topics, the state of the model
  IterationMetrics last_;               // of the last iteration, of this run or of the saved one
  bool likelihood_is_current_ = false;  // progress_'s is that of the present topics
  Clock::time_point last_save_;
  TimeLimit limit_;
  bool checkpoint_asked_ = false;
  struct {
    std::string name;  // its iteration
    double pause = 0;  // seconds that training stood still for it
  } checkpoint_;       // the last one
  double longest_pause_ = 0;
  int num_checkpoints_ = 0;
  BackgroundSave background_;  // reads what is above
  // Of the iteration under way.
  RunPosition position_;
  Clock::time_point iteration_start_;
  Clock::time_point last_tick_;
  std::uint64_t tasks_before_ = 0;
  std::uint64_t tasks_expected_ = 0;  // those of the iteration before; 0: unknown
};

// The whole run.
Result<TrainResult> RunToEnd(TrainRun* run);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TRAIN_RUN_H_
