// What the command-line programs share: flags, --help, --version and exit codes.
//
// gflags holds the flags, but its own parser ends the process with code 1 on a mistake and knows
// flags of other libraries. So the command line is read here: a mistake is a kUsage, one line, exit
// code 64.
#ifndef LIGHTLDA_TOOLS_TOOL_UTIL_H_
#define LIGHTLDA_TOOLS_TOOL_UTIL_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/exports.h"
#include "lightlda/status.h"

namespace lightlda::tools {

struct Program {
  const char* name;    // "lightlda-preprocess"
  const char* source;  // __FILE__ of the source that defines the flags
  // Without the list of flags: lines that say how it is called, a blank line, what it does, and
  // after a line "Examples" commands. Lines that begin with blanks stay as they are.
  const char* usage;
  const char* words = "";  // what its first argument may be, between blanks; empty: no such list
};

// The failure as a user of the program is told of it. Messages of the library name fields in
// backquotes, `num_topics`: those that are flags of the program become --num_topics, also where the
// flag has another name than the field.
Status InFlags(const Program& program, const Status& status);
std::string InFlags(const Program& program, const std::string& message);

// Writes the one line "NAME: error: ...", escaped as by Printable, to stderr unless `status` is OK;
// without "error: " if the program was asked to stop.
// Returns the exit code. Does not return if WriteToStdout has found that nobody reads any more.
int Report(const Program& program, const Status& status);

// Reads the command line: flags are set, what is no flag goes to *positional. Returns whether the
// program is to go on; if not it has printed what --help or --version asks for, or quiet left that
// to somebody else. Errors: kUsage, one line that names the nearest flag; kFailure, of the system.
Result<bool> ReadCommandLine(const Program& program, int argc, char** argv,
                             std::vector<std::string>* positional, bool quiet = false);
// The same of programs of one process. Returns the exit code if the program is to end now; a
// mistake is reported.
std::optional<int> Start(const Program& program, int argc, char** argv,
                         std::vector<std::string>* positional);

// Whether the command line read has given the flag.
bool IsGiven(const char* flag);

// Writes the one line "NAME: text", escaped as by Printable, to stderr unless `text` is empty.
void Tell(const Program& program, const std::string& text);

// Calls write() with a sink of exports that is standard output. A terminal gets nothing that may
// command it, as by PrintableLines; pipes and files get all bytes as they are. Who reads a pipe may
// have enough of it: its end is no failure to tell of, and Report ends the process in silence then,
// by SIGPIPE, as a program that does not handle that signal ends (141 in a shell). Errors: write's,
// kCannotWrite.
Status WriteToStdout(const std::function<Status(const ExportSink&)>& write);

// The main of a program without positional arguments.
int RunProgram(const Program& program, int argc, char** argv, Status (*run)());

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_TOOL_UTIL_H_
