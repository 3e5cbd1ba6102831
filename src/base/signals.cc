#include "lightlda/signals.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace lightlda {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");
static_assert(std::atomic<const char*>::is_always_lock_free, "used in a signal handler");

std::atomic<const char*> answer_to_stop{nullptr};
std::atomic<const char*> answer_to_save{nullptr};
std::atomic<bool> on_terminal{false};

// Never destroyed: a signal may come at any time.
const StopToken& TokenOfProcess() {
  static const StopToken* const token = new StopToken();
  return *token;
}

// Async-signal-safe. On a terminal a line that is rewritten in place may be open.
void Answer(const char* line) {
  if (line == nullptr) return;
  if (on_terminal) (void)!::write(STDERR_FILENO, "\n", 1);
  (void)!::write(STDERR_FILENO, line, std::strlen(line));
}

void OnSignal(int signal_number) {
  const int error_number = errno;
  if (signal_number == SIGUSR2) {
    TokenOfProcess().RequestSave();
    Answer(answer_to_save);
  } else if (TokenOfProcess().RequestStop()) {
    Answer(answer_to_stop);
  } else if (signal_number == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  errno = error_number;
}

// Whether whoever started the process, nohup for one, wants it to live through the signal.
bool IsToBeIgnored(int signal_number) {
  if (signal_number != SIGINT && signal_number != SIGHUP) return false;
  struct sigaction present = {};
  return sigaction(signal_number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

}  // namespace

StopToken InstallInterruptHandlers(SignalAnswers answers) {
  StopToken token = TokenOfProcess();  // made here, before any signal can ask for it
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  answer_to_save = answers.save;
  const bool is_news = answer_to_stop.exchange(answers.stop) == nullptr;
  const bool was_requested = token.stop_requested();
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    if (!IsToBeIgnored(signal_number)) sigaction(signal_number, &action, nullptr);
  }
  // Writing beyond a file-size limit or to a closed pipe then fails with an error we report.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  if (is_news && was_requested) Answer(answers.stop);
  return token;
}

}  // namespace lightlda
