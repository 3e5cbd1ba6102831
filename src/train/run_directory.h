// The model directory of a run: what is in it at the start, who owns it, and its metrics.
#ifndef LIGHTLDA_TRAIN_RUN_DIRECTORY_H_
#define LIGHTLDA_TRAIN_RUN_DIRECTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/directory_lock.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "model/saved_run.h"
#include "train/metrics_log.h"
#include "train/settings.h"

namespace lightlda {

// Of a run without a directory the path is empty: then metrics are kept in memory, and nothing is
// found, opened or removed. Of a team the leader alone opens it. Not thread-safe.
class RunDirectory {
 public:
  RunDirectory(std::string path, bool overwrite, Resume resume)
      : path_(std::move(path)), overwrite_(overwrite), resume_(resume) {}

  const std::string& path() const { return path_; }
  bool in_memory() const { return path_.empty(); }

  // The saved run to go on with under `settings` and up to num_iterations, growth included: its
  // newest state that is whole. None: a new one is to start. Changes nothing. Errors: kBadInput,
  // kUsage, kCannotWrite.
  Result<std::optional<SavedRun>> FindSavedRun(const RunSettings& settings,
                                               std::int64_t num_iterations) const;

  // Makes the directory, locks it, and opens the metrics in it, up to where the saved run that is
  // gone on with left them; newer generations no longer count. Errors: kCannotWrite, kBadInput.
  Status Open(const std::optional<SavedRun>& resumed);
  // Whether another process's directory is seen from here, else kUsage.
  Status CheckSeen() const;

  // A line of metrics; what cannot be written is tried again. Nothing unless opened or in memory.
  void Append(const IterationMetrics& metrics);
  // Whether all lines are in the file. Errors: kCannotWrite.
  Status FlushMetrics();
  // Of the file, as far as they are in it. REQUIRES: opened.
  std::uint64_t metrics_bytes() const { return metrics_->bytes(); }
  // All lines so far, for a copy. Errors: of reading the file.
  Result<std::string> Metrics() const;

  // The directory holds a valid model from now on.
  void SetSaved() { saved_ = true; }
  // Removes a directory that was made here and holds no model.
  void GiveUp();

 private:
  std::string path_;
  bool overwrite_;
  Resume resume_;
  bool created_ = false;
  bool saved_ = false;
  std::optional<DirectoryLock> lock_;
  std::optional<MetricsLog> metrics_;
  std::string lines_;  // in memory
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_RUN_DIRECTORY_H_
