// The progress line of the programs: rewritten in place on a terminal, a line every few seconds
// elsewhere.
#ifndef LIGHTLDA_BASE_PROGRESS_H_
#define LIGHTLDA_BASE_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace lightlda {

// "1h02m", "3m10s", "7.5s", "35ms".
std::string FormatDuration(double seconds);
// "512 B", "1.5 MB" (powers of 1000).
std::string FormatBytes(double bytes);
// "7287020" as "7,287,020".
std::string FormatCount(std::int64_t value);
// A number with `digits` decimals.
std::string FormatFixed(double value, int digits);

// Writes to stderr, escaped as by Printable and PrintableLines. Not thread-safe.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  // ends an open terminal line

  // Whether the line is rewritten in place.
  bool is_terminal() const { return is_terminal_; }

  // Shows `text` if it is time to: 10 times a second on a terminal, every 5 seconds elsewhere.
  // `force` shows it now. A terminal gets what fits into one line, by FitFields of terminal.h.
  void Update(const std::string& text, bool force = false);
  // Prints a full line of its own, or several, above the progress line on a terminal.
  void Print(const std::string& text);
  // Ends the open terminal line, if any.
  void Finish();

 private:
  bool is_terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_shown_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_PROGRESS_H_
