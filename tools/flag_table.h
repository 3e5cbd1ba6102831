// The one table of the programs' flags: in which group of --help a flag stands and what its value
// is. Help texts, man pages and completions of shells are made from it and from what gflags knows.
//
// A new flag is a line in flag_table.cc. Without one it stands under "Other flags", and
// tests/cli/scenario_help.py fails.
#ifndef LIGHTLDA_TOOLS_FLAG_TABLE_H_
#define LIGHTLDA_TOOLS_FLAG_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool_util.h"

namespace lightlda::tools {

// In the order of --help.
enum class FlagGroup {
  kRequired,
  kInput,
  kWords,
  kModel,
  kTopics,
  kDocuments,
  kLabels,
  kSweep,
  kRun,
  kStopping,
  kLimits,
  kOutput,
  kCluster,
  kOther,  // what the table does not have
};
inline constexpr int kNumFlagGroups = static_cast<int>(FlagGroup::kOther) + 1;

// "Required", "Input", ...
const char* GroupTitle(FlagGroup group);

struct Flag {
  std::string name;
  std::string type;          // of gflags: bool, int32, int64, uint32, uint64, double, string
  std::string description;   // without the default
  std::string default_text;  // as people write it; empty: not worth a word
  FlagGroup group = FlagGroup::kOther;
  // What follows "--name=": alternatives between |, of which those in small letters are written as
  // they are and others are kinds of values, as FILE or N. "A,..." is a list between commas. Empty
  // of a switch.
  std::string value;
};

// The flags of a program, those of the table in its order.
std::vector<Flag> FlagsOf(const Program& program);

// All programs of the table.
std::vector<std::string> ProgramNames();

// What the program is, for lists of programs: a line without a full stop; empty if unknown.
const char* SummaryOf(std::string_view program);

// What a kind of value in capital letters is: "a whole number"; nothing of unknown ones.
std::optional<std::string_view> KindOfValue(std::string_view kind);
// The alternatives of Flag::value, without ",...".
std::vector<std::string> Alternatives(const std::string& value);
// Whether an alternative is a word to be written as it is.
bool IsWord(std::string_view alternative);

// The flag whose name is nearest to a mistyped one, as "--num_topics"; empty if none is near.
std::string NearestFlag(const Program& program, const std::string& name);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_FLAG_TABLE_H_
