#include "lightlda/signals.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdint>

namespace lightlda {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "used in a signal handler");
static_assert(std::atomic<const char*>::is_always_lock_free, "used in a signal handler");

std::atomic<const char*> answer_to_stop{nullptr};
std::atomic<const char*> end_of_answer{nullptr};
std::atomic<const char*> answer_to_save{nullptr};
std::atomic<int> stop_seconds{0};            // 0: unknown
std::atomic<std::int64_t> stop_asked_at{0};  // by Now()
constexpr std::int64_t kPatienceMs = 1000;   // before a second Ctrl-C is meant
std::atomic<bool> on_terminal{false};

// Never destroyed: a signal may come at any time.
const StopToken& TokenOfProcess() {
  static const StopToken* const token = new StopToken();
  return *token;
}

// Milliseconds of a clock that nobody sets; 1 at least.
std::int64_t Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::max<std::int64_t>(1, std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000);
}

// A line in the making, by calls that are async-signal-safe.
class Line {
 public:
  void Append(const char* text) {
    while (*text != '\0' && size_ < sizeof(text_)) text_[size_++] = *text++;
  }
  void Append(int number) {
    char digits[12];
    char* at = digits + sizeof(digits) - 1;
    *at = '\0';
    do {
      *--at = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    Append(at);
  }
  void Write() const { (void)!::write(STDERR_FILENO, text_, size_); }

 private:
  char text_[512];
  std::size_t size_ = 0;
};

// On a terminal a line that is rewritten in place may be open.
void Answer(const char* text, const char* end, int seconds) {
  if (text == nullptr) return;
  Line line;
  if (on_terminal) line.Append("\n");
  line.Append(text);
  if (end != nullptr && seconds > 0) {
    line.Append(", about ");
    line.Append(seconds < 120 ? seconds : (seconds + 30) / 60);
    line.Append(seconds < 120 ? " s" : " min");
  }
  if (end != nullptr) line.Append(end);
  line.Write();
}

void AnswerStop() { Answer(answer_to_stop, end_of_answer, stop_seconds); }

void OnSignal(int signal_number) {
  const int error_number = errno;
  if (signal_number == SIGUSR2) {
    TokenOfProcess().RequestSave();
    Answer(answer_to_save, nullptr, 0);
  } else if (TokenOfProcess().RequestStop()) {
    stop_asked_at = Now();
    AnswerStop();
  } else if (signal_number == SIGINT && Now() - stop_asked_at >= kPatienceMs) {
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
  end_of_answer = answers.stop_end;
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
  if (is_news && was_requested) AnswerStop();
  return token;
}

void SetStopSeconds(double seconds) {
  constexpr double kMost = 1e9;
  stop_seconds = seconds > 0 ? static_cast<int>(std::ceil(std::min(seconds, kMost))) : 0;
}

}  // namespace lightlda
