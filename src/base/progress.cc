#include "base/progress.h"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>

#include "base/printable.h"
#include "base/terminal.h"

namespace lightlda {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{100};
constexpr std::chrono::milliseconds kLogInterval{5000};
constexpr int kUsualColumns = 80;  // of a terminal that does not say

std::string Printf(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

}  // namespace

std::string FormatDuration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds > 0 && seconds < 1) return Printf("%.0fms", seconds * 1000);
  if (seconds < 60) return Printf("%.1fs", seconds);
  const auto total = static_cast<std::int64_t>(std::llround(seconds));
  char text[64];
  if (total < 3600) {
    std::snprintf(text, sizeof(text), "%dm%02ds", static_cast<int>(total / 60),
                  static_cast<int>(total % 60));
  } else {
    std::snprintf(text, sizeof(text), "%lldh%02dm", static_cast<long long>(total / 3600),
                  static_cast<int>(total / 60 % 60));
  }
  return text;
}

std::string FormatBytes(double bytes) {
  static constexpr std::array<const char*, 6> kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return Printf(unit == 0 ? "%.0f " : "%.1f ", bytes) + kUnits[unit];
}

std::string FormatCount(std::int64_t value) {
  std::string digits = std::to_string(value);
  const int first = value < 0 ? 1 : 0;
  for (int at = static_cast<int>(digits.size()) - 3; at > first; at -= 3) digits.insert(at, ",");
  return digits;
}

std::string FormatFixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

ProgressLine::ProgressLine() : is_terminal_(CanRewriteLine(STDERR_FILENO)) {}

ProgressLine::~ProgressLine() { Finish(); }

void ProgressLine::Update(const std::string& text, bool force) {
  const auto now = std::chrono::steady_clock::now();
  const auto interval = is_terminal_ ? kTerminalInterval : kLogInterval;
  if (!force && last_shown_ != std::chrono::steady_clock::time_point{} &&
      now - last_shown_ < interval) {
    return;
  }
  last_shown_ = now;
  if (is_terminal_) {
    // Asked each time, as it may have been made wider or narrower. The last column stays empty:
    // some terminals begin a new line as soon as it is written.
    const int columns = TerminalColumns(STDERR_FILENO);
    const std::string shown =
        FitFields(Printable(text), (columns > 0 ? columns : kUsualColumns) - 1);
    std::fprintf(stderr, "\r%s\x1b[K", shown.c_str());
    line_open_ = true;
  } else {
    std::fprintf(stderr, "%s\n", Printable(text).c_str());
  }
  std::fflush(stderr);
}

void ProgressLine::Print(const std::string& text) {
  // The line stays below what is printed.
  if (line_open_) std::fputs("\r\x1b[K", stderr);
  line_open_ = false;
  std::fprintf(stderr, "%s\n", PrintableLines(text).c_str());
  std::fflush(stderr);
}

void ProgressLine::Finish() {
  if (!line_open_) return;
  std::fputc('\n', stderr);
  std::fflush(stderr);
  line_open_ = false;
}

}  // namespace lightlda
