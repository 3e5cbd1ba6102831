#include "export/export_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>

#include "base/file.h"
#include "base/owned_directory.h"
#include "export/compressor.h"
#include "lightlda/exports.h"

namespace lightlda {
namespace {

// OK if a file may be put at `path`: nothing is there, or with `overwrite` a regular file, and it
// does not lie in a corpus or model.
Status CheckTarget(const std::string& path, bool overwrite) {
  LIGHTLDA_RETURN_IF_ERROR(CheckPlace(path, {}));
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!overwrite) {
    return Status::CannotWrite(path + ": exists already; give another name or `overwrite`");
  }
  if (S_ISREG(info.st_mode)) return {};
  return Status::CannotWrite(path + (S_ISLNK(info.st_mode)
                                         ? ": a symbolic link, so not replaced"
                                         : ": not a regular file, so not replaced"));
}

}  // namespace

Status WriteFileInPlace(const std::string& path, bool overwrite,
                        const std::function<Status(const std::string& temporary)>& write) {
  LIGHTLDA_RETURN_IF_ERROR(CheckTarget(path, overwrite));
  static std::atomic<int> counter{0};
  const std::string temporary =
      path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
  Status status = write(temporary);
  if (status.ok()) status = CheckTarget(path, overwrite);  // what came there meanwhile is not lost
  if (status.ok()) status = RenamePath(temporary, path);
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  return SyncDirectory(ParentPath(path));
}

Status WriteExport(const std::string& path, bool overwrite,
                   const std::function<Status(const ExportSink& sink)>& write,
                   const StopToken& stop) {
  return WriteFileInPlace(path, overwrite, [&](const std::string& temporary) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(temporary));
    const ExportSink append = [&](std::string_view piece) { return file.Append(piece); };
    LIGHTLDA_ASSIGN_OR_RETURN(const auto compressor, Compressor::ForName(path, append));
    LIGHTLDA_RETURN_IF_ERROR(write([&](std::string_view piece) {
      if (stop.stop_requested()) {
        return Status::Cancelled(path + ": interrupted; nothing is written");
      }
      return compressor ? compressor->Append(piece) : append(piece);
    }));
    if (compressor) LIGHTLDA_RETURN_IF_ERROR(compressor->Finish());
    return file.Close();
  });
}

}  // namespace lightlda
