// Keeps two processes from writing one directory.
#ifndef LIGHTLDA_BASE_DIRECTORY_LOCK_H_
#define LIGHTLDA_BASE_DIRECTORY_LOCK_H_

#include <string>
#include <utility>

#include "lightlda/status.h"

namespace lightlda {

// Holds an advisory lock (flock) on a directory itself: nothing is left behind, and the system
// drops it when the process ends, however it ends.
class DirectoryLock {
 public:
  // Errors: kCannotWrite, also when another process holds it.
  static Result<DirectoryLock> Acquire(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_DIRECTORY_LOCK_H_
