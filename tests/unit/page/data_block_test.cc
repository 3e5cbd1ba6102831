// Bytes in a page: they come out as they went in, and mean nothing on the way.
#include "page/data_block.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace lightlda {
namespace {

int DigitOf(char c) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return static_cast<int>(kDigits.find(c));
}

std::string Unpack(const std::string& text, std::size_t size) {
  REQUIRE(text.size() % 4 == 0);
  std::string packed;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    int group = 0;
    int padding = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      padding += text[i + j] == '=';
      group = group << 6 | (text[i + j] == '=' ? 0 : DigitOf(text[i + j]));
    }
    for (int j = 0; j < 3 - padding; ++j) packed += static_cast<char>(group >> (16 - 8 * j) & 255);
  }
  std::string bytes(size, '\0');
  uLongf length = size;
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(bytes.data()), &length,
                     reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK);
  bytes.resize(length);
  return bytes;
}

TEST_CASE("packed bytes come back, and are letters, digits and signs alone", "[data_block]") {
  for (const std::size_t size : {0, 1, 2, 3, 4, 5, 300, 70000}) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * i * 31 % 251);
    const auto packed = PackBytes(bytes);
    REQUIRE(packed.ok());
    CHECK(Unpack(packed.value(), size + 1) == bytes);
    CHECK(packed.value().find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
          std::string::npos);
  }
}

TEST_CASE("text for HTML has no character that begins or ends anything", "[data_block]") {
  CHECK(EscapeHtml("</title><b a=\"x\" b='y'>&amp;") ==
        "&lt;/title&gt;&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
}

TEST_CASE("bytes that are not UTF-8 are replaced one by one", "[data_block]") {
  CHECK(ToUtf8("a\xFF\xC3\xA9\xE2\x82") == "a\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("varints have seven bits a byte, lowest first", "[data_block]") {
  std::string bytes;
  for (const std::uint64_t value : {0, 127, 128, 300}) AppendVarint(value, &bytes);
  CHECK(bytes == std::string("\x00\x7F\x80\x01\xAC\x02", 6));
}

}  // namespace
}  // namespace lightlda
