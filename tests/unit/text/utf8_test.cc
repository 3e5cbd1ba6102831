#include "text/utf8.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("valid UTF-8 of every length is accepted", "[text]") {
  const std::string samples[] = {"",       "a",      "\x7F",   "\u0080",     "\u07FF",    "\u0800",
                                 "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "\U0010FFFF"};
  for (const std::string& sample : samples) {
    CHECK_FALSE(FindInvalidUtf8(sample));
    CHECK_FALSE(FindInvalidUtf8(std::string(100, 'x') + sample + "y"));
  }
}

TEST_CASE("the first ill-formed UTF-8 sequence is found at its offset", "[text]") {
  const std::string samples[] = {"\x80",
                                 "\xBF",
                                 "\xC0\x80",
                                 "\xC1\xBF",
                                 "\xC3",
                                 "\xE0\x80\x80",
                                 "\xE0\x9F\xBF",
                                 "\xED\xA0\x80",
                                 "\xED\xBF\xBF",
                                 "\xE2\x82",
                                 "\xF0\x8F\xBF\xBF",
                                 "\xF4\x90\x80\x80",
                                 "\xF0\x9F\x98",
                                 "\xF5\x80\x80\x80",
                                 "\xFF",
                                 "\xFE"};
  for (const std::string& sample : samples) {
    for (const std::size_t before : {0, 1, 7, 8, 31, 32, 33, 100}) {
      CAPTURE(before, sample);
      CHECK(FindInvalidUtf8(std::string(before, 'a') + sample) == before);
      CHECK(FindInvalidUtf8(std::string(before, 'a') + "é" + sample + "z\xFF") == before + 2);
    }
  }
}

TEST_CASE("the first non-ASCII byte is found wherever it is", "[text]") {
  for (std::size_t size = 0; size < 80; ++size) {
    std::string text(size, 'a');
    CHECK(FindNonAscii(text) == size);
    for (std::size_t at = 0; at < size; ++at) {
      text[at] = '\x80';
      CHECK(FindNonAscii(text) == at);
      CHECK(FindNonAscii(text, at) == at);
      CHECK(FindNonAscii(text, at + 1) == size);
      text[at] = 'a';
    }
  }
}

TEST_CASE("code points are counted, not bytes", "[text]") {
  CHECK(CountCodePoints("") == 0);
  CHECK(CountCodePoints("abc") == 3);
  CHECK(CountCodePoints("aé€😀") == 4);
}

TEST_CASE("quoted bytes are one printable line of valid UTF-8", "[text]") {
  CHECK(QuoteBytes("") == R"("")");
  CHECK(QuoteBytes("naïve 12") == R"("naïve 12")");
  CHECK(QuoteBytes("a\tb\n\r\"\\") == R"("a\tb\n\r\"\\")");
  CHECK(QuoteBytes(std::string_view("\0\x1B\xFF", 3)) == R"("\x00\x1B\xFF")");
  CHECK(QuoteBytes("\u00A0") == R"("\xC2\xA0")");
  CHECK(QuoteBytes("\u202E") == R"("\xE2\x80\xAE")");
}

TEST_CASE("quoted bytes are cut at a code point", "[text]") {
  CHECK(QuoteBytes(std::string(40, 'x')) == '"' + std::string(40, 'x') + '"');
  CHECK(QuoteBytes(std::string(41, 'x')) == '"' + std::string(40, 'x') + "...\"");
  CHECK(QuoteBytes("aé", 2) == R"("a...")");
  CHECK(QuoteBytes("aé", 3) == R"("aé")");
}

}  // namespace
}  // namespace lightlda
