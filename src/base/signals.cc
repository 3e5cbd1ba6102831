#include "lightlda/signals.h"

#include <atomic>
#include <csignal>

namespace lightlda {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

// Never destroyed: a signal may come at any time.
const StopToken& TokenOfProcess() {
  static const StopToken* const token = new StopToken();
  return *token;
}

void OnSignal(int signal_number) {
  const bool again = !TokenOfProcess().RequestStop();
  if (again && signal_number == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
}

}  // namespace

StopToken InstallInterruptHandlers() {
  StopToken token = TokenOfProcess();  // made here, before any signal can ask for it
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
  return token;
}

}  // namespace lightlda
