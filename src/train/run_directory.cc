#include "train/run_directory.h"

#include "base/file.h"
#include "model/generation.h"
#include "model/model_manifest.h"

namespace lightlda {

Result<std::optional<SavedRun>> RunDirectory::FindSavedRun(const RunSettings& settings,
                                                           std::int64_t num_iterations) const {
  if (in_memory()) return std::optional<SavedRun>();
  const bool exists = PathExists(path_);
  const bool has_manifest = HasModelManifest(path_);
  if (resume_ == Resume::kYes && !has_manifest) {
    return Status::BadInput(path_ + ": no saved run to resume");
  }
  if (resume_ != Resume::kNo && has_manifest) {
    LIGHTLDA_ASSIGN_OR_RETURN(SavedRun saved, ReadSavedRun(path_));
    LIGHTLDA_RETURN_IF_ERROR(settings.CheckResumable(saved.settings).WithContext(path_));
    if (saved.progress.iteration > num_iterations) {
      return Status::Usage(path_ + ": the saved run has done " +
                           std::to_string(saved.progress.iteration) +
                           " iterations, growth included, more than the " +
                           std::to_string(num_iterations) + " asked for");
    }
    return std::optional<SavedRun>(std::move(saved));
  }
  // Without a manifest a directory is what an interrupted first start left: resume=auto takes it
  // over.
  if (exists && !overwrite_ && resume_ != Resume::kAuto) {
    return Status::CannotWrite(path_ +
                               ": exists already; give another name, `overwrite` or `resume`=auto");
  }
  return std::optional<SavedRun>();
}

// A directory made here goes again if the rest fails: GiveUp.
Status RunDirectory::Open(const std::optional<SavedRun>& resumed) {
  if (in_memory()) return {};
  saved_ = resumed.has_value();
  if (overwrite_ && !resumed && PathExists(path_)) {
    LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(path_));
    LIGHTLDA_ASSIGN_OR_RETURN(const DirectoryLock old, DirectoryLock::Acquire(path_));
    LIGHTLDA_RETURN_IF_ERROR(RemoveTree(path_));
  }
  if (!PathExists(path_)) {
    LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(path_));
    created_ = true;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(lock_, DirectoryLock::Acquire(path_));
  if (resumed) LIGHTLDA_RETURN_IF_ERROR(GoBackTo(path_, resumed->manifest_file));
  LIGHTLDA_ASSIGN_OR_RETURN(metrics_, MetricsLog::Open(JoinPath(path_, kMetricsFile),
                                                       resumed ? resumed->metrics_bytes : 0));
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
  return ReadFile(JoinPath(path_, kMetricsFile));
}

void RunDirectory::GiveUp() {
  if (!created_ || saved_) return;
  metrics_.reset();
  (void)RemoveTree(path_);
  created_ = false;
}

}  // namespace lightlda
