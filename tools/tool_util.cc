#include "tool_util.h"

#include <gflags/gflags.h>
#include <glog/logging.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/file_limit.h"
#include "base/printable.h"
#include "lightlda/signals.h"
#include "lightlda/version.h"

namespace lightlda::tools {
namespace {

std::vector<gflags::CommandLineFlagInfo> OwnFlags(const Program& program) {
  std::vector<gflags::CommandLineFlagInfo> all;
  std::vector<gflags::CommandLineFlagInfo> own;
  gflags::GetAllFlags(&all);
  for (auto& flag : all) {
    if (flag.filename == program.source) own.push_back(std::move(flag));
  }
  return own;
}

// The flag of a field: that of the same name but for these.
std::string FlagOf(const std::string& field) {
  constexpr std::array<std::array<const char*, 2>, 10> kOtherNames = {
      {{"alpha_vector", "alpha"},
       {"checkpoint_minutes", "checkpoint_interval"},
       {"save_wait_minutes", "save_wait"},
       {"scratch_directory", "scratch"},
       {"stall_timeout_seconds", "stall_timeout"},
       {"inputs", "input"},
       {"metadata_file", "metadata"},
       {"replace_file", "replace"},
       {"num_particles", "particles"},
       {"vocab_file", "vocab"}}};
  for (const auto& [of_field, of_flag] : kOtherNames) {
    if (field == of_field) return of_flag;
  }
  return field;
}

// gflags prints the double 0.1 as 0.10000000000000001.
std::string DefaultText(const gflags::CommandLineFlagInfo& flag) {
  if (flag.type != "double") return flag.default_value;
  char text[32];
  std::snprintf(text, sizeof(text), "%.10g", std::strtod(flag.default_value.c_str(), nullptr));
  return text;
}

// A description that says "Default: ..." itself replaces the flag's value.
void PrintHelp(const Program& program) {
  std::printf("%s\nFlags:\n", program.usage);
  for (const auto& flag : OwnFlags(program)) {
    const bool show_default = !flag.default_value.empty() && flag.type != "bool" &&
                              flag.description.find("Default: ") == std::string::npos;
    std::printf("  --%s%s\n      %s%s\n", flag.name.c_str(), flag.type == "bool" ? "" : "=...",
                flag.description.c_str(),
                show_default ? (" (default: " + DefaultText(flag) + ")").c_str() : "");
  }
  std::printf("  --help\n      this text\n  --version\n      the version\n");
}

// Sets the flag of one argument "--name=value", "--name value" or, if it is a switch, "--name" or
// "--noname". `next` is the argument after it, nullptr if none; *used_next tells whether it was
// used.
Status SetFlag(const Program& program, const std::string& argument, const char* next,
               bool* used_next) {
  const std::size_t start = argument.starts_with("--") ? 2 : 1;
  const std::size_t equals = argument.find('=');
  std::string name = argument.substr(start, equals - start);
  std::optional<std::string> value;
  if (equals != std::string::npos) value = argument.substr(equals + 1);
  const auto find = [own = OwnFlags(program)](const std::string& wanted) {
    for (const auto& flag : own) {
      if (flag.name == wanted) return std::optional(flag);
    }
    return std::optional<gflags::CommandLineFlagInfo>();
  };
  auto flag = find(name);
  if (!flag && !value && name.starts_with("no")) {
    flag = find(name.substr(2));
    if (flag && flag->type != "bool") flag.reset();
    value = "false";
  }
  if (!flag) return Status::Usage("unknown flag " + argument.substr(0, equals) + "; try --help");
  if (!value && flag->type == "bool") value = "true";
  *used_next = !value;
  if (!value && next == nullptr) return Status::Usage("flag --" + flag->name + " needs a value");
  if (!value) value = next;
  if (gflags::SetCommandLineOption(flag->name.c_str(), value->c_str()).empty()) {
    return Status::Usage("--" + flag->name + "=" + *value + ": expected a value of type " +
                         flag->type);
  }
  return {};
}

}  // namespace

std::string InFlags(const Program& program, const std::string& message) {
  const std::vector<gflags::CommandLineFlagInfo> flags = OwnFlags(program);
  std::string text;
  std::size_t done = 0;
  for (std::size_t open = 0; (open = message.find('`', done)) != std::string::npos;) {
    const std::size_t close = message.find('`', open + 1);
    if (close == std::string::npos) break;
    const auto has = [&](const std::string& flag) {
      return std::ranges::any_of(flags, [&](const auto& known) { return known.name == flag; });
    };
    std::string name = FlagOf(message.substr(open + 1, close - open - 1));
    // Programs that read documents and write results have --format for what they write.
    if (name == "format" && has("input_format")) name = "input_format";
    text += message.substr(done, open - done);
    if (has(name)) {
      text += "--" + name;
      done = close + 1;
    } else {
      text += '`';
      done = open + 1;
    }
  }
  return text + message.substr(done);
}

Status InFlags(const Program& program, const Status& status) {
  return {status.code(), InFlags(program, status.message())};
}

namespace {

bool stdout_is_closed = false;  // its reader is gone

[[noreturn]] void EndBySigpipe() {
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigprocmask(SIG_UNBLOCK, &pipe, nullptr);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);
}

}  // namespace

