// The model directory of a run: what is in it at the start, who owns it, and its metrics.
//
// A run that is to replace a model works beside it (train/replacement.h).
#ifndef LIGHTLDA_TRAIN_RUN_DIRECTORY_H_
#define LIGHTLDA_TRAIN_RUN_DIRECTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/directory_lock.h"
#include "base/file.h"
#include "base/file_path.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "model/saved_run.h"
#include "train/metrics_log.h"
#include "train/settings.h"

namespace lightlda {

// Of a run without a directory the path is empty: then metrics are kept in memory, nothing is
// opened or removed, and nothing found but what GoOnFrom was told of. Of a team the leader alone
// opens it. Not thread-safe.
class RunDirectory {
 public:
  // corpus: what is read, which is not to be written over; empty: it is in memory.
  RunDirectory(const std::string& model, std::string corpus, bool overwrite, Resume resume)
      : model_(WithoutTrailingSlash(model)),
        path_(model_),
        corpus_(std::move(corpus)),
        overwrite_(overwrite),
        resume_(resume) {}

  // Where the run works: the model's path, or one beside it, which is set once it is decided.
  const std::string& path() const { return path_; }
  bool in_memory() const { return model_.empty(); }
  bool is_beside() const { return path_ != model_; }
  // FindSavedRun looks at this model, which stays as it is. REQUIRES: in_memory().
  void GoOnFrom(FilePath model) { source_ = std::move(model); }
  // Of a process that does not lead.
  void WorkBeside(bool beside);

  // The saved run to go on with under `settings` and up to num_iterations, growth included: its
  // newest state that is whole. None: a new one is to start. Changes nothing. Errors: kBadInput,
  // kUsage, kCannotWrite.
  Result<std::optional<SavedRun>> FindSavedRun(const RunSettings& settings,
                                               std::int64_t num_iterations);

  // Makes the directory, locks it, and opens the metrics in it, up to where the saved run that is
  // gone on with left them; newer generations no longer count. *note: what the user should know;
  // empty: nothing. Errors: kCannotWrite, kBadInput.
  Status Open(const std::optional<SavedRun>& resumed, std::string* note);
  // Whether another process's directory is seen from here, else kUsage.
  Status CheckSeen() const;

  // A line of metrics; what cannot be written is tried again. Nothing unless opened or in memory.
  void Append(const IterationMetrics& metrics);
  // Whether all lines are in the file. Errors: kCannotWrite.
  Status FlushMetrics();
  // Of the file, as far as they are in it. REQUIRES: opened.
  std::uint64_t metrics_bytes() const { return metrics_->bytes(); }
  // All lines so far, for a copy; also those that could not be written. Errors: of reading the
  // file.
  Result<std::string> Metrics() const;

  // The directory holds a valid model from now on.
  void SetSaved();
  // Puts a complete model that was made beside in its place, and removes the old one. *note: as
  // Open's. Errors: kCannotWrite; then all is as before.
  Status PutInPlace(std::string* note);
  // Removes a directory that was made here and holds no model.
  void GiveUp();

 private:
  Status FindPlace();
  Result<std::optional<SavedRun>> FindSource(const RunSettings& settings,
                                             std::int64_t num_iterations);
  Status CheckNew() const;
  Status Lock(std::string* note);

  std::string model_;
  std::string path_;
  std::string corpus_;
  bool overwrite_;
  Resume resume_;
  bool created_ = false;
  bool saved_ = false;
  std::optional<DirectoryLock> lock_;      // of path_
  std::optional<DirectoryLock> old_lock_;  // of what is to be replaced
  std::optional<MetricsLog> metrics_;
  std::string lines_;  // in memory
  std::optional<FilePath> source_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_RUN_DIRECTORY_H_
