// An export as a file.
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "lightlda/exports.h"

namespace lightlda {
namespace {

// A file that may be put at `path`: nothing is there, or with `overwrite` a regular file.
Status CheckTarget(const std::string& path, bool overwrite) {
  if (!PathExists(path)) return {};
  if (!overwrite) {
    return Status::CannotWrite(path + ": exists already; give another name or `overwrite`");
  }
  struct stat info;
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Status::CannotWrite(path + ": not a regular file");
  }
  return {};
}

}  // namespace

Status WriteExport(const std::string& path, bool overwrite,
                   const std::function<Status(const ExportSink& sink)>& write,
                   const StopToken& stop) {
  LIGHTLDA_RETURN_IF_ERROR(CheckTarget(path, overwrite));
  const std::string temporary = path + ".tmp-" + std::to_string(::getpid());
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(temporary));
  LIGHTLDA_RETURN_IF_ERROR(write([&](std::string_view piece) {
    if (stop.stop_requested()) return Status::Cancelled(path + ": interrupted; nothing is written");
    return file.Append(piece);
  }));
  LIGHTLDA_RETURN_IF_ERROR(file.Close());
  if (Status status = RenamePath(temporary, path); !status.ok()) {
    (void)RemoveTree(temporary);
    return status;
  }
  return SyncDirectory(ParentPath(path));
}

}  // namespace lightlda