int Report(const Program& program, const Status& status) {
  if (!status.ok() && stdout_is_closed) EndBySigpipe();
  if (!status.ok()) {
    std::fprintf(stderr, "%s: error: %s\n", program.name,
                 Printable(InFlags(program, status.message())).c_str());
  }
  return status.exit_code();
}

std::optional<int> Start(const Program& program, int argc, char** argv,
                         std::vector<std::string>* positional, bool quiet) {
  google::InitGoogleLogging(program.name);
  google::LogToStderr();
  InstallLostFileHandlers();
  bool flags_ended = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (flags_ended || argument.size() < 2 || argument[0] != '-') {
      positional->push_back(argument);
    } else if (argument == "--") {
      flags_ended = true;
    } else if (argument == "--help" || argument == "-help" || argument == "-h") {
      if (!quiet) PrintHelp(program);
      return 0;
    } else if (argument == "--version") {
      if (!quiet) std::printf("%s %s\n", program.name, LIGHTLDA_VERSION_STRING);
      return 0;
    } else {
      bool used_next = false;
      const char* next = i + 1 < argc ? argv[i + 1] : nullptr;
      Status status = SetFlag(program, argument, next, &used_next);
      if (!status.ok()) return quiet ? status.exit_code() : Report(program, status);
      i += used_next ? 1 : 0;
    }
  }
  // Files, threads' pipes and the directories that are cleaned up after a failure.
  const Status files = RaiseFileLimit(32);
  if (!files.ok()) return quiet ? files.exit_code() : Report(program, files);
  return std::nullopt;
}

void Tell(const Program& program, const std::string& text) {
  if (!text.empty()) std::fprintf(stderr, "%s: %s\n", program.name, Printable(text).c_str());
}

namespace {

Status WriteBytes(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      stdout_is_closed = errno == EPIPE;
      return Status::CannotWrite(std::string("standard output: ") + std::strerror(errno));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Status WriteToStdout(const std::function<Status(const ExportSink&)>& write) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write that fails
  if (::isatty(STDOUT_FILENO) != 1) return write(WriteBytes);
  std::string line;  // not yet at its end: characters must not be cut
  const auto write_lines = [&line](std::string_view text) {
    line += text;
    const std::size_t end = line.rfind('\n') + 1;
    Status status = WriteBytes(PrintableLines(std::string_view(line).substr(0, end)));
    line.erase(0, end);
    return status;
  };
  LIGHTLDA_RETURN_IF_ERROR(write(write_lines));
  return WriteBytes(PrintableLines(line));
}

int RunProgram(const Program& program, int argc, char** argv, Status (*run)()) {
  std::vector<std::string> positional;
  if (const auto code = Start(program, argc, argv, &positional)) return *code;
  if (!positional.empty()) {
    return Report(program, Status::Usage("unexpected argument " + positional[0] + "; try --help"));
  }
  return Report(program, run());
}

}  // namespace lightlda::tools
