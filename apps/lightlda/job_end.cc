// A fork when it is needed, not a helper from the start: most jobs end well.
#include "job_end.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "base/thread.h"

namespace lightlda {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTelling{1000};
constexpr milliseconds kShortestPatience{2500};
constexpr milliseconds kLongestPatience{5000};
constexpr int kLookMs = 50;

// Names of processes that start ours and serve one job.
constexpr const char* kLaunchers[] = {"mpirun", "mpiexec", "orterun", "orted"};

// The parent, if it is such a process; 0 else, e.g. for a daemon of Slurm.
pid_t Launcher() {
  const pid_t parent = ::getppid();
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(parent) + "/comm"), name);
  const bool known =
      std::find(std::begin(kLaunchers), std::end(kLaunchers), name) != std::end(kLaunchers);
  return known ? parent : 0;
}

// From here to the end only calls that are safe in a child of a process with threads.

// Whether the process ends within the time.
bool EndsWithin(pid_t process, milliseconds patience) {
  for (std::int64_t waited = 0;; waited += kLookMs) {
    if (::kill(process, 0) != 0) return true;
    if (waited >= patience.count()) return false;
    const timespec nap = {0, kLookMs * 1000000L};
    ::nanosleep(&nap, nullptr);
  }
}

// Out of reach of the signals that mpirun sends its job, and without the files of the process that
// it was: others wait for the ends of its connections.
void Detach() {
  ::setsid();
  if (::syscall(SYS_close_range, 0U, ~0U, 0U) == 0) return;
  for (int fd = 0; fd < 65536; ++fd) ::close(fd);
}

[[noreturn]] void EndLauncher(pid_t launcher, milliseconds patience) {
  Detach();
  if (!EndsWithin(launcher, patience)) ::kill(launcher, SIGKILL);
  ::_exit(0);
}

}  // namespace

milliseconds LauncherPatience(double stall_timeout_seconds) {
  const double half = std::min(stall_timeout_seconds * 1000 / 2, 1e6);
  return std::clamp(milliseconds(static_cast<std::int64_t>(half)), kShortestPatience,
                    kLongestPatience);
}

void LeaveJobSoon(int exit_code, milliseconds patience) {
  static std::atomic<bool> leaving{false};
  if (leaving.exchange(true)) return;
  std::thread thread;
  const auto leave = [exit_code, patience] {
    std::this_thread::sleep_for(kTelling);
    LeaveJob(exit_code, patience);
  };
  if (!StartThread(leave, &thread).ok()) LeaveJob(exit_code, patience);
  thread.detach();
}

void LeaveJob(int exit_code, milliseconds patience) {
  if (const pid_t launcher = Launcher(); launcher != 0 && ::fork() == 0) {
    EndLauncher(launcher, patience);
  }
  ::_exit(exit_code);
}

}  // namespace lightlda
