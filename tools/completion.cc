// Completion of command lines, for the shells.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "help.h"

namespace lightlda::tools {
namespace {

enum class Paths { kNone, kFiles, kDirectories };

// What may follow "--name=".
struct Values {
  std::string words;  // between blanks
  Paths paths = Paths::kNone;
};

Values ValuesOf(const std::string& value) {
  Values values;
  for (const std::string& alternative : Alternatives(value)) {
    if (IsWord(alternative)) {
      values.words += (values.words.empty() ? "" : " ") + alternative;
    } else if (alternative == "FILE") {
      values.paths = Paths::kFiles;
    } else if (alternative == "DIR" || alternative == "CORPUS" || alternative == "MODEL") {
      if (values.paths == Paths::kNone) values.paths = Paths::kDirectories;
    }
  }
  return values;
}

// "_lightlda_dump".
std::string FunctionName(const Program& program) {
  std::string name = std::string("_") + program.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

constexpr std::string_view kBashFunction = R"(() {
  local word="${COMP_WORDS[COMP_CWORD]}" flag="" before="" choices="" paths=""
  COMPREPLY=()
  # Where = breaks words, a flag and its value are three of them.
  if [[ $word == "=" ]]; then
    flag="${COMP_WORDS[COMP_CWORD-1]}" word=""
  elif ((COMP_CWORD >= 2)) && [[ ${COMP_WORDS[COMP_CWORD-1]} == "=" ]]; then
    flag="${COMP_WORDS[COMP_CWORD-2]}"
  elif [[ $word == --*=* ]]; then
    flag="${word%%=*}" before="${word%%=*}=" word="${word#*=}"
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
    return 0
  fi
)";

constexpr std::string_view kBashEnd = R"(  # Of a list, its last part.
  if [[ $word == *,* ]]; then
    before+="${word%,*}," word="${word##*,}"
  fi
  [[ -n $paths ]] && compopt -o filenames 2>/dev/null
  # shellcheck disable=SC2086
  mapfile -t COMPREPLY < <(compgen $paths -W "$choices" -- "$word")
  COMPREPLY=("${COMPREPLY[@]/#/$before}")
}
)";

// Inside [ ] of a specification between single quotes.
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string ZshAction(const Values& values) {
  const char* const files = values.paths == Paths::kFiles ? "_files" : "_files -/";
  if (values.paths == Paths::kNone) return values.words.empty() ? " " : "(" + values.words + ")";
  if (values.words.empty()) return files;
  return "_alternative \"words:word:(" + values.words + ")\" \"files:file:" + files + "\"";
}

}  // namespace

std::string BashCompletion(const Program& program) {
  const std::string function = FunctionName(program);
  std::string out = "# Completion of " + std::string(program.name) + " for bash.\n" + function;
  std::string body(kBashFunction);
  std::string all, cases;
  for (const Flag& flag : FlagsOf(program)) {
    all += "--" + flag.name + (flag.value.empty() ? " " : "= ");
    const Values values = ValuesOf(flag.value);
    if (values.words.empty() && values.paths == Paths::kNone) continue;
    cases += "    --" + flag.name + ")";
    if (!values.words.empty()) cases += " choices=\"" + values.words + "\"";
    if (values.paths != Paths::kNone) {
      cases += values.paths == Paths::kFiles ? " paths=-f" : " paths=-d";
    }
    cases += " ;;\n";
  }
  const std::string first =
      *program.words == '\0' ? "paths=-f" : "choices=\"" + std::string(program.words) + "\"";
  out += body.substr(0, body.find('\n') + 1) + "  local flags=\"" + all + "--help --version\"\n" +
         body.substr(body.find('\n') + 1);
  return out + "  case \"$flag\" in\n    \"\") " + first + " ;;\n" + cases + "  esac\n" +
         std::string(kBashEnd) + "complete -F " + function + " " + program.name + "\n";
}

std::string ZshCompletion(const Program& program) {
  std::string out = "#compdef " + std::string(program.name) + "\n_arguments -S";
  for (const Flag& flag : FlagsOf(program)) {
    out += " \\\n  '--" + flag.name + (flag.value.empty() ? "" : "=") + "[" +
           ZshText(flag.description) + "]";
    if (!flag.value.empty()) {
      out += ":" + ZshText(flag.value) + ":" + ZshAction(ValuesOf(flag.value));
    }
    out += "'";
  }
  out += " \\\n  '--help[how it is called]' \\\n  '--version[the version]'";
  const std::string words = program.words;
  return out + " \\\n  " + (words.empty() ? "'*:file:_files'" : "'1:what:(" + words + ")'") + "\n";
}

}  // namespace lightlda::tools
