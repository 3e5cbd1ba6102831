#include "ingest/records.h"

#include <algorithm>

namespace lightlda {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr auto kNone = std::string_view::npos;

// The place after the quote that closes the one before `at`; kNone: it is not there.
std::size_t SkipQuoted(std::string_view text, std::size_t at, bool is_all) {
  while (true) {
    at = text.find('"', at);
    if (at == kNone) return kNone;
    ++at;
    if (at == text.size()) return is_all ? at : kNone;  // perhaps the first of two
    if (text[at] != '"') return at;
    ++at;
  }
}

std::size_t FindCsvEnd(std::string_view text, char separator, bool is_all) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      at = SkipQuoted(text, at + 1, is_all);
      if (at == kNone) break;
    }
    while (at < text.size() && text[at] != separator && text[at] != '\n') ++at;
    if (at == text.size()) break;
    if (text[at++] == '\n') return at;
  }
  return is_all ? text.size() : kNone;
}

// The place after a JSON string whose quote is before `at`.
std::size_t SkipString(std::string_view text, std::size_t at) {
  while (true) {
    at = text.find_first_of("\"\\", at);
    if (at == kNone) return kNone;
    if (text[at] == '"') return at + 1;
    at += 2;
  }
}

// Calls stop(c, depth, at) for every character outside of strings, depth being the one around it;
// the place where it first returns true, else kNone.
template <typename Stop>
std::size_t FindOutsideStrings(std::string_view text, Stop&& stop) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at + 1);
      if (at == kNone) return kNone;
      continue;
    }
    if (c == '}' || c == ']') --depth;
    if (stop(c, depth, at)) return at;
    if (c == '{' || c == '[') ++depth;
    ++at;
  }
  return kNone;
}

// The comma after the element that `text` begins with, or the bracket that ends the array.
std::size_t FindElementEnd(std::string_view text) {
  return FindOutsideStrings(
      text, [](char c, int depth, std::size_t) { return depth < 0 || (c == ',' && depth == 0); });
}

std::size_t FindArrayRecordEnd(std::string_view text, bool is_all) {
  const std::size_t end = FindElementEnd(text);
  if (end != kNone && text[end] == ',') return end + 1;
  return is_all ? text.size() : kNone;  // only blanks may follow the array, and they are its last's
}

std::size_t FindValueEnd(std::string_view text, bool is_all) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  const std::size_t end = FindOutsideStrings(text, [&](char c, int depth, std::size_t at) {
    if (c == '}' || c == ']') return depth <= 0;
    return c == '\n' && depth == 0 && start < at;
  });
  if (end != kNone) return end + 1;
  return is_all ? text.size() : kNone;
}

std::string_view WithoutTrailingBlanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace

std::string_view WithoutLeadingBlanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text;
}

std::size_t FindRecordEnd(const RecordSyntax& syntax, std::string_view text, bool is_all) {
  switch (syntax.kind) {
    case RecordKind::kCsv:
      return FindCsvEnd(text, syntax.separator, is_all);
    case RecordKind::kJsonArray:
      return FindArrayRecordEnd(text, is_all);
    case RecordKind::kJsonValues:
      return FindValueEnd(text, is_all);
    case RecordKind::kLine:
      break;
  }
  const std::size_t end = text.find('\n');
  if (end == kNone) return is_all ? text.size() : kNone;
  return end + 1;
}

void TrimJsonRecord(RecordKind kind, std::string_view found, Record* record) {
  const std::string_view text = WithoutLeadingBlanks(found);
  const std::string_view before = found.substr(0, found.size() - text.size());
  record->line += static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  record->text = WithoutTrailingBlanks(text);
  record->after = {};
  if (kind != RecordKind::kJsonArray) return;
  const std::size_t end = std::min(FindElementEnd(record->text), record->text.size());
  record->after = record->text.substr(end);
  record->text = WithoutTrailingBlanks(record->text.substr(0, end));
}

}  // namespace lightlda
