// Inputs in other encodings than UTF-8.
#include "ingest/decoded_stream.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using namespace std::string_literals;

// The text of a file of these bytes, read in pieces of `piece` bytes, and its encoding.
std::string Decode(const std::string& bytes, const std::string& encoding = "",
                   std::size_t piece = 4096, std::string* found = nullptr) {
  TempDir dir;
  WriteText(dir.File("in"), bytes);
  auto stream = OpenText(dir.File("in"), encoding, {});
  REQUIRE(stream.ok());
  std::string text;
  std::vector<char> buffer(piece);
  while (true) {
    auto got = (*stream)->Read(buffer.data(), piece);
    REQUIRE(got.ok());
    if (*got == 0) break;
    text.append(buffer.data(), *got);
  }
  if (found != nullptr) *found = (*stream)->encoding();
  return text;
}

std::string Utf16(const std::u16string& text, bool little) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += little ? std::string{low, high} : std::string{high, low};
  }
  return bytes;
}

TEST_CASE("a byte order mark tells the encoding and goes", "[preprocess]") {
  const std::u16string wide = u"caf\u00E9\n\u4E2D\U0001F600\n";
  const std::string text = "caf\u00E9\n\u4E2D\U0001F600\n";
  for (const std::size_t piece : {1, 3, 4096}) {
    std::string encoding;
    CHECK(Decode("\xFF\xFE" + Utf16(wide, true), "", piece, &encoding) == text);
    CHECK(encoding == "UTF-16LE");
    CHECK(Decode("\xFE\xFF" + Utf16(wide, false), "latin-1", piece) == text);
    CHECK(Decode("\xEF\xBB\xBF" + text, "latin-1", piece, &encoding) == text);
    CHECK(encoding == "UTF-8");
    CHECK(Decode("\xFF\xFE\0\0a\0\0\0"s, "", piece) == "a");
    CHECK(Decode("\0\0\xFE\xFF\0\0\0a"s, "", piece) == "a");
    CHECK(Decode(text, "", piece) == text);
  }
  for (const std::string& bytes : {""s, "a"s, "\xFF"s, "\xFF\xFF!"s, "\0\0a"s, "\xEF\xBB"s}) {
    CHECK(Decode(bytes) == bytes);
  }
}

TEST_CASE("other encodings are asked for by name", "[preprocess]") {
  CHECK(Decode("caf\xE9", "latin-1") == "caf\u00E9");
  CHECK(Decode("\x93q\x94 \x80", "windows-1252") == "\u201Cq\u201D \u20AC");
  CHECK(Decode("\x82\xA0", "Shift_JIS", 1) == "\u3042");
  CHECK(Decode(Utf16(u"ab", true), "UTF-16LE") == "ab");
  CHECK(Decode("caf\u00E9", "utf8") == "caf\u00E9");
  CHECK(CheckEncoding("").ok());
  CHECK(CheckEncoding("no such").code() == StatusCode::kUsage);
}

TEST_CASE("what does not decode is a byte that no text has", "[preprocess]") {
  CHECK(Decode("a\x81\x20"
               "b",
               "Shift_JIS") == "a\xFF b");
  CHECK(Decode(Utf16(u"a", true) + "\0\xD8"s + Utf16(u"bc", true), "UTF-16LE") ==
        "a\xFF"
        "bc");
  CHECK(Decode("\xFF\xFE"
               "a\0b"s,
               "") == "a\xFF");
}

TEST_CASE("a long input is decoded as a whole", "[preprocess]") {
  std::string bytes;
  std::string text;
  for (int i = 0; i < 100000; ++i) {
    bytes += i % 7 == 0 ? "\xE9" : "e";
    text += i % 7 == 0 ? "\u00E9" : "e";
  }
  CHECK(Decode(bytes, "latin-1", 1000) == text);
}

TEST_CASE("a line that does not decode is bad, by file, line and encoding", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("in"), "red sun\nmo\x81\x20on\nstar\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("in")));
  config.encoding = "Shift_JIS";
  CHECK(Preprocess(config).status().message() ==
        dir.File("in") + ":2: invalid Shift_JIS after 2 bytes, as UTF-8");
  config.on_bad_line = OnBadLine::kSkip;
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(result->skipped_lines == std::map<std::string, Count>{{"invalid in its encoding", 1}});
  config.encoding = "nothing";
  CHECK(Preprocess(config).status().code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
