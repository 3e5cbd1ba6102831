// Keeps two processes from writing one directory.
#ifndef LIGHTLDA_BASE_DIRECTORY_LOCK_H_
#define LIGHTLDA_BASE_DIRECTORY_LOCK_H_

#include <string>
#include <utility>

#include "lightlda/status.h"

namespace lightlda {

// For a message, after the directory: what it means not to hold the lock.
inline constexpr char kNoLocks[] =
    "its file system has no locks, so two runs that write here cannot be told apart";

// Holds an advisory lock (flock) on a directory itself: nothing is left behind, and the system
// drops it when the process ends, however it ends.
class DirectoryLock {
 public:
  // Where the file system has no locks (NFS without its lock service, Lustre without -o flock)
  // nothing is locked: held() is false. Errors: kCannotWrite, also when another process holds it.
  static Result<DirectoryLock> Acquire(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DirectoryLock();

  bool held() const { return fd_ >= 0; }

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;  // -1: there are no locks
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_DIRECTORY_LOCK_H_
