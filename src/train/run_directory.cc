#include "train/run_directory.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/owned_directory.h"
#include "corpus/corpus_append.h"
#include "model/generation.h"
#include "model/model_manifest.h"
#include "train/replacement.h"

namespace lightlda {

void RunDirectory::WorkBeside(bool beside) { path_ = beside ? PartialPath(model_) : model_; }

// Where the run is that `model_` stands for.
Status RunDirectory::FindPlace() {
  LIGHTLDA_RETURN_IF_ERROR(CheckPlace(model_, std::span(&corpus_, 1)));
  LIGHTLDA_RETURN_IF_ERROR(FinishPutInPlace(model_));
  const bool unfinished = HasPartialRun(model_);
  if (unfinished && !overwrite_ && resume_ == Resume::kNo) {
    return Status::CannotWrite(PartialPath(model_) + ": an unfinished run that is to replace " +
                               model_ + "; `resume`=auto goes on, `overwrite` begins anew");
  }
  const bool keeps_old = overwrite_ && resume_ == Resume::kNo && !ManifestChecksum(model_).empty();
  WorkBeside(unfinished || keeps_old);
  return {};
}

namespace {

// The newest saved run of a directory, if it may go on so. corpus: its directory, or empty.
Result<std::optional<SavedRun>> ReadResumable(const FilePath& directory, const std::string& name,
                                              const std::string& corpus,
                                              const RunSettings& settings,
                                              std::int64_t num_iterations) {
  LIGHTLDA_ASSIGN_OR_RETURN(SavedRun saved, ReadSavedRun(directory));
  // Growth follows from the corpus, so this comes before the settings.
  if (HasGrownFrom(corpus, saved.model->corpus_checksum())) {
    return Status::BadInput(name + ": documents were added to " + corpus +
                            " since; to go on with its topics, give another `model` and " +
                            "`init_model`=" + name);
  }
  LIGHTLDA_RETURN_IF_ERROR(settings.CheckResumable(saved.settings).WithContext(name));
  if (saved.progress.iteration > num_iterations) {
    return Status::Usage(name + ": the saved run has done " +
                         std::to_string(saved.progress.iteration) +
                         " iterations, growth included, more than the " +
                         std::to_string(num_iterations) + " asked for");
  }
  return std::optional<SavedRun>(std::move(saved));
}

}  // namespace

// A model that was made of tables has no run, and its settings say nothing.
Result<std::optional<SavedRun>> RunDirectory::FindSource(const RunSettings& settings,
                                                         std::int64_t num_iterations) {
  if (!source_) return std::optional<SavedRun>();
  LIGHTLDA_ASSIGN_OR_RETURN(std::optional<SavedRun> saved,
                            ReadResumable(*source_, "the model", "", settings, num_iterations));
  LIGHTLDA_ASSIGN_OR_RETURN(lines_, ReadFile(JoinPath(*source_, kMetricsFile)));
  lines_.resize(std::min<std::size_t>(lines_.size(), saved->metrics_bytes));
  return saved;
}

Result<std::optional<SavedRun>> RunDirectory::FindSavedRun(const RunSettings& settings,
                                                           std::int64_t num_iterations) {
  if (in_memory()) return FindSource(settings, num_iterations);
  LIGHTLDA_RETURN_IF_ERROR(FindPlace());
  const bool exists = PathExists(path_);
  const bool has_manifest = HasModelManifest(path_);
  if (resume_ == Resume::kYes && !has_manifest) {
    return Status::BadInput(path_ + ": no saved run to resume");
  }
  if (resume_ != Resume::kNo && has_manifest) {
    return ReadResumable(path_, path_, corpus_, settings, num_iterations);
  }
  // Without a manifest a directory may be what a killed first start left: resume=auto takes it
  // over.
  if (exists && !overwrite_ && resume_ != Resume::kAuto) {
    return Status::CannotWrite(path_ +
                               ": exists already; give another name, `overwrite` or `resume`=auto");
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckNew());
  return std::optional<SavedRun>();
}

// Whether what is in the way of a new run may go.
Status RunDirectory::CheckNew() const {
  if (PathExists(path_)) LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(path_, kModelDirectory));
  if (!is_beside()) return {};
  if (PathExists(model_)) LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(model_, kModelDirectory));
  if (HasPartialRun(model_) || ManifestChecksum(path_).empty()) return {};
  return Status::CannotWrite(path_ + ": a model, in the way of the run that is to replace " +
                             model_ + "; give it another name");
}

// A directory made here goes again if the rest fails: GiveUp.
Status RunDirectory::Open(const std::optional<SavedRun>& resumed, std::string* note) {
  if (in_memory()) return {};
  saved_ = resumed.has_value();
  if (!PathExists(path_)) {
    LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(path_));
    created_ = true;
  }
  LIGHTLDA_RETURN_IF_ERROR(Lock(note));
  if (resumed) LIGHTLDA_RETURN_IF_ERROR(GoBackTo(path_, resumed->manifest_file));
  if (!resumed) LIGHTLDA_RETURN_IF_ERROR(ClearOwned(path_, kModelDirectory));
  if (!resumed || is_beside()) {
    const RunMark mark = {is_beside() ? ManifestChecksum(model_) : std::string()};
    LIGHTLDA_RETURN_IF_ERROR(WriteRunMark(path_, mark));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(metrics_, MetricsLog::Open(JoinPath(path_, kMetricsFile),
                                                       resumed ? resumed->metrics_bytes : 0));
  return {};
}

Status RunDirectory::Lock(std::string* note) {
  LIGHTLDA_ASSIGN_OR_RETURN(lock_, DirectoryLock::Acquire(path_));
  if (!lock_->held()) *note = path_ + ": " + kNoLocks;
  if (!is_beside() || !PathExists(model_)) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(old_lock_, DirectoryLock::Acquire(model_));
  return {};
}

Status RunDirectory::CheckSeen() const {
  if (in_memory() || PathExists(path_)) return {};
  return Status::Usage(path_ +
                       ": not seen here; `model` must be on a file system that all hosts share");
}

void RunDirectory::Append(const IterationMetrics& metrics) {
  if (metrics_) metrics_->Append(metrics);
  if (in_memory()) lines_ += MetricsLine(metrics);
}

Status RunDirectory::FlushMetrics() { return metrics_ ? metrics_->Flush() : Status(); }

Result<std::string> RunDirectory::Metrics() const {
  if (in_memory()) return lines_;
  if (metrics_) return metrics_->Text();
  return ReadFile(JoinPath(path_, kMetricsFile));
}

void RunDirectory::SetSaved() {
  saved_ = true;
  if (!in_memory() && !is_beside()) (void)RemoveFile(JoinPath(path_, kRunMarkFile));
}

Status RunDirectory::PutInPlace(std::string* note) {
  if (!is_beside()) return {};
  if (!lock_) LIGHTLDA_RETURN_IF_ERROR(Lock(note));
  Status not_removed;
  const Status put = lightlda::PutInPlace(model_, &not_removed);
  LIGHTLDA_RETURN_IF_ERROR(
      put.WithContext("the model is complete in " + path_ + ", but cannot be moved"));
  WorkBeside(false);
  if (!not_removed.ok()) *note = "the old model cannot be removed: " + not_removed.message();
  return {};
}

void RunDirectory::GiveUp() {
  if (!created_ || saved_) return;
  metrics_.reset();
  (void)RemoveOwned(path_, kModelDirectory);
  created_ = false;
}

}  // namespace lightlda
