#include "ingest/input_kind.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/utf8.h"

namespace lightlda {
namespace {

std::string LowerEnding(std::string* name) {
  const std::size_t dot = name->find_last_of("./");
  if (dot == std::string::npos || (*name)[dot] == '/') return "";
  std::string ending = name->substr(dot + 1);
  name->resize(dot);
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending;
}

// How the values of a JSON input are cut, by its first character.
RecordSyntax JsonSyntax(std::string_view text) {
  return {text.starts_with('[') ? RecordKind::kJsonArray : RecordKind::kJsonValues};
}

// Whether a text is an array of objects or strings, or begins with an object that goes on in the
// next line. text: without blanks before it.
bool IsJson(std::string_view text) {
  if (text.starts_with('[')) {
    const std::string_view rest = WithoutLeadingBlanks(text.substr(1));
    return rest.starts_with('{') || rest.starts_with('"');
  }
  const std::size_t newline = text.find('\n');
  if (!text.starts_with('{') || newline == std::string_view::npos) return false;
  // A line that is cut off is a bad line of JSON Lines.
  if (WithoutLeadingBlanks(text.substr(newline)).starts_with('{')) return false;
  const std::size_t end = FindRecordEnd({RecordKind::kJsonValues}, text, false);
  return end == std::string_view::npos || end > newline + 1;
}

}  // namespace

InputFormat FormatByName(const std::string& path) {
  constexpr std::array<std::string_view, 4> kCompressions = {"gz", "xz", "zst", "bz2"};
  constexpr std::array<std::pair<std::string_view, InputFormat>, 6> kEndings = {{
      {"csv", InputFormat::kCsv},
      {"tsv", InputFormat::kTsv},
      {"tab", InputFormat::kTsv},
      {"jsonl", InputFormat::kJsonl},
      {"ndjson", InputFormat::kJsonl},
      {"json", InputFormat::kJson},
  }};
  std::string name = path;
  std::string ending = LowerEnding(&name);
  if (std::ranges::find(kCompressions, ending) != kCompressions.end()) ending = LowerEnding(&name);
  for (const auto& [known, format] : kEndings) {
    if (known == ending) return format;
  }
  return InputFormat::kAuto;
}

InputKind FindInputKind(const std::string& path, std::string_view beginning, InputFormat asked,
                        const CsvRequest& request) {
  beginning = WithoutByteOrderMark(beginning);
  const std::string_view text = WithoutLeadingBlanks(beginning);
  const InputFormat named = FormatByName(path);
  InputKind kind;
  kind.format = asked;
  if (asked == InputFormat::kAuto) {
    const bool is_json = IsJson(text) || (named == InputFormat::kJson && text.starts_with('['));
    if (is_json) {
      kind.format = InputFormat::kJson;
    } else if (named == InputFormat::kCsv || named == InputFormat::kTsv) {
      kind.format = named;
    } else if (const auto table = FindTable(beginning, request)) {
      return {table->format, {RecordKind::kCsv, table->separator}};
    }
  }
  if (kind.format == InputFormat::kJson) kind.syntax = JsonSyntax(text);
  if (kind.format == InputFormat::kCsv) {
    kind.syntax = {RecordKind::kCsv, GuessSeparator(beginning, request)};
  }
  if (kind.format == InputFormat::kTsv) kind.syntax = {RecordKind::kCsv, '\t'};
  return kind;
}

}  // namespace lightlda
