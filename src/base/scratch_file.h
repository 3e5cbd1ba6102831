// Disk space that a run uses like memory: a file without a name, gone when the process is.
#ifndef LIGHTLDA_BASE_SCRATCH_FILE_H_
#define LIGHTLDA_BASE_SCRATCH_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "lightlda/status.h"

namespace lightlda {

// Distinct ranges may be read and written by distinct threads. Movable.
class ScratchFile {
 public:
  // A file of `size` zero bytes on the file system of `directory`. All of its space is claimed
  // here, so that no later write fails for want of it. Errors: kCannotWrite.
  static Result<ScratchFile> Create(const std::string& directory, std::uint64_t size);

  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ~ScratchFile();

  // REQUIRES: offset + bytes.size() <= size. Errors: kFailure.
  Status Read(std::uint64_t offset, std::span<std::byte> bytes) const;
  // Also asks the system to start putting the bytes on the disk, so that they do not pile up.
  Status Write(std::uint64_t offset, std::span<const std::byte> bytes);

  // A wish that the system keep no copy of these bytes in memory; those not on the disk yet stay.
  void Forget(std::uint64_t offset, std::size_t size) const;

  int descriptor() const { return fd_; }

 private:
  ScratchFile(std::string directory, int fd) : directory_(std::move(directory)), fd_(fd) {}
  Status Error(const char* what, int error_number) const;

  std::string directory_;
  int fd_ = -1;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_SCRATCH_FILE_H_
