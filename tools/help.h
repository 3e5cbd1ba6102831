// The forms of --help, all made of a program's usage and the table of flags (flag_table.h).
#ifndef LIGHTLDA_TOOLS_HELP_H_
#define LIGHTLDA_TOOLS_HELP_H_

#include <string>

#include "flag_table.h"
#include "tool_util.h"

namespace lightlda::tools {

// --help, in lines of at most `columns`.
std::string HelpText(const Program& program, int columns);
// --help=man: a page of section 1, as man reads it.
std::string ManPage(const Program& program);
// --help=bash, --help=zsh: the completion of the program's command line for that shell.
std::string BashCompletion(const Program& program);
std::string ZshCompletion(const Program& program);

// Usage in its parts.
struct UsageParts {
  std::vector<std::string> synopsis;  // lines
  std::vector<std::string> text;      // lines
  std::vector<std::string> examples;  // lines, with their indentation
};
UsageParts SplitUsage(const Program& program);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_HELP_H_
