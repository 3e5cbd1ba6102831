// Directories that appear only when complete.
#ifndef LIGHTLDA_BASE_STAGED_DIRECTORY_H_
#define LIGHTLDA_BASE_STAGED_DIRECTORY_H_

#include <optional>
#include <span>
#include <string>

#include "base/directory_lock.h"
#include "base/owned_directory.h"
#include "lightlda/status.h"

namespace lightlda {

// A directory under construction, "TARGET.tmp-PID-N", which Commit puts at TARGET. Destroyed before
// that, it removes itself. Not thread-safe.
class StagedDirectory {
 public:
  // sources: what is read for it. Errors: kCannotWrite, also when `target` exists and !overwrite,
  // is not replaceable, or another process writes it (base/owned_directory.h).
  static Result<StagedDirectory> Create(const std::string& target, bool overwrite,
                                        const DirectoryKind& kind,
                                        std::span<const std::string> sources);

  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();

  const std::string& path() const { return path_; }
  // Syncs, then renames. An existing target, if it is still replaceable, is there until then and
  // is removed after that.
  Status Commit();
  // Of directories that belong together: all or, after a failure, none. Only a kill between two
  // renames, which come one right after the other, can leave a part of them.
  static Status CommitAll(std::span<StagedDirectory* const> all);

 private:
  StagedDirectory(std::string path, std::string target, bool overwrite, const DirectoryKind& kind)
      : path_(std::move(path)), target_(std::move(target)), overwrite_(overwrite), kind_(kind) {}

  // The steps of a commit; Withdraw takes Publish back.
  Status CheckTarget();
  Status Publish();
  void Withdraw();
  Status RemoveReplaced();

  std::string path_;
  std::string target_;
  bool overwrite_;
  DirectoryKind kind_;
  bool replaces_ = false;                     // something is at target_, and goes
  std::optional<DirectoryLock> target_lock_;  // of what is to be replaced
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_STAGED_DIRECTORY_H_
