// Compressed exports: the ending of the name decides, our own reader takes them, and the same text
// gives the same bytes.
#include "export/compressor.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "ingest/decompressor.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::TempDir;

std::string Sample(std::size_t size) {
  std::mt19937 random(3);
  std::string text;
  while (text.size() < size) text += std::to_string(random() % 1000) + "\n";
  return text;
}

void WriteAs(const std::string& path, std::string_view text, std::size_t piece_bytes) {
  REQUIRE(WriteExport(path, true, [&](const ExportSink& sink) -> Status {
            for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
              LIGHTLDA_RETURN_IF_ERROR(sink(text.substr(at, piece_bytes)));
            }
            return {};
          }).ok());
}

std::string Unpacked(std::string_view bytes, Compression expected) {
  REQUIRE(DetectCompression(bytes) == expected);
  const auto decompressor = Decompressor::Create(expected);
  std::string text;
  std::string buffer(1 << 16, '\0');
  while (true) {
    Decompressor::Output output = {buffer.data(), buffer.size()};
    const auto outcome = decompressor->Step(&bytes, &output);
    REQUIRE(outcome != Decompressor::Outcome::kError);
    text.append(buffer.data(), buffer.size() - output.size);
    if (outcome == Decompressor::Outcome::kStreamEnd) break;
  }
  CHECK(bytes.empty());
  return text;
}

TEST_CASE("exports are compressed by the ending of their names", "[export]") {
  TempDir dir;
  for (const std::size_t size : {0, 1, 65536, 3'000'000}) {
    const std::string text = Sample(size);
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{70'000}}) {
      WriteAs(dir.File("f.csv"), text, piece);
      WriteAs(dir.File("f.csv.gz"), text, piece);
      WriteAs(dir.File("f.csv.zst"), text, piece);
      CHECK(ReadText(dir.File("f.csv")) == text);
      CHECK(Unpacked(ReadText(dir.File("f.csv.gz")), Compression::kGzip) == text);
      CHECK(Unpacked(ReadText(dir.File("f.csv.zst")), Compression::kZstd) == text);
    }
  }
  CHECK(ReadText(dir.File("f.csv.gz")).size() < ReadText(dir.File("f.csv")).size() * 2 / 3);
}

TEST_CASE("the bytes of a compressed export have no time or name in them", "[export]") {
  TempDir dir;
  const std::string text = Sample(200'000);
  WriteAs(dir.File("a.gz"), text, 4096);
  WriteAs(dir.File("b.gz"), text, 4096);
  const std::string bytes = ReadText(dir.File("a.gz"));
  CHECK(bytes == ReadText(dir.File("b.gz")));
  CHECK(bytes.substr(3, 5) == std::string(5, '\0'));  // flags: no name; time: none
}

TEST_CASE("a failure to write what is compressed is told", "[export]") {
  for (const char* name : {"x.gz", "x.zst"}) {
    const ExportSink full = [](std::string_view) { return Status::CannotWrite("full"); };
    const auto compressor = Compressor::ForName(name, full);
    REQUIRE(compressor.ok());
    Status status = compressor.value()->Append(Sample(1'000'000));
    if (status.ok()) status = compressor.value()->Finish();
    CHECK(status.message() == "full");
  }
}

}  // namespace
}  // namespace lightlda
