// Chunks of a text in memory have the documents that a file of it has.
#include "infer/memory_reader.h"

#include <catch2/catch.hpp>
#include <string>

#include "test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

TEST_CASE("a text is cut at its documents", "[infer]") {
  const auto chunks = Must(CutIntoChunks("body", InputFormat::kText, "a\r\n\nc\nd", 2, 10));
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].lines.text == "a\r\n\n");
  CHECK(chunks[1].lines.text == "c\nd");
  CHECK(chunks[1].lines.first_line == 3);
  CHECK(chunks[1].lines.num_records == 2);
  CHECK_FALSE(chunks[0].lines.last);
  CHECK(chunks[1].lines.last);
  CHECK(Must(CutIntoChunks("body", InputFormat::kText, "", 2, 10)).empty());
  CHECK(Must(CutIntoChunks("body", InputFormat::kText, "\xEF\xBB\xBF", 2, 10)).empty());
}

TEST_CASE("an array is cut at its elements, and lines are counted on", "[infer]") {
  const std::string text = "\n[\n{\"text\":\"]\\\"\"},\n\n \"b\" ,[3],{\"x\":{}}]";
  const auto chunks = Must(CutIntoChunks("body", InputFormat::kJson, text, 2, 10));
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].lines.first_line == 2);
  CHECK(chunks[0].lines.num_records == 2);
  CHECK(chunks[1].lines.first_record == 3);
  CHECK(chunks[1].lines.text == "[3],{\"x\":{}}]");
  CHECK(chunks[1].lines.first_line == 5);
  CHECK(chunks[0].input->is_json_array);
  CHECK_FALSE(CutIntoChunks("body", InputFormat::kJson, "{}", 2, 10).ok());
}

TEST_CASE("of too many documents no more are cut off than show it", "[infer]") {
  const std::string text(100000, '\n');
  const auto chunks = Must(CutIntoChunks("body", InputFormat::kText, text, 16, 100));
  std::size_t documents = 0;
  for (const SourceChunk& chunk : chunks) documents += chunk.lines.num_records;
  CHECK(documents > 100);
  CHECK(documents <= 101 + 16);
}

}  // namespace
}  // namespace lightlda
