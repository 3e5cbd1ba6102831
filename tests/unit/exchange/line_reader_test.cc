// Lines of foreign files have numbers, and a file that was cut is noticed.
#include "exchange/line_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using testing::WriteText;
using Lines = std::vector<std::string>;

Status Read(const std::string& path, Lines* lines, const StopToken& stop = {}) {
  return ReadLines(path, stop, [&](std::uint64_t number, std::string_view line) {
    CHECK(number == lines->size() + 1);
    lines->emplace_back(line);
    return line == "bad" ? Expected("a good line", line) : Status();
  });
}

TEST_CASE("lines come with their numbers, and errors name them", "[exchange]") {
  TempDir dir;
  const std::string path = dir.File("lines");
  Lines lines;
  WriteText(path, "one\r\n\nthree\n");
  REQUIRE(Read(path, &lines).ok());
  CHECK(lines == Lines{"one", "", "three"});
  lines.clear();
  WriteText(path, "one\nbad\nthree\n");
  const Status status = Read(path, &lines);
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message() == path + ":2: expected a good line, found \"bad\"");
  CHECK(lines.size() == 2);
}

TEST_CASE("a last line without an end is refused, not used", "[exchange]") {
  TempDir dir;
  const std::string path = dir.File("lines");
  WriteText(path, "one\ntwo");
  Lines lines;
  const Status status = Read(path, &lines);
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().starts_with(path + ":2: "));
  CHECK(lines == Lines{"one"});
}

TEST_CASE("a stop ends reading", "[exchange]") {
  TempDir dir;
  WriteText(dir.File("lines"), "one\n");
  StopToken stop;
  stop.RequestStop();
  Lines lines;
  CHECK(Read(dir.File("lines"), &lines, stop).code() == StatusCode::kCancelled);
  CHECK(lines.empty());
}

TEST_CASE("a vocabulary is a list or a dictionary, whose ids are all there", "[exchange]") {
  TempDir dir;
  const std::string path = dir.File("words");
  const auto read = [&](const std::string& text) {
    WriteText(path, text);
    std::vector<std::string> notes;
    return ReadVocabulary(path, {}, &notes);
  };
  CHECK(read("sun\nmoon\n").value() == Lines{"sun", "moon"});
  CHECK(read("1\tmoon\t5\n0\tsun\t0\n").value() == Lines{"sun", "moon"});
  for (const char* bad :
       {"1\tmoon\t5\n2\tsun\t1\n", "0\tmoon\t5\n0\tsun\t1\n", "0\tsun\t5\n1\tsun\t1\n",
        "0\tsun\t5\n1\tmoon\n", "0\tsun\t5\nx\tmoon\t1\n", "0\tsun\t5\n1\t\t1\n",
        "0\tsun\t5\n1\t\xff\t1\n", "sun\nsun\n"}) {
    const auto words = read(bad);
    CHECK(words.status().code() == StatusCode::kBadInput);
    CHECK(words.status().message().starts_with(path));
  }
}

}  // namespace
}  // namespace lightlda
