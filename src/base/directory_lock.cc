#include "base/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace lightlda {

Result<DirectoryLock> DirectoryLock::Acquire(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Status::CannotWrite(ErrnoMessage(directory, errno));
  DirectoryLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return Status::CannotWrite(directory + ": another process is writing it");
  }
  if (IsRefusedCall(errno) || errno == ENOLCK || errno == EBADF) return DirectoryLock(-1);
  return Status::CannotWrite(ErrnoMessage(directory + ": cannot be locked", errno));
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace lightlda
