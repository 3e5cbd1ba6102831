// The text of exports: escaping and numbers, in every format's way.
#include "export/text_writer.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace lightlda {
namespace {

std::string Written(const std::function<void(TextWriter*)>& write) {
  std::string text;
  const ExportSink sink = [&](std::string_view piece) {
    text += piece;
    return Status();
  };
  TextWriter out(sink);
  write(&out);
  REQUIRE(out.Finish().ok());
  return text;
}

TEST_CASE("text of any length passes the buffer unchanged", "[export]") {
  std::string expected;
  const std::string written = Written([&](TextWriter* out) {
    for (std::size_t i = 0; i < 30000; ++i) {
      out->PutInt(i);
      out->Put(' ');
      expected += std::to_string(i) + " ";
    }
    const std::string big(300001, 'b');
    out->Put(big);
    out->Put('c');
    expected += big + "c";
  });
  CHECK(written == expected);
}

TEST_CASE("numbers are exact, or rounded to the digits asked for", "[export]") {
  CHECK(Written([](TextWriter* out) {
          out->PutNumber(0.1);
          out->Put(' ');
          out->PutNumber(1.0 / 3);
          out->Put(' ');
          out->PutNumber(1.0 / 3, 4);
          out->Put(' ');
          out->PutNumber(0.5, 4);
          out->Put(' ');
          out->PutInt(18446744073709551615u);
        }) == "0.1 0.3333333333333333 0.3333 0.5 18446744073709551615");
}

TEST_CASE("control characters and backslashes are escaped, other bytes kept", "[export]") {
  const std::string text = std::string("a b\tc\nd\re\\f\x01\x7f") + "\xc3\xa9" + '\0' + "z";
  const std::string plain = Written([&](TextWriter* out) { out->PutEscaped(text, false); });
  CHECK(plain == "a b\\tc\\nd\\re\\\\f\\x01\\x7f\xc3\xa9\\x00z");
  const std::string spaces = Written([&](TextWriter* out) { out->PutEscaped("a b", true); });
  CHECK(spaces == "a\\x20b");
}

TEST_CASE("CSV fields are quoted when they must be", "[export]") {
  const auto csv = [](std::string_view text) {
    return Written([&](TextWriter* out) { out->PutCsvField(text); });
  };
  CHECK(csv("plain word") == "plain word");
  CHECK(csv("a,b") == "\"a,b\"");
  CHECK(csv("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(csv("two\nlines") == "\"two\nlines\"");
  CHECK(csv("cr\rhere") == "\"cr\rhere\"");
  CHECK(csv(" before") == "\" before\"");
  CHECK(csv("after\t") == "\"after\t\"");
  CHECK(csv(" ") == "\" \"");
  CHECK(csv("tab\tinside") == "tab\tinside");
  CHECK(csv("") == "");
}

TEST_CASE("JSON strings are valid whatever the bytes", "[export]") {
  const auto json = [](std::string_view text) {
    return Written([&](TextWriter* out) { out->PutJsonString(text); });
  };
  CHECK(json("plain word") == "\"plain word\"");
  CHECK(json("") == "\"\"");
  CHECK(json("a\"b\n") == "\"a\\\"b\\n\"");
  CHECK(json("back\\slash") == "\"back\\\\slash\"");
  CHECK(json("\x01") == "\"\\u0001\"");
  CHECK(json("\xc3\xa9") == "\"\xc3\xa9\"");
  CHECK(json("\xff") == "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace lightlda
