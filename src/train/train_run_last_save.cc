// The save that ends a run. It is all that the run has achieved, so what cannot be written is kept
// in memory and tried again, for as long as the settings say.
#include <algorithm>
#include <chrono>
#include <string>

#include "base/file.h"
#include "base/progress.h"
#include "model/model_manifest.h"
#include "train/save_wait.h"
#include "train/train_run.h"

namespace lightlda {
namespace {

bool CannotWrite(const Result<std::string>& saved) {
  return saved.status().code() == StatusCode::kCannotWrite;
}

}  // namespace

Result<std::string> TrainRun::SaveLast() {
  Result<std::string> hash = SaveInPlace();
  if (CannotWrite(hash) && config_.save_wait_minutes > 0) hash = RetrySave(hash.status());
  if (!CannotWrite(hash) || config_.fallback_model.empty()) return hash;
  return SaveInFallback(hash.status());
}

Result<std::string> TrainRun::RetrySave(Status why) {
  const auto patience = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(config_.save_wait_minutes * 60));
  SaveWait wait(team_.group, stop_, std::min(Clock::now() + patience, limit_.end()));
  const std::string then =
      config_.fallback_model.empty() ? "gives up" : "saves it in " + config_.fallback_model;
  LIGHTLDA_RETURN_IF_ERROR(observer_.Message(
      "cannot save: " + why.message() +
      "; the run is kept in memory until it can be saved; another request to stop " + then));
  for (;;) {
    LIGHTLDA_ASSIGN_OR_RETURN(const bool go_on, wait.Next());
    if (!go_on) return why;
    Result<std::string> hash = SaveInPlace();
    const std::string after = " after " + FormatDuration(wait.seconds());
    if (hash.ok()) LIGHTLDA_RETURN_IF_ERROR(observer_.Message("saved" + after));
    if (!CannotWrite(hash)) return hash;
    why = hash.status();
    if (!wait.IsTimeToSay()) continue;
    LIGHTLDA_RETURN_IF_ERROR(observer_.Message("still cannot save" + after + ": " + why.message()));
  }
}

// Always an error, as config.model is not what was asked for.
Result<std::string> TrainRun::SaveInFallback(const Status& why) {
  const std::string& directory = config_.fallback_model;
  const Status ready = team_.is_leader() ? StartCopy(directory) : Status();
  const Result<std::string> hash = Save(directory, ready);
  if (!hash.ok() && team_.is_leader() && ready.ok()) (void)RemoveTree(directory);
  return Status::CannotWrite(why.message() +
                             (hash.ok() ? "; the run was saved in " + directory + " instead"
                                        : "; nor in `fallback_model`: " + hash.status().message()));
}

// A new directory with the metrics so far.
Status TrainRun::StartCopy(const std::string& directory) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string metrics, directory_.Metrics());
  LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(directory));
  Status status = WriteFileAtomic(JoinPath(directory, kMetricsFile), metrics);
  if (!status.ok()) (void)RemoveTree(directory);
  return status;
}

}  // namespace lightlda
