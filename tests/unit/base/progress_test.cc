#include "base/progress.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>
#include <string>

namespace lightlda {
namespace {

TEST_CASE("numbers are written the way people read them", "[base]") {
  CHECK(FormatDuration(0) == "0.0s");
  CHECK(FormatDuration(0.0346) == "35ms");
  CHECK(FormatDuration(7.46) == "7.5s");
  CHECK(FormatDuration(190) == "3m10s");
  CHECK(FormatDuration(3725) == "1h02m");
  CHECK(FormatDuration(std::numeric_limits<double>::infinity()) == "?");
  CHECK(FormatBytes(512) == "512 B");
  CHECK(FormatBytes(1500) == "1.5 kB");
  CHECK(FormatBytes(2.34e9) == "2.3 GB");
  CHECK(FormatCount(0) == "0");
  CHECK(FormatCount(999) == "999");
  CHECK(FormatCount(7287020) == "7,287,020");
  CHECK(FormatCount(-1234567) == "-1,234,567");
  CHECK(FormatFixed(-8.15832, 4) == "-8.1583");
}

// A terminal that stderr goes to, and what it shows: a screen that scrolls when a line is full.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(::openpty(&ours_, &theirs_, nullptr, nullptr, &size) == 0);
    columns_ = columns;
    before_ = ::dup(STDERR_FILENO);
    ::dup2(theirs_, STDERR_FILENO);
    ::setenv("TERM", "xterm", 1);
  }
  ~Terminal() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    ::close(ours_);
    ::close(theirs_);
  }
  void Resize(unsigned short columns) {
    const winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(::ioctl(theirs_, TIOCSWINSZ, &size) == 0);
    columns_ = columns;
  }
  // Takes what was written since, up to a mark, as it may come in pieces and later.
  void Read() {
    constexpr char kMark = '\x02';
    REQUIRE(::write(theirs_, &kMark, 1) == 1);
    std::string sent;
    for (char c = 0; ::read(ours_, &c, 1) == 1 && c != kMark;) sent += c;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (sent[i] == '\r') {
        column_ = 0;
      } else if (sent[i] == '\n') {
        ++lines_;
        line_.clear();
      } else if (sent.compare(i, 3, "\x1b[K") == 0) {
        line_.resize(column_);
        i += 2;
      } else {
        line_.resize(std::max(line_.size(), column_ + 1), ' ');
        line_[column_++] = sent[i];
        if (column_ == static_cast<std::size_t>(columns_)) {  // it goes on below
          ++lines_;
          column_ = 0;
        }
      }
    }
  }
  int lines() const { return lines_; }  // begun, beside the first
  const std::string& line() const { return line_; }

 private:
  int ours_ = -1;
  int theirs_ = -1;
  int before_ = -1;
  int columns_ = 0;
  int lines_ = 0;
  std::size_t column_ = 0;
  std::string line_;
};

std::string LongLine(int i) {
  return "iteration " + std::to_string(i) + "/2000 (40 %)  ETA 6m47s  log-likelihood/token " +
         std::to_string(-14.2581 + i) + "  2.0 Mtokens/s  documents 100,001";
}

TEST_CASE("a progress line is one line on any terminal, and follows its width", "[terminal]") {
  for (const unsigned short columns : {80, 40, 20, 3}) {
    CAPTURE(columns);
    Terminal terminal(columns);
    ProgressLine line;
    REQUIRE(line.is_terminal());
    for (int i = 0; i < 200; ++i) {
      line.Update(LongLine(i), /*force=*/true);
      terminal.Read();
    }
    CHECK(terminal.lines() == 0);
    CHECK(terminal.line().size() < columns);
    CHECK(LongLine(199).starts_with(terminal.line()));
    if (columns == 40) CHECK(terminal.line() == "iteration 199/2000 (40 %)  ETA 6m47s");
    line.Finish();
    terminal.Read();
    CHECK(terminal.lines() == 1);
  }
  Terminal terminal(40);
  ProgressLine line;
  line.Update(LongLine(1), true);
  terminal.Resize(120);
  line.Update(LongLine(2), true);
  terminal.Read();
  CHECK(terminal.line() == LongLine(2));
  terminal.Resize(30);
  line.Update(LongLine(3), true);
  terminal.Read();
  CHECK(terminal.line() == "iteration 3/2000 (40 %)");
  CHECK(terminal.lines() == 0);
  // What is printed in between takes the place of the line, which comes again below it.
  line.Print("a message");
  line.Update(LongLine(4), true);
  terminal.Read();
  CHECK(terminal.lines() == 1);
  CHECK(terminal.line() == "iteration 4/2000 (40 %)");
}

}  // namespace
}  // namespace lightlda
