// Gzip files: what goes in comes out, the same bytes each time, failures come through.
#include "exchange/gzip_sink.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "ingest/input_stream.h"
#include "test_util.h"

namespace lightlda {
namespace {

std::string Compressed(const std::string& text, std::size_t piece) {
  std::string stored;
  const ExportSink store = [&](std::string_view bytes) {
    stored += bytes;
    return Status();
  };
  auto gzip = GzipSink::Create(store);
  REQUIRE(gzip.ok());
  for (std::size_t at = 0; at < text.size(); at += piece) {
    REQUIRE(gzip->Append(std::string_view(text).substr(at, piece)).ok());
  }
  REQUIRE(gzip->Finish().ok());
  return stored;
}

std::string Unpacked(const std::string& stored) {
  testing::TempDir dir;
  testing::WriteText(dir.File("x"), stored);
  auto input = InputStream::Open(dir.File("x"));
  REQUIRE(input.ok());
  std::string text;
  char buffer[5000];
  while (true) {
    const auto got = input.value()->Read(buffer, sizeof(buffer));
    REQUIRE(got.ok());
    if (got.value() == 0) return text;
    text.append(buffer, got.value());
  }
}

TEST_CASE("a text of any length comes back", "[exchange]") {
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 300000; ++i) text += static_cast<char>(random());
  CHECK(Unpacked(Compressed(text, 70001)) == text);
  CHECK(Unpacked(Compressed("one line\n", 3)) == "one line\n");
  CHECK(Unpacked(Compressed("", 1)).empty());
}

TEST_CASE("the same text gives the same bytes", "[exchange]") {
  const std::string text(100000, 'x');
  CHECK(Compressed(text, 1000) == Compressed(text, 1000));
}

TEST_CASE("a failure of what takes the bytes comes back", "[exchange]") {
  const ExportSink full = [](std::string_view) { return Status::CannotWrite("full"); };
  auto gzip = GzipSink::Create(full);
  REQUIRE(gzip.ok());
  Status status = gzip->Append("some text");
  if (status.ok()) status = gzip->Finish();
  CHECK(status.code() == StatusCode::kCannotWrite);
}

}  // namespace
}  // namespace lightlda
