#include "base/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/file.h"
#include "base/progress.h"

namespace lightlda {
namespace {

// A file without a name, on file systems that can; -1 elsewhere.
int OpenUnnamed(const std::string& directory) {
  return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

// The same by hand: a SIGKILL between the two calls leaves an empty file.
int OpenAndUnlink(const std::string& directory) {
  std::string path = JoinPath(directory, "scratch-XXXXXX");
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

// Zeros, where the file system cannot claim space otherwise. Returns an error number or 0.
int WriteZeros(int fd, std::uint64_t size) {
  static constexpr char kZeros[1 << 16] = {};
  for (std::uint64_t done = 0; done < size;) {
    const std::size_t piece = std::min<std::uint64_t>(size - done, sizeof(kZeros));
    const ssize_t n = ::pwrite(fd, kZeros, piece, static_cast<off_t>(done));
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) done += static_cast<std::uint64_t>(n);
  }
  return 0;
}

int Claim(int fd, std::uint64_t size) {
  int error;
  do {
    error = ::posix_fallocate(fd, 0, static_cast<off_t>(size));
  } while (error == EINTR);
  return IsRefusedCall(error) ? WriteZeros(fd, size) : error;
}

}  // namespace

Result<ScratchFile> ScratchFile::Create(const std::string& directory, std::uint64_t size) {
  int fd = OpenUnnamed(directory);
  if (fd < 0) fd = OpenAndUnlink(directory);
  if (fd < 0) return Status::CannotWrite(ErrnoMessage(directory, errno));
  ScratchFile file(directory, fd);
  if (size == 0) return file;
  if (const int error = Claim(fd, size); error != 0) {
    return Status::CannotWrite("cannot claim " + FormatBytes(static_cast<double>(size)) +
                               " for token state: " + ErrnoMessage(directory, error));
  }
  return file;
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : directory_(std::move(other.directory_)), fd_(std::exchange(other.fd_, -1)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(fd_, other.fd_);
  return *this;
}

ScratchFile::~ScratchFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status ScratchFile::Error(const char* what, int error_number) const {
  return Status::Failure(std::string(what) +
                         " token state: " + ErrnoMessage(directory_, error_number));
}

Status ScratchFile::Read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Error("cannot read", n < 0 ? errno : EIO);
    offset += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status ScratchFile::Write(std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::uint64_t begin = offset;
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error("cannot write", errno);
    offset += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  // A wish: without it pages are written when memory runs short, which stalls the run.
  (void)::sync_file_range(fd_, static_cast<off_t>(begin), static_cast<off_t>(size),
                          SYNC_FILE_RANGE_WRITE);
  return {};
}

void ScratchFile::Forget(std::uint64_t offset, std::size_t size) const {
  (void)::posix_fadvise(fd_, static_cast<off_t>(offset), static_cast<off_t>(size),
                        POSIX_FADV_DONTNEED);
}

}  // namespace lightlda
