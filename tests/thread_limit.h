// A process that may have so many threads and no more.
#ifndef LIGHTLDA_TESTS_THREAD_LIMIT_H_
#define LIGHTLDA_TESTS_THREAD_LIMIT_H_

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace lightlda::testing {

// What body() returns, below 100, in a child of this process that may start `others` threads; 100
// if that cannot be had here. The limit counts all threads of a user, so root becomes one who has
// none, and others can have the limit 0 alone; so can all under ThreadSanitizer. REQUIRES: this
// process has one thread.
inline int RunWithThreads(int others, const std::function<int()>& body) {
  constexpr int kUnavailable = 100;
#ifdef __SANITIZE_THREAD__
  if (others > 0) return kUnavailable;  // ThreadSanitizer has a thread of its own, which counts
#endif
  const pid_t child = ::fork();
  if (child == 0) {
    const bool root = ::geteuid() == 0;
    const auto most = static_cast<rlim_t>(1 + others);
    const rlimit limit = {most, most};
    // A user of whom nothing runs, nor of another test.
    const auto user = static_cast<uid_t>(1000000 + ::getpid());
    const bool ready = (root || others == 0) && ::setrlimit(RLIMIT_NPROC, &limit) == 0 &&
                       (!root || ::setuid(user) == 0);
    ::_exit(ready ? body() : kUnavailable);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_THREAD_LIMIT_H_
