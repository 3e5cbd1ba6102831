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
#include <utility>

#include "base/file_limit.h"
#include "base/printable.h"
#include "base/terminal.h"
#include "flag_table.h"
#include "help.h"
#include "lightlda/signals.h"
#include "lightlda/version.h"

namespace lightlda::tools {
namespace {

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

// What is expected of the value of a flag.
std::string ExpectedOf(const Flag& flag) {
  if (flag.type == "bool") return "true or false";
  if (flag.type == "double") return "a number";
  if (flag.type.starts_with("uint")) return "a whole number, 0 or more";
  return flag.type.starts_with("int") ? "a whole number" : "a text";
}

Status UnknownFlag(const Program& program, const std::string& written, const std::string& name) {
  const std::string nearest = NearestFlag(program, name);
  if (nearest.empty()) return Status::Usage("unknown flag " + written + "; try --help");
  return Status::Usage("unknown flag " + written + "; did you mean " + nearest +
                       "? (--help lists all)");
}

// Sets the flag of one argument "--name=value", "--name value" or, if it is a switch, "--name" or
// "--noname". `next` is the argument after it, nullptr if none; *used_next tells whether it was
// used.
Status SetFlag(const Program& program, const std::string& argument, const char* next,
               bool* used_next) {
  const std::size_t start = argument.starts_with("--") ? 2 : 1;
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(start, equals - start);
  std::optional<std::string> value;
  if (equals != std::string::npos) value = argument.substr(equals + 1);
  const std::vector<Flag> flags = FlagsOf(program);
  auto flag = std::ranges::find(flags, name, &Flag::name);
  if (flag == flags.end() && !value && name.starts_with("no")) {
    flag = std::ranges::find(flags, name.substr(2), &Flag::name);
    if (flag != flags.end() && flag->type != "bool") flag = flags.end();
    value = "false";
  }
  if (flag == flags.end()) return UnknownFlag(program, argument.substr(0, equals), name);
  if (!value && flag->type == "bool") value = "true";
  *used_next = !value;
  if (!value && next == nullptr) {
    return Status::Usage("--" + flag->name + " needs a value: --" + flag->name + "=" + flag->value);
  }
  if (!value) value = next;
  if (gflags::SetCommandLineOption(flag->name.c_str(), value->c_str()).empty()) {
    return Status::Usage("--" + flag->name + "=" + *value + ": expected " + ExpectedOf(*flag));
  }
  return {};
}

// What --help=FORM asks for. Errors: kUsage.
Result<std::string> HelpOf(const Program& program, std::string_view form) {
  if (form == "man") return ManPage(program);
  if (form == "bash") return BashCompletion(program);
  if (form == "zsh") return ZshCompletion(program);
  return Status::Usage("--help=" + std::string(form) + ": expected man, bash or zsh");
}

// A terminal narrower than 80 columns is filled, a wider one is not.
std::string HelpForTerminal(const Program& program) {
  constexpr int kColumns = 80;
  const int columns = TerminalColumns(STDOUT_FILENO);
  return HelpText(program, columns > 0 ? std::min(columns, kColumns) : kColumns);
}

// The text that the program prints instead of doing its work, if the argument asks for one.
Result<std::optional<std::string>> AskedFor(const Program& program, const std::string& argument) {
  if (argument == "--help" || argument == "-help" || argument == "-h") {
    return std::optional(HelpForTerminal(program));
  }
  constexpr std::string_view kHelpAs = "--help=";
  if (argument.starts_with(kHelpAs)) {
    LIGHTLDA_ASSIGN_OR_RETURN(std::string text,
                              HelpOf(program, std::string_view(argument).substr(kHelpAs.size())));
    return std::optional(std::move(text));
  }
  if (argument == "--version") {
    return std::optional(std::string(program.name) + " " + LIGHTLDA_VERSION_STRING + "\n");
  }
  return std::optional<std::string>();
}

}  // namespace

std::string InFlags(const Program& program, const std::string& message) {
  const std::vector<Flag> flags = FlagsOf(program);
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
    const bool was_asked =
        status.code() == StatusCode::kStopped || status.code() == StatusCode::kCancelled;
    std::fprintf(stderr, "%s: %s%s\n", program.name,
                 was_asked ? "" : "error: ", Printable(InFlags(program, status.message())).c_str());
  }
  return status.exit_code();
}

Result<bool> ReadCommandLine(const Program& program, int argc, char** argv,
                             std::vector<std::string>* positional, bool quiet) {
  google::InitGoogleLogging(program.name);
  google::LogToStderr();
  InstallLostFileHandlers();
  bool flags_ended = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (flags_ended || argument.size() < 2 || argument[0] != '-') {
      positional->push_back(argument);
      continue;
    }
    if (argument == "--") {
      flags_ended = true;
      continue;
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const std::optional<std::string> text, AskedFor(program, argument));
    if (text) {
      if (!quiet) std::fputs(text->c_str(), stdout);
      return false;
    }
    bool used_next = false;
    const char* next = i + 1 < argc ? argv[i + 1] : nullptr;
    LIGHTLDA_RETURN_IF_ERROR(SetFlag(program, argument, next, &used_next));
    i += used_next ? 1 : 0;
  }
  // Files, threads' pipes and the directories that are cleaned up after a failure.
  LIGHTLDA_RETURN_IF_ERROR(RaiseFileLimit(32));
  return true;
}

std::optional<int> Start(const Program& program, int argc, char** argv,
                         std::vector<std::string>* positional) {
  const Result<bool> goes_on = ReadCommandLine(program, argc, argv, positional);
  if (!goes_on.ok()) return Report(program, goes_on.status());
  return goes_on.value() ? std::nullopt : std::optional(0);
}

bool IsGiven(const char* flag) { return !gflags::GetCommandLineFlagInfoOrDie(flag).is_default; }

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
