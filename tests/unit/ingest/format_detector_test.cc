#include "ingest/format_detector.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

std::string Detect(const std::string& text) {
  const DetectedFormat detected = DetectFormat(text);
  return std::string(FormatName(detected.format)) + (detected.doubt.empty() ? "" : "?");
}

TEST_CASE("the format is told by the first lines", "[preprocess]") {
  CHECK(Detect("{\"text\":\"a\"}\n") == "jsonl");
  CHECK(Detect("  {\"text\":\"a\"}") == "jsonl");
  CHECK(Detect("3\n4\n1\n1 1 1\n") == "uci");
  CHECK(Detect("3\r\n4\r\n1\r\n1 1 1\r\n") == "uci");
  CHECK(Detect("2 0:1 5:2\n0\n1 3:4\n") == "ldac");
  CHECK(Detect("+1 0:1 5:2\n-1 3:4\n") == "libsvm");
  CHECK(Detect("12 0:1 5:2\n7 3:4\n") == "libsvm");
  CHECK(Detect("some name\t0:1\nother name\t2:1\n") == "libsvm");
  CHECK(Detect("title one\tat 10:30 we met\n") == "text");
  CHECK(Detect("name\t0:1 5:2\nother\t1:1\n") == "libsvm");
  CHECK(Detect("2\t0:1 5:2\n1\t1:1\n") == "libsvm");
  CHECK(Detect("At 10:30 we met.\nThen 3 more.\n") == "text");
  CHECK(Detect("42\n") == "text");
  CHECK(Detect("") == "text");
  CHECK(Detect("\n\nwords\n") == "text");
}

TEST_CASE("a format that only most lines look like is assumed and said so", "[preprocess]") {
  CHECK(Detect("3\n4\n1\nhello\n") == "uci?");
  CHECK(Detect("2 0:1 5:2\n1 3:4\n3 1:1\n") == "ldac?");
  CHECK(Detect("2 0:1 5:2\n1 3:4\n1 oops\n1 1:1\n") == "ldac?");
  CHECK(Detect("7 0:1 5:2\n1 3:4\n8 1:1\n") == "libsvm?");
  CHECK(Detect("2 0:1 5:2.5\n1 -3:4\n") == "ldac");  // bad, but ldac: its parser says what is bad
}

}  // namespace
}  // namespace lightlda
