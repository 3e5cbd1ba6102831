#include "lightlda/signals.h"

#include <atomic>
#include <csignal>

namespace lightlda {
namespace {

std::atomic<bool> interrupt_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

void OnSignal(int signal_number) {
  const bool again = interrupt_requested.exchange(true);
  if (again && signal_number == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
}

}  // namespace

void InstallInterruptHandlers() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal_number : {SIGINT, SIGTERM, SIGUSR1}) {
    sigaction(signal_number, &action, nullptr);
  }
  // Writing beyond a file-size limit or to a closed pipe then fails with an error we report.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

bool InterruptRequested() { return interrupt_requested.load(std::memory_order_relaxed); }
void RequestInterrupt() { interrupt_requested = true; }
void ClearInterrupt() { interrupt_requested = false; }

}  // namespace lightlda
