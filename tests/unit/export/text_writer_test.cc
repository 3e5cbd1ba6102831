// The output of exports: escaping, numbers, files that appear only when complete.
#include "model/text_output.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "lightlda/stop.h"
#include "test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

std::string Written(const std::function<void(TextOutput*)>& write) {
  TempDir dir;
  auto out = TextOutput::Open(dir.File("f"), false);
  REQUIRE(out.ok());
  write(&*out);
  REQUIRE(out->Finish().ok());
  return ReadText(dir.File("f"));
}

TEST_CASE("an output file appears only when finished", "[model]") {
  TempDir dir;
  {
    auto out = TextOutput::Open(dir.File("f"), false);
    REQUIRE(out.ok());
    out->Put(std::string(200000, 'x'));
    CHECK_FALSE(fs::exists(dir.File("f")));
  }
  CHECK(fs::is_empty(dir.path()));
  auto out = TextOutput::Open(dir.File("f"), false);
  REQUIRE(out.ok());
  out->Put("whole");
  REQUIRE(out->Finish().ok());
  CHECK(ReadText(dir.File("f")) == "whole");
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("an existing output file is kept unless it is to be overwritten", "[model]") {
  TempDir dir;
  WriteText(dir.File("f"), "precious");
  const auto refused = TextOutput::Open(dir.File("f"), false);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().code() == StatusCode::kCannotWrite);
  CHECK(refused.status().message().find(dir.File("f") + ": exists already") == 0);
  CHECK(ReadText(dir.File("f")) == "precious");
  auto out = TextOutput::Open(dir.File("f"), true);
  REQUIRE(out.ok());
  out->Put("new");
  CHECK(ReadText(dir.File("f")) == "precious");
  REQUIRE(out->Finish().ok());
  CHECK(ReadText(dir.File("f")) == "new");
}

TEST_CASE("a device or directory is never replaced by an output file", "[model]") {
  TempDir dir;
  for (const std::string& path : {std::string("/dev/null"), dir.path()}) {
    const auto out = TextOutput::Open(path, true);
    REQUIRE_FALSE(out.ok());
    CHECK(out.status().code() == StatusCode::kCannotWrite);
  }
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(TextOutput::Open(dir.File("no/such/f"), false).status().code() == StatusCode::kCannotWrite);
}

TEST_CASE("an interrupted output file is left out", "[model]") {
  StopToken stop;
  TempDir dir;
  auto out = TextOutput::Open(dir.File("f"), false, stop);
  REQUIRE(out.ok());
  out->Put("text");
  stop.RequestStop();
  const Status status = out->Finish();
  CHECK(status.code() == StatusCode::kStopped);
  CHECK_FALSE(fs::exists(dir.File("f")));
}

TEST_CASE("text of any length passes the buffer unchanged", "[model]") {
  std::string expected;
  const std::string written = Written([&](TextOutput* out) {
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

TEST_CASE("numbers are exact, or rounded to the digits asked for", "[model]") {
  CHECK(Written([](TextOutput* out) {
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

TEST_CASE("control characters and backslashes are escaped, other bytes kept", "[model]") {
  const std::string text = std::string("a b\tc\nd\re\\f\x01\x7f") + "\xc3\xa9" + '\0' + "z";
  const std::string plain = Written([&](TextOutput* out) { PutEscaped(text, false, out); });
  CHECK(plain == "a b\\tc\\nd\\re\\\\f\\x01\\x7f\xc3\xa9\\x00z");
  const std::string spaces = Written([&](TextOutput* out) { PutEscaped("a b", true, out); });
  CHECK(spaces == "a\\x20b");
}

TEST_CASE("CSV fields are quoted when they must be", "[model]") {
  const auto csv = [](std::string_view text) {
    return Written([&](TextOutput* out) { PutCsvField(text, out); });
  };
  CHECK(csv("plain word") == "plain word");
  CHECK(csv("a,b") == "\"a,b\"");
  CHECK(csv("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(csv("two\nlines") == "\"two\nlines\"");
  CHECK(csv("") == "");
}

TEST_CASE("JSON strings are valid whatever the bytes", "[model]") {
  CHECK(JsonString("a\"b\n") == "\"a\\\"b\\n\"");
  CHECK(JsonString("\xff") == "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace lightlda
