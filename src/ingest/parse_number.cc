#include "ingest/parse_number.h"

#include <algorithm>

#include "text/utf8.h"

namespace lightlda {
namespace {

bool AllDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool IsNumberLike(std::string_view field) {
  return field.find_first_not_of("0123456789+-.,eE") == std::string_view::npos;
}

bool LooksLikePair(std::string_view field) {
  const std::size_t colon = field.find(':');
  return colon != std::string_view::npos && colon > 0 && IsNumberLike(field.substr(0, colon)) &&
         IsNumberLike(field.substr(colon + 1));
}

std::size_t NameLength(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return 0;
  std::string_view rest = line.substr(0, tab);
  for (auto field = NextField(&rest); !field.empty(); field = NextField(&rest)) {
    if (LooksLikePair(field)) return 0;
  }
  return tab;
}

LineError NumberError(std::string_view what, std::string_view text, std::uint64_t min,
                      std::uint64_t max) {
  std::string_view reason = "not an integer";
  if (AllDigits(text)) reason = "number out of range";
  if (text.starts_with('-') && AllDigits(text.substr(1))) reason = "negative number";
  if (min == 1 && ParseUnsigned(text, 0, 0) && what == "count") reason = "zero count";
  return {reason, "expected a " + std::string(what) + " from " + std::to_string(min) + " to " +
                      std::to_string(max) + ", found " + QuoteBytes(text)};
}

std::optional<LineError> CheckName(std::string_view name) {
  const bool controls = std::ranges::any_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!controls && !FindInvalidUtf8(name)) return std::nullopt;
  return LineError{
      "bad document name",
      "expected a document name in UTF-8 without control characters, found " + QuoteBytes(name)};
}

}  // namespace lightlda
