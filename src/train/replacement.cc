#include "train/replacement.h"

#include <unistd.h>

#include <optional>

#include "base/directory_lock.h"
#include "base/file.h"
#include "base/owned_directory.h"
#include "model/model_manifest.h"

namespace lightlda {
namespace {

// Where the old model may be when the new one is in its place.
std::string AsidePath(const std::string& model) { return PartialPath(model) + kReplacedSuffix; }

bool WasReplaced(const std::string& directory, const RunMark& by) {
  return !by.replaces.empty() && ManifestChecksum(directory) == by.replaces;
}

// Removes the model that the one in place has replaced, then the mark that names it.
Status RemoveReplaced(const std::string& model) {
  const std::optional<RunMark> mark = ReadRunMark(model);
  if (!mark) return {};
  for (const std::string& old : {PartialPath(model), AsidePath(model)}) {
    if (WasReplaced(old, *mark)) {
      LIGHTLDA_RETURN_IF_ERROR(MoveKept(old, model, kModelDirectory));
      LIGHTLDA_RETURN_IF_ERROR(RemoveOwned(old, kModelDirectory));
    }
    (void)::rmdir(old.c_str());  // an empty one is what a kill has left of it
  }
  return RemoveFile(JoinPath(model, kRunMarkFile));
}

}  // namespace

std::string PartialPath(const std::string& model) { return model + ".partial"; }

bool HasPartialRun(const std::string& model) { return ReadRunMark(PartialPath(model)).has_value(); }

Status PutInPlace(const std::string& model, Status* not_removed) {
  const std::string partial = PartialPath(model);
  const bool has_old = !ManifestChecksum(model).empty();
  if (has_old) {
    LIGHTLDA_RETURN_IF_ERROR(CheckReplaceable(model, kModelDirectory));
    LIGHTLDA_RETURN_IF_ERROR(ExchangeDirectories(partial, model));
  } else {
    if (PathExists(model)) {
      LIGHTLDA_RETURN_IF_ERROR(MoveKept(model, partial, kModelDirectory));
      LIGHTLDA_RETURN_IF_ERROR(RemoveOwned(model, kModelDirectory));
    }
    LIGHTLDA_RETURN_IF_ERROR(RenamePath(partial, model));
  }
  LIGHTLDA_RETURN_IF_ERROR(SyncDirectory(ParentPath(model)));
  *not_removed = RemoveReplaced(model);
  return {};
}

Status FinishPutInPlace(const std::string& model) {
  const std::string partial = PartialPath(model);
  const std::optional<RunMark> pending = ReadRunMark(partial);
  if (!PathExists(model) && pending && WasReplaced(AsidePath(model), *pending)) {
    LIGHTLDA_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Acquire(partial));
    LIGHTLDA_RETURN_IF_ERROR(RenamePath(partial, model));
  }
  const std::optional<RunMark> mark = ReadRunMark(model);
  if (!mark || mark->replaces.empty()) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Acquire(model));
  return RemoveReplaced(model);
}

}  // namespace lightlda
