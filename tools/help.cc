#include "help.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/terminal.h"
#include "lightlda/version.h"

namespace lightlda::tools {
namespace {

constexpr int kTextColumn = 26;  // of the descriptions of flags

// "--alpha=auto|X|FILE", "--overwrite", "--nostop_early".
std::string Label(const Flag& flag) {
  return "--" + flag.name + (flag.value.empty() ? "" : "=" + flag.value);
}

// Descriptions with their default, which is never cut in two.
std::string Description(const Flag& flag) {
  std::string text = flag.description;
  if (flag.default_text.empty()) return text;
  std::string value = "(default: " + flag.default_text + ")";
  std::ranges::replace(value, ' ', kHardBlank);
  return text + " " + value;
}

void AppendEntry(const std::string& label, const std::string& text, int columns, std::string* out) {
  std::string line = "  " + label;
  if (line.size() + 2 > kTextColumn) {
    *out += line + '\n';
    line.clear();
  }
  line.resize(kTextColumn, ' ');
  *out += WrapText(line + text, columns, kTextColumn) + '\n';
}

// What the capital letters in the flags' values mean, those that are there.
std::string Legend(const std::vector<Flag>& flags, int columns) {
  std::set<std::string> kinds;
  for (const Flag& flag : flags) {
    for (const std::string& alternative : Alternatives(flag.value)) kinds.insert(alternative);
  }
  std::string text;
  for (const std::string& kind : kinds) {
    const std::optional<std::string_view> meaning = KindOfValue(kind);
    if (meaning) text += (text.empty() ? "" : "; ") + kind + ": " + std::string(*meaning);
  }
  return text.empty() ? "" : "\n" + WrapText(text + ".", columns, 0) + "\n";
}

// Where the second column of a line such as "  topics   one line per topic" begins; without one,
// the line's indentation.
int HangOf(const std::string& line) {
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string::npos || first == 0) return 0;
  const std::size_t gap = line.find("  ", first);
  const std::size_t second =
      gap == std::string::npos ? std::string::npos : line.find_first_not_of(' ', gap);
  return static_cast<int>(second == std::string::npos || second > 40 ? first : second);
}

bool IsExamples(const std::string& line) { return line == "Examples" || line == "Examples:"; }

// The usage; commands that are too long go on after a backslash.
std::string WrapUsage(const Program& program, int columns) {
  std::string out;
  bool in_examples = false;
  const std::string usage = program.usage;
  for (std::size_t begin = 0; begin < usage.size();) {
    const std::size_t end = std::min(usage.find('\n', begin), usage.size());
    const std::string line = usage.substr(begin, end - begin);
    in_examples = in_examples || IsExamples(line);
    const bool is_short = DisplayWidth(line) <= columns;
    std::string lines = in_examples && !is_short ? WrapText(line, columns - 2, 4)
                                                 : WrapText(line, columns, HangOf(line));
    for (std::size_t at = 0; in_examples && (at = lines.find('\n', at)) != std::string::npos;) {
      lines.insert(at, " \\");
      at += 3;
    }
    out += lines + '\n';
    begin = end + 1;
  }
  return out;
}

// -- man pages

// Text that troff prints as it is.
std::string Troff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (out.empty() && (c == '.' || c == '\'')) {
      out += std::string("\\&") + c;
    } else {
      out += c == kHardBlank ? ' ' : c;
    }
  }
  return out;
}

// Lines as they are.
std::string TroffLines(const std::vector<std::string>& lines) {
  std::string out = ".nf\n";
  for (const std::string& line : lines) out += Troff(line) + '\n';
  return out + ".fi\n";
}

// Paragraphs are filled, tables and commands, which begin with blanks, are not.
std::string TroffText(const std::vector<std::string>& lines) {
  std::string out;
  std::vector<std::string> table;
  const auto end_table = [&] {
    if (!table.empty()) out += TroffLines(std::exchange(table, {}));
  };
  for (const std::string& line : lines) {
    if (line.starts_with(' ')) {
      table.push_back(line);
      continue;
    }
    end_table();
    out += line.empty() ? ".PP\n" : Troff(line) + '\n';
  }
  end_table();
  return out;
}

