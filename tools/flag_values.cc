#include "flag_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/file.h"

namespace lightlda::tools {
namespace {

constexpr std::string_view kUnits = "KMGT";  // of sizes, powers of 1024 from the first

Status Unexpected(const std::string& name, const std::string& text, const std::string& expected) {
  return Status::Usage("--" + name + "=" + text + ": expected " + expected);
}

// The number that `text` begins with, and what follows it; nothing if it begins with none.
template <typename Number>
struct Parsed {
  Number value;
  std::string_view rest;
};
template <typename Number>
std::optional<Parsed<Number>> ParseStart(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return Parsed<Number>{value, text.substr(static_cast<std::size_t>(end - text.data()))};
}
template <typename Number>
std::optional<Number> ParseAll(std::string_view text) {
  const auto parsed = ParseStart<Number>(text);
  if (!parsed || !parsed->rest.empty()) return std::nullopt;
  return parsed->value;
}

std::optional<double> ParsePositive(std::string_view text) {
  const std::optional<double> value = ParseAll<double>(text);
  return value && std::isfinite(*value) && *value > 0 ? value : std::nullopt;
}

}  // namespace

Result<int> ParseAutoOrNumber(const std::string& name, const std::string& text, int least,
                              int auto_value) {
  if (text == "auto") return auto_value;
  const std::optional<int> value = ParseAll<int>(text);
  if (value && *value >= least) return *value;
  return Unexpected(name, text, "auto or a number from " + std::to_string(least));
}

Result<double> ParseAutoOrPositive(const std::string& name, const std::string& text) {
  if (text == "auto") return 0.0;
  if (const std::optional<double> value = ParsePositive(text)) return *value;
  return Unexpected(name, text, "auto or a number above 0");
}

Result<double> ParseAutoOrNotNegative(const std::string& name, const std::string& text) {
  if (text == "auto") return -1.0;
  if (const std::optional<double> value = ParsePositive(text)) return *value;
  const auto zero = ParseStart<double>(text);
  if (zero && zero->value == 0 && zero->rest.empty()) return 0.0;
  return Unexpected(name, text, "auto or a number of 0 or more");
}

Result<std::vector<double>> ReadPositiveNumbers(const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  std::istringstream lines(content);
  std::vector<double> numbers;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const std::optional<double> value = ParsePositive(line);
    if (!value) {
      return Status::BadInput(path + ":" + std::to_string(numbers.size() + 1) +
                              ": expected a number above 0, found \"" + line.substr(0, 40) + "\"");
    }
    numbers.push_back(*value);
  }
  return numbers;
}

Result<std::uint64_t> ParseSize(const std::string& name, const std::string& text) {
  constexpr double kMost = 1e15;
  const Status unexpected = Unexpected(name, text, "a size such as 500M or 8G, or 0");
  const auto number = ParseStart<double>(text);
  if (!number || !(number->value >= 0 && number->value < kMost)) return unexpected;
  if (number->rest.empty()) return static_cast<std::uint64_t>(number->value);
  const std::size_t power = kUnits.find(number->rest[0]);
  if (number->rest.size() != 1 || power == std::string_view::npos) return unexpected;
  const double bytes = std::ldexp(number->value, 10 * (static_cast<int>(power) + 1));
  return static_cast<std::uint64_t>(std::min(bytes, kMost));
}

Result<OnBadLine> ParseOnBadLine(const std::string& name, const std::string& text) {
  if (text == "fail") return OnBadLine::kFail;
  if (text == "skip") return OnBadLine::kSkip;
  return Unexpected(name, text, "fail or skip");
}

Result<ExportFormat> ParseExportFormat(const std::string& name, const std::string& text,
                                       bool has_tables) {
  if (text == "text") return ExportFormat::kText;
  if (text == "json") return ExportFormat::kJson;
  if (has_tables && text == "csv") return ExportFormat::kCsv;
  if (has_tables && text == "tsv") return ExportFormat::kTsv;
  return Unexpected(name, text, has_tables ? "text, json, csv or tsv" : "text or json");
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= text.size() && !text.empty()) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    parts.push_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  return parts;
}

std::string AutoOrNumberText(int value, int auto_value) {
  return value == auto_value ? "auto" : std::to_string(value);
}

std::string AutoOrPositiveText(double value) {
  if (value == 0) return "auto";
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

std::string SizeText(std::uint64_t bytes) {
  std::size_t power = 0;
  while (bytes != 0 && bytes % 1024 == 0 && power < kUnits.size()) {
    bytes /= 1024;
    ++power;
  }
  return std::to_string(bytes) + (power == 0 ? "" : std::string(1, kUnits[power - 1]));
}

}  // namespace lightlda::tools
