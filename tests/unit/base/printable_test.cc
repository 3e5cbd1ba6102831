// What reaches a terminal, whatever bytes were to be shown.
#include "base/printable.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

TEST_CASE("what may command a terminal is escaped, the rest stays", "[base]") {
  CHECK(Printable("").empty());
  CHECK(Printable("a \\ \"b\" naïve 日本") == "a \\ \"b\" naïve 日本");
  CHECK(Printable("evil\033]0;PWNED\007\033[2J") == R"(evil\x1B]0;PWNED\x07\x1B[2J)");
  CHECK(Printable("a\nb\rc\td\x7F") == R"(a\nb\rc\td\x7F)");
  CHECK(Printable(std::string_view("\0\xFF", 2)) == R"(\x00\xFF)");
  CHECK(Printable("\xC2\x9B"
                  "2J") == R"(\xC2\x9B2J)");  // a control sequence in 8 bits
  CHECK(Printable("\x9B"
                  "2J") == R"(\x9B2J)");
  CHECK(Printable("a\u202Eb\u2028c") == R"(a\xE2\x80\xAEb\xE2\x80\xA8c)");
  CHECK(Printable("می\u200Cخواهم") == "می\u200Cخواهم");  // a Persian word is spelled with it
}

TEST_CASE("lines stay lines only where they are asked for", "[base]") {
  CHECK(PrintableLines("a\tb\n\r\x1B[2J\n") == "a\tb\n\\r\\x1B[2J\n");
}

TEST_CASE("no byte of any kind gets through raw", "[base]") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string shown = Printable(std::string(1, static_cast<char>(byte)));
    CAPTURE(byte);
    CHECK(std::ranges::all_of(shown, [](char c) { return c >= ' ' && c < 0x7F; }));
  }
}

}  // namespace
}  // namespace lightlda