std::string TroffFlags(const std::vector<Flag>& flags) {
  std::string out;
  for (int g = 0; g < kNumFlagGroups; ++g) {
    const auto group = static_cast<FlagGroup>(g);
    if (std::ranges::find(flags, group, &Flag::group) == flags.end()) continue;
    out += std::string(".SS ") + GroupTitle(group) + '\n';
    for (const Flag& flag : flags) {
      if (flag.group != group) continue;
      out += ".TP\n\\fB" + Troff("--" + flag.name) + "\\fR";
      if (!flag.value.empty()) out += "=\\fI" + Troff(flag.value) + "\\fR";
      out += '\n' + Troff(Description(flag)) + '\n';
    }
  }
  return out;
}

constexpr char kExitStatus[] = R"(.TP
0
done
.TP
1
a failure that has no code of its own, such as out of memory
.TP
64
usage: a wrong flag or value
.TP
65
bad input: missing, malformed or damaged
.TP
73
cannot write: it exists already, no permission, the disk is full
.TP
75
stopped on request, with all saved; the same command with \-\-resume=auto goes on
)";

std::string TroffSeeAlso(const Program& program) {
  std::string out;
  for (const std::string& name : ProgramNames()) {
    if (name == program.name) continue;
    out += (out.empty() ? "" : ",\n") + (".BR " + Troff(name) + " (1)");
  }
  return out + '\n';
}

}  // namespace

UsageParts SplitUsage(const Program& program) {
  UsageParts parts;
  std::vector<std::string>* part = &parts.synopsis;
  const std::string usage = program.usage;
  for (std::size_t begin = 0; begin < usage.size();) {
    const std::size_t end = std::min(usage.find('\n', begin), usage.size());
    const std::string line = usage.substr(begin, end - begin);
    begin = end + 1;
    if (part == &parts.synopsis && line.empty()) {
      part = &parts.text;
    } else if (IsExamples(line)) {
      part = &parts.examples;
    } else {
      part->push_back(line);
    }
  }
  while (!parts.text.empty() && parts.text.back().empty()) parts.text.pop_back();
  return parts;
}

std::string HelpText(const Program& program, int columns) {
  const std::vector<Flag> flags = FlagsOf(program);
  std::string out = WrapUsage(program, columns);
  for (int g = 0; g < kNumFlagGroups; ++g) {
    const auto group = static_cast<FlagGroup>(g);
    if (std::ranges::find(flags, group, &Flag::group) == flags.end()) continue;
    out += std::string("\n") + GroupTitle(group) + '\n';
    for (const Flag& flag : flags) {
      if (flag.group == group) AppendEntry(Label(flag), Description(flag), columns, &out);
    }
  }
  out += "\nHelp\n";
  AppendEntry("--help[=man|bash|zsh]",
              "this text; as a man page; completion of this command line for a shell", columns,
              &out);
  AppendEntry("--version", "the version", columns, &out);
  return out + Legend(flags, columns);
}

std::string ManPage(const Program& program) {
  const UsageParts usage = SplitUsage(program);
  std::string title = program.name;
  std::ranges::transform(title, title.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  std::string page = ".TH " + Troff(title) + " 1 \"\" \"lightlda " LIGHTLDA_VERSION_STRING "\"\n";
  page += ".SH NAME\n" + Troff(program.name) + " \\- " + Troff(SummaryOf(program.name)) + '\n';
  page += ".SH SYNOPSIS\n" + TroffLines(usage.synopsis);
  page += ".SH DESCRIPTION\n" + TroffText(usage.text);
  page += ".SH OPTIONS\n" +
          Troff("Flags are written --name=value or --name value; a switch --name or --noname.") +
          '\n' + TroffFlags(FlagsOf(program));
  page += std::string(".SH EXIT STATUS\n") + kExitStatus;
  if (!usage.examples.empty()) page += ".SH EXAMPLES\n" + TroffLines(usage.examples);
  return page + ".SH SEE ALSO\n" + TroffSeeAlso(program);
}

}  // namespace lightlda::tools
