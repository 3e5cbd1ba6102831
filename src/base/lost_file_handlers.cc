// SIGBUS and SIGSEGV that come of mapped files.
#include <errno.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "base/mapped_ranges.h"
#include "lightlda/signals.h"
#include "lightlda/status.h"

namespace lightlda {
namespace {

struct sigaction previous_bus;
struct sigaction previous_segv;

// Async-signal-safe.
void Write(const char* text) {
  std::size_t size = std::strlen(text);
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, text, size);
    if (written <= 0) return;
    text += written;
    size -= static_cast<std::size_t>(written);
  }
}

[[noreturn]] void EndFor(const char* path) {
  Write(program_invocation_short_name);
  Write(": error: ");
  Write(path);
  Write(": was changed while it was in use, or can no longer be read\n");
  ::_exit(ExitCode(StatusCode::kBadInput));
}

// What would have happened without the handler.
void GoOn(int number, siginfo_t* info, void* context) {
  const struct sigaction& previous = number == SIGBUS ? previous_bus : previous_segv;
  if ((previous.sa_flags & SA_SIGINFO) != 0) return previous.sa_sigaction(number, info, context);
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    return previous.sa_handler(number);
  }
  // The access is repeated, or the signal sent again, without the handler.
  std::signal(number, SIG_DFL);
  if (info->si_code <= 0) std::raise(number);
}

void OnBadAccess(int number, siginfo_t* info, void* context) {
  // Sent by the kernel for an access, not by another process.
  if (info->si_code > 0) {
    const char* path = number == SIGBUS ? FindMappedFile(info->si_addr) : FindChangedFile();
    if (path != nullptr) EndFor(path);
  }
  GoOn(number, info, context);
}

}  // namespace

void InstallLostFileHandlers() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  struct sigaction action = {};
  action.sa_sigaction = OnBadAccess;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous_bus);
  sigaction(SIGSEGV, &action, &previous_segv);
}

}  // namespace lightlda
