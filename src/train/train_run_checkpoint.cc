// Checkpoints: when they are due, written while sampling goes on or not, and what they cost.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/out_of_memory.h"
#include "base/progress.h"
#include "train/background_save.h"
#include "train/initial_topics.h"
#include "train/train_run.h"

namespace lightlda {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A checkpoint that cannot be written does not end the run.
bool IsSurvived(const Status& status) {
  return status.code() == StatusCode::kCannotWrite || status.code() == StatusCode::kOutOfMemory;
}

}  // namespace

bool TrainRun::WantsCheckpoint() {
  const bool asked = stop_.TakeSaveRequest();  // any process may be
  const bool due = team_.is_leader() && !checkpoint_asked_ && !background_.under_way() &&
                   config_.checkpoint_minutes > 0 &&
                   SecondsSince(last_save_) >= config_.checkpoint_minutes * 60;
  checkpoint_asked_ = checkpoint_asked_ || due;
  return due || asked;
}

Status TrainRun::Checkpoint() {
  const auto begun = Clock::now();
  LIGHTLDA_RETURN_IF_ERROR(FinishCheckpoint());
  bool goes_on = plan_.checkpoints == PlanDetails::Checkpoints::kWhileSampling;
  Status status;
  if (goes_on) {
    status = CatchBadAlloc([this] { return StartCheckpoint(); });
    goes_on = status.code() != StatusCode::kOutOfMemory;  // no room for a copy: training waits
  }
  if (!goes_on) status = SaveInPlace().status();
  last_save_ = Clock::now();
  checkpoint_asked_ = false;
  checkpoint_ = {ToString(position_), SecondsSince(begun)};
  longest_pause_ = std::max(longest_pause_, checkpoint_.pause);
  if (goes_on && status.ok()) return {};
  return TellCheckpoint(status, checkpoint_.pause);
}

// All that pauses sampling: a copy of what the save needs.
Status TrainRun::StartCheckpoint() {
  LIGHTLDA_RETURN_IF_ERROR(CheckBlocks());
  LIGHTLDA_RETURN_IF_ERROR(directory_.FlushMetrics());
  ModelSnapshot snapshot = Snapshot();
  snapshot.metrics_bytes = directory_.metrics_bytes();
  std::shared_ptr<const TopicsCopy> copy = sampler_->CopyTopics();
  background_.Start([directory = FilePath(directory_.path()), snapshot = std::move(snapshot),
                     copy = std::move(copy), prior = WordPriorOf(plan_)] {
    return SaveTopicsCopy(directory, snapshot, *copy, prior);
  });
  return {};
}

Status TrainRun::FinishCheckpoint(bool wait) {
  const std::optional<BackgroundSave::Outcome> outcome = background_.Take(wait);
  if (!outcome) return {};
  if (outcome->hash.ok()) directory_.SetSaved();
  return TellCheckpoint(outcome->hash.status(), outcome->seconds);
}

Status TrainRun::TellCheckpoint(const Status& status, double seconds) {
  if (status.ok()) {
    ++num_checkpoints_;
    limit_.NoteSave(seconds);
    return observer_.Message("checkpoint of " + checkpoint_.name + " saved in " +
                             FormatDuration(seconds) + ", training paused for " +
                             FormatDuration(checkpoint_.pause));
  }
  if (!IsSurvived(status)) return status;
  return observer_.Message("checkpoint failed, training goes on: " + status.message());
}

Status TrainRun::TellPauses() {
  if (num_checkpoints_ == 0) return {};
  return observer_.Message(std::to_string(num_checkpoints_) +
                           (num_checkpoints_ == 1 ? " checkpoint" : " checkpoints") +
                           ", longest pause of training for one " + FormatDuration(longest_pause_));
}

void TrainRun::WaitForCheckpoint() {
  const std::optional<BackgroundSave::Outcome> outcome = background_.Take(/*wait=*/true);
  if (outcome && outcome->hash.ok()) directory_.SetSaved();
}

}  // namespace lightlda
