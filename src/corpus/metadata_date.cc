#include "corpus/metadata_date.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace lightlda {
namespace {

constexpr std::int64_t kLastYear = 3000;
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kMaxSeconds = 253402300800;  // 10000-01-01

std::optional<std::int64_t> Digits(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || text[0] < '0' || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The next part of a date, of exactly two digits after a dash.
std::optional<std::int64_t> NextPart(std::string_view* text) {
  if (text->size() < 3 || text->front() != '-') return std::nullopt;
  const auto value = Digits(text->substr(1, 2));
  text->remove_prefix(3);
  return value;
}

}  // namespace

std::optional<MetadataDate> ParseDate(std::string_view text) {
  if (const auto number = Digits(text); number && *number > kLastYear) {
    if (*number >= kMaxSeconds) return std::nullopt;
    return MetadataDate{static_cast<std::int32_t>(*number / kSecondsPerDay), DatePrecision::kDay};
  }
  text = text.substr(0, text.find_first_of("T "));
  const auto year = text.size() >= 4 ? Digits(text.substr(0, 4)) : std::nullopt;
  if (!year) return std::nullopt;
  text.remove_prefix(4);
  std::optional<std::int64_t> month = 1;
  std::optional<std::int64_t> day = 1;
  auto precision = DatePrecision::kYear;
  if (!text.empty()) {
    month = NextPart(&text);
    precision = DatePrecision::kMonth;
  }
  if (!text.empty()) {
    day = NextPart(&text);
    precision = DatePrecision::kDay;
  }
  if (!month || !day || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return MetadataDate{static_cast<std::int32_t>(days), precision};
}

std::string FormatDate(const MetadataDate& date) {
  if (date.precision == DatePrecision::kMissing) return "";
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(date.days))};
  char text[48];
  const int year = static_cast<int>(day.year());
  const auto month = static_cast<unsigned>(day.month());
  if (date.precision == DatePrecision::kYear) {
    std::snprintf(text, sizeof(text), "%04d", year);
  } else if (date.precision == DatePrecision::kMonth) {
    std::snprintf(text, sizeof(text), "%04d-%02u", year, month);
  } else {
    std::snprintf(text, sizeof(text), "%04d-%02u-%02u", year, month,
                  static_cast<unsigned>(day.day()));
  }
  return text;
}

}  // namespace lightlda
