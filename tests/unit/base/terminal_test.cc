#include "base/terminal.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>
#include <string>

namespace lightlda {
namespace {

TEST_CASE("fields are left out from the right until the line fits", "[terminal]") {
  const std::string line = "iteration 5/100 (40 %)  ETA 6m47s  2.0 Mtokens/s";
  CHECK(FitFields(line, 48) == line);
  CHECK(FitFields(line, 47) == "iteration 5/100 (40 %)  ETA 6m47s");
  CHECK(FitFields(line, 33) == "iteration 5/100 (40 %)  ETA 6m47s");
  CHECK(FitFields(line, 32) == "iteration 5/100 (40 %)");
  CHECK(FitFields(line, 9) == "iteration");
  CHECK(FitFields(line, 0).empty());
  CHECK(FitFields("", 10).empty());
  CHECK(FitFields("read: 1,234 documents, 5 MB, ETA 3s", 30) == "read: 1,234 documents, 5 MB");
  // Never half a character, and wide ones count twice.
  CHECK(FitFields("\u4e2d\u6587\u5b57", 5) == "\u4e2d\u6587");
  CHECK(FitFields("caf\u00e9s", 4) == "caf\u00e9");
}

TEST_CASE("text is wrapped at blanks, under the column it hangs from", "[terminal]") {
  CHECK(WrapText("one two three", 20, 2) == "one two three");
  CHECK(WrapText("one two three", 8, 2) == "one two\n  three");
  CHECK(WrapText("one two three", 7, 0) == "one two\nthree");
  CHECK(WrapText("  name   what it is", 14, 9) == "  name   what\n         it is");
  CHECK(WrapText("overlongword b", 5, 1) == "overlongword\n b");
  CHECK(WrapText("a (b\x01"
                 "c) d",
                 6, 0) == "a\n(b c)\nd");
  CHECK(WrapText("", 5, 2).empty());
  // Whatever the widths, no word is lost and no line too long that need not be.
  const std::string text = "some words of various lengths, and then there is one that ends it";
  for (int columns = 12; columns < 70; ++columns) {
    std::istringstream lines(WrapText(text, columns, 3));
    std::string all;
    for (std::string line; std::getline(lines, line);) {
      CHECK(static_cast<int>(line.size()) <= columns);
      all += (all.empty() ? "" : " ") + line.substr(line.find_first_not_of(' '));
    }
    CHECK(all == text);
  }
}

TEST_CASE("a terminal says how wide it is, also after a change", "[terminal]") {
  int ours = -1;
  int theirs = -1;
  winsize size = {.ws_row = 24, .ws_col = 63, .ws_xpixel = 0, .ws_ypixel = 0};
  REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, &size) == 0);
  CHECK(TerminalColumns(theirs) == 63);
  size.ws_col = 40;
  REQUIRE(::ioctl(ours, TIOCSWINSZ, &size) == 0);
  CHECK(TerminalColumns(theirs) == 40);
  const char* const before = std::getenv("TERM");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TERM", "xterm", 1);
  CHECK(CanRewriteLine(theirs));
  ::setenv("TERM", "dumb", 1);
  CHECK_FALSE(CanRewriteLine(theirs));
  before == nullptr ? ::unsetenv("TERM") : ::setenv("TERM", kept.c_str(), 1);
  ::close(ours);
  ::close(theirs);
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  CHECK(TerminalColumns(pipe_ends[0]) == 0);
  CHECK_FALSE(CanRewriteLine(pipe_ends[1]));
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace lightlda
