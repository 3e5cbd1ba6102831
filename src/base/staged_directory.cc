#include "base/staged_directory.h"

#include <unistd.h>

#include <atomic>
#include <utility>

#include "base/file.h"

namespace lightlda {

Result<StagedDirectory> StagedDirectory::Create(const std::string& target, bool overwrite,
                                                const DirectoryKind& kind,
                                                std::span<const std::string> sources) {
  const std::string clean = WithoutTrailingSlash(target);
  LIGHTLDA_RETURN_IF_ERROR(CheckPlace(clean, sources));
  std::optional<DirectoryLock> lock;
  if (PathExists(clean)) {
    if (!overwrite) {
      return Status::CannotWrite(clean + ": exists already; give another name or `overwrite`");
    }
    LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(clean, kind));
    LIGHTLDA_ASSIGN_OR_RETURN(lock, DirectoryLock::Acquire(clean));
  }
  static std::atomic<int> counter{0};
  const std::string path =
      clean + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
  LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(path));
  StagedDirectory staged(path, clean, overwrite, kind);
  staged.target_lock_ = std::move(lock);
  return staged;
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : path_(std::exchange(other.path_, std::string())),
      target_(std::move(other.target_)),
      overwrite_(other.overwrite_),
      kind_(other.kind_),
      target_lock_(std::move(other.target_lock_)) {}

// All of it was made here, complete or not.
StagedDirectory::~StagedDirectory() {
  if (!path_.empty()) (void)RemoveTree(path_);
}

Status StagedDirectory::Commit() {
  StagedDirectory* const alone[] = {this};
  return CommitAll(alone);
}

Status StagedDirectory::CommitAll(std::span<StagedDirectory* const> all) {
  for (StagedDirectory* const one : all) LIGHTLDA_RETURN_IF_ERROR(one->CheckTarget());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Status published = all[i]->Publish();
    if (published.ok()) continue;
    while (i-- > 0) all[i]->Withdraw();
    return published;
  }
  for (StagedDirectory* const one : all) LIGHTLDA_RETURN_IF_ERROR(one->RemoveReplaced());
  return {};
}

Status StagedDirectory::CheckTarget() {
  LIGHTLDA_RETURN_IF_ERROR(SyncDirectory(path_));
  replaces_ = PathExists(target_);
  if (!replaces_) return {};
  if (!overwrite_) {
    return Status::CannotWrite(target_ + ": exists by now; give another name or `overwrite`");
  }
  return CheckReplaceable(target_, kind_);  // the files of others, meanwhile
}

Status StagedDirectory::Publish() {
  return replaces_ ? ExchangeDirectories(path_, target_) : RenamePath(path_, target_);
}

void StagedDirectory::Withdraw() {
  (void)(replaces_ ? ExchangeDirectories(path_, target_) : RenamePath(target_, path_));
}

Status StagedDirectory::RemoveReplaced() {
  const std::string old = std::exchange(path_, std::string());
  if (replaces_) {
    LIGHTLDA_RETURN_IF_ERROR(MoveKept(old, target_, kind_));
    LIGHTLDA_RETURN_IF_ERROR(RemoveOwned(old, kind_));
  }
  return SyncDirectory(ParentPath(target_));
}

}  // namespace lightlda
