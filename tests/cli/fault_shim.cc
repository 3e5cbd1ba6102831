// A library to preload: system calls that fail as they do on other file systems, or end the
// process.
//
//   FAULTS=CALL=WHAT[@N],...   CALL: one of those below; WHAT: an error number, or kill_before or
//                              kill_after (SIGKILL); @N: at the N-th call alone, from 1
//
// Calls that lightlda makes of directories go by the name CALL_directory.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

enum class When { kBefore, kAfter };

struct Fault {
  std::string what;
  int at = 0;  // 0: every call
};

Fault FaultOf(std::string_view call) {
  const char* all = std::getenv("FAULTS");
  std::string_view rest = all == nullptr ? "" : all;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    const std::size_t equals = entry.find('=');
    if (entry.substr(0, equals) != call) continue;
    const std::string_view value = entry.substr(equals + 1);
    const std::size_t at = value.find('@');
    const int number = at == std::string_view::npos ? 0 : std::atoi(value.data() + at + 1);
    return {std::string(value.substr(0, at)), number};
  }
  return {};
}

// The error number that a call is to fail with; 0: none. Ends the process if that is asked for.
int ErrorOf(std::string_view call, When when, std::atomic<int>* calls) {
  const Fault fault = FaultOf(call);
  if (fault.what.empty()) return 0;
  const int number = when == When::kBefore ? ++*calls : calls->load();
  if (fault.at != 0 && fault.at != number) return 0;
  if (fault.what == (when == When::kBefore ? "kill_before" : "kill_after")) ::raise(SIGKILL);
  return when == When::kBefore ? std::atoi(fault.what.c_str()) : 0;
}

template <typename Function>
Function* Real(Function*, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

template <typename Function, typename... Arguments>
auto Call(Function* self, const char* name, const std::string& fault, Arguments... arguments)
    -> decltype(self(arguments...)) {
  static std::atomic<int> calls{0};  // of this function
  if (const int error = ErrorOf(fault, When::kBefore, &calls); error != 0) {
    errno = error;
    return -1;
  }
  const auto result = Real(self, name)(arguments...);
  (void)ErrorOf(fault, When::kAfter, &calls);
  return result;
}

bool IsDirectory(const char* path) {
  struct stat info;
  return ::lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

extern "C" {

int flock(int fd, int operation) { return Call(&flock, "flock", "flock", fd, operation); }

int fsync(int fd) {
  struct stat info;
  const bool directory = ::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
  return Call(&fsync, "fsync", directory ? "fsync_directory" : "fsync", fd);
}

int rename(const char* from, const char* to) noexcept {
  return Call(&rename, "rename", IsDirectory(from) ? "rename_directory" : "rename", from, to);
}

int renameat2(int a, const char* from, int b, const char* to, unsigned flags) noexcept {
  return Call(&renameat2, "renameat2", "renameat2", a, from, b, to, flags);
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  return Call(&unlinkat, "unlinkat", "unlinkat", directory, path, flags);
}

int ftruncate(int fd, off_t size) noexcept {
  return Call(&ftruncate, "ftruncate", "ftruncate", fd, size);
}

int close(int fd) {
  struct stat info;
  const bool written = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                       (::fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
  const auto real = Real(&close, "close");
  static std::atomic<int> calls{0};
  const int error = written ? ErrorOf("close", When::kBefore, &calls) : 0;
  const int result = real(fd);  // it is closed, whatever it says
  if (error == 0) return result;
  errno = error;
  return -1;
}

int posix_fallocate(int fd, off_t offset, off_t size) {
  static std::atomic<int> calls{0};
  const int error = ErrorOf("posix_fallocate", When::kBefore, &calls);
  return error != 0 ? error : Real(&posix_fallocate, "posix_fallocate")(fd, offset, size);
}

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  static std::atomic<int> calls{0};
  const bool shared_file = fd >= 0 && (flags & MAP_SHARED) != 0 && protection == PROT_READ;
  if (const int error = shared_file ? ErrorOf("mmap", When::kBefore, &calls) : 0; error != 0) {
    errno = error;
    return MAP_FAILED;
  }
  return Real(&mmap, "mmap")(address, size, protection, flags, fd, offset);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
  va_end(arguments);
  static std::atomic<int> calls{0};
  const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  if (const int error = unnamed ? ErrorOf("o_tmpfile", When::kBefore, &calls) : 0; error != 0) {
    errno = error;
    return -1;
  }
  return Real(&open, "open")(path, flags, mode);
}

}  // extern "C"
