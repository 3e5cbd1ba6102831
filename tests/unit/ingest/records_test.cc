// Records of more than one line: every record once, whole, with its place, wherever chunks are cut.
#include "ingest/records.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "ingest/line_chunks.h"

namespace lightlda {
namespace {

// A text handed out in pieces of up to so many bytes.
class PiecesStream final : public InputStream {
 public:
  PiecesStream(std::string text, std::size_t max_piece)
      : text_(std::move(text)), max_piece_(max_piece) {}
  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min({size, text_.size() - at_, 1 + random_() % max_piece_});
    std::memcpy(buffer, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }
  std::uint64_t stored_bytes_read() const override { return at_; }
  std::uint64_t stored_size() const override { return 0; }

 private:
  std::string name_ = "in";
  std::string text_;
  std::size_t max_piece_;
  std::mt19937 random_{1};
  std::size_t at_ = 0;
};

using Found = std::tuple<std::uint64_t, std::uint64_t, std::string>;  // number, line, text

Status ReadRecords(const std::string& text, RecordSyntax syntax, LineChunkerOptions options,
                   std::size_t max_piece, std::vector<Found>* records) {
  PiecesStream stream(text, max_piece);
  LineChunker chunker(&stream, options);
  chunker.SetSyntax(syntax);
  LineChunk chunk;
  while (true) {
    auto more = chunker.Next(&chunk);
    if (!more.ok() || !*more) return more.status();
    std::uint64_t count = 0;
    const Status status = ForEachRecord(chunk, [&](const Record& record) {
      ++count;
      records->emplace_back(record.number, record.line, std::string(record.text));
      return Status();
    });
    REQUIRE(status.ok());
    REQUIRE(count == chunk.num_records);
  }
}

std::vector<Found> AllWays(const std::string& text, RecordSyntax syntax) {
  LineChunkerOptions options;
  std::vector<Found> whole;
  REQUIRE(ReadRecords(text, syntax, options, 1000, &whole).ok());
  for (const std::size_t chunk_bytes : {1, 3, 10}) {
    options.chunk_bytes = chunk_bytes;
    for (const bool prompt : {false, true}) {
      options.prompt = prompt;
      std::vector<Found> cut;
      REQUIRE(ReadRecords(text, syntax, options, 4, &cut).ok());
      CHECK(cut == whole);
    }
  }
  return whole;
}

TEST_CASE("rows of csv end at line feeds outside of quoted fields", "[preprocess]") {
  const RecordSyntax csv{RecordKind::kCsv, ','};
  CHECK(AllWays("a,b\n1,\"x\ny\"\"\n,z\"\r\n\n2,5\" disk\n3,\"\"", csv) ==
        std::vector<Found>{{1, 1, "a,b\n"},
                           {2, 2, "1,\"x\ny\"\"\n,z\"\r\n"},
                           {3, 5, "\n"},
                           {4, 6, "2,5\" disk\n"},
                           {5, 7, "3,\"\""}});
  // Another separator begins other fields.
  CHECK(AllWays("a,\"b\tc\n\"d\ne\"\n", {RecordKind::kCsv, '\t'}) ==
        std::vector<Found>{{1, 1, "a,\"b\tc\n"}, {2, 2, "\"d\ne\"\n"}});
  CHECK(AllWays("1,\"open\nto the end\n", csv) ==
        std::vector<Found>{{1, 1, "1,\"open\nto the end\n"}});
}

TEST_CASE("elements of a JSON array are records", "[preprocess]") {
  const RecordSyntax array{RecordKind::kJsonArray};
  const std::vector<Found> expected = {
      {1, 3, "{\n  \"a\": [1, \"],}\"]\n}"}, {2, 6, "\"s\\\"]\""}, {3, 8, "[]"}};
  CHECK(AllWays("\n[\n{\n  \"a\": [1, \"],}\"]\n},\n\"s\\\"]\"\n,\n[]]\n\n", array) == expected);
  CHECK(AllWays("[1,2]", array) == std::vector<Found>{{1, 1, "1"}, {2, 1, "2"}});
  CHECK(AllWays("[ ]", array) == std::vector<Found>{{1, 1, ""}});
}

TEST_CASE("JSON values one after the other are records", "[preprocess]") {
  CHECK(
      AllWays("{\n\"a\": {\"b\": \"}\"}\n}\n{}{\"c\":\n1}\n", {RecordKind::kJsonValues}) ==
      std::vector<Found>{
          {1, 1, "{\n\"a\": {\"b\": \"}\"}\n}"}, {2, 4, "{}"}, {3, 4, "{\"c\":\n1}"}, {4, 6, ""}});
}

TEST_CASE("what is after an element is told", "[preprocess]") {
  const auto after = [](const std::string& found) {
    Record record;
    TrimJsonRecord(RecordKind::kJsonArray, found, &record);
    return std::string(record.text) + "|" + std::string(record.after);
  };
  CHECK(after(" {\"a\":\",\"} ,") == "{\"a\":\",\"}|,");
  CHECK(after("[1,[2]] ]\n") == "[1,[2]]|]");
  CHECK(after("{\"a\":1}\n") == "{\"a\":1}|");
  CHECK(after("1] , 2") == "1|] , 2");
  CHECK(after("\"open") == "\"open|");
}

TEST_CASE("a record above the limit is refused; of csv a line is skipped", "[preprocess]") {
  LineChunkerOptions options;
  options.max_line_bytes = 8;
  std::vector<Found> records;
  const std::string csv = "a,b\n1,\"x\n3,4\n5,6\n";
  Status status = ReadRecords(csv, {RecordKind::kCsv, ','}, options, 3, &records);
  CHECK(status.message() ==
        "in:2: row longer than the 8 bytes that `max_line_bytes` allows; perhaps a quote is not "
        "closed");
  options.skip_long_lines = true;
  records.clear();
  REQUIRE(ReadRecords(csv, {RecordKind::kCsv, ','}, options, 3, &records).ok());
  CHECK(records == std::vector<Found>{{1, 1, "a,b\n"}, {3, 3, "3,4\n"}, {4, 4, "5,6\n"}});
  status = ReadRecords("[\n\"longer than it\"]", {RecordKind::kJsonArray}, options, 3, &records);
  CHECK(status.message().starts_with("in:1: value longer than the 8 bytes"));
}

}  // namespace
}  // namespace lightlda
