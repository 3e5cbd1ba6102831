// The one parser of numbers in bags of words, and what is said of a bad line or name.
#ifndef LIGHTLDA_INGEST_PARSE_NUMBER_H_
#define LIGHTLDA_INGEST_PARSE_NUMBER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightlda {

// Why a line is refused.
struct LineError {
  std::string_view reason;  // static text, the key of the counts of skipped lines: "duplicate id"
  std::string detail;       // for the reader: what was expected, what was found
};

// The decimal digits of `text` and nothing else: no sign, point, blank or exponent. Nothing if the
// value is not in [min, max].
constexpr std::optional<std::uint64_t> ParseUnsigned(std::string_view text, std::uint64_t min,
                                                     std::uint64_t max) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - digit) / 10 || digit > max) return std::nullopt;
    value = value * 10 + digit;
  }
  if (value < min) return std::nullopt;
  return value;
}

// The error for a field that ParseUnsigned refused; `what` as in "word id".
LineError NumberError(std::string_view what, std::string_view text, std::uint64_t min,
                      std::uint64_t max);

// Names of documents are put into lines and tables: an error for one that is not valid UTF-8 or has
// control characters.
std::optional<LineError> CheckName(std::string_view name);

// Takes the next field off *rest: fields are separated by spaces and tabs. Empty at the end.
constexpr std::string_view NextField(std::string_view* rest) {
  std::size_t start = 0;
  while (start < rest->size() && ((*rest)[start] == ' ' || (*rest)[start] == '\t')) ++start;
  std::size_t end = start;
  while (end < rest->size() && (*rest)[end] != ' ' && (*rest)[end] != '\t') ++end;
  const std::string_view field = rest->substr(start, end - start);
  rest->remove_prefix(end);
  return field;
}

// Whether a field may be meant as a number, or as "w:c". Loose on purpose: "-1:3" and "3:1.5" are
// bad pairs, not prose.
bool IsNumberLike(std::string_view field);
bool LooksLikePair(std::string_view field);

// The length of the name that a libsvm line begins with: up to a tab, blanks included; 0 if it has
// none, but a label or, before its first tab, pairs.
std::size_t NameLength(std::string_view line);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_PARSE_NUMBER_H_
