#include "base/section_file.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

constexpr std::string_view kMagic = "LLDATST\n";

FileStamp WriteSample(const std::string& path) {
  std::vector<std::uint32_t> numbers(37);
  std::iota(numbers.begin(), numbers.end(), 5u);
  const std::string text = "some text";
  const std::span<const std::byte> sections[] = {
      std::as_bytes(std::span(numbers)), std::as_bytes(std::span(text)), {}};
  auto stamp = WriteSectionFile(path, kMagic, 3, sections);
  REQUIRE(stamp.ok());
  return *stamp;
}

TEST_CASE("a section file gives back what was written", "[base]") {
  TempDir dir;
  const std::string path = dir.File("a.bin");
  const FileStamp stamp = WriteSample(path);
  auto file = SectionFile::Open(path, kMagic, 3, 3);
  REQUIRE(file.ok());
  CHECK(file->stamp() == stamp);
  auto numbers = file->Section<std::uint32_t>(0);
  REQUIRE(numbers.ok());
  REQUIRE(numbers->size() == 37);
  CHECK((*numbers)[36] == 41);
  CHECK(file->Section<char>(1)->size() == 9);
  CHECK(file->Section<char>(2)->empty());
  CHECK_FALSE(file->Section<std::uint32_t>(1).ok());
}

TEST_CASE("a flipped bit anywhere in a section file is found", "[base]") {
  TempDir dir;
  const std::string path = dir.File("a.bin");
  WriteSample(path);
  const std::string good = ReadText(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    WriteText(path, bad);
    auto file = SectionFile::Open(path, kMagic, 3, 3);
    INFO("byte " << at);
    REQUIRE_FALSE(file.ok());
    CHECK(file.status().code() == StatusCode::kBadInput);
    CHECK(file.status().message().find(path) != std::string::npos);
  }
}

TEST_CASE("a section file cut or lengthened anywhere is refused", "[base]") {
  TempDir dir;
  const std::string path = dir.File("a.bin");
  WriteSample(path);
  const std::string good = ReadText(path);
  for (std::size_t size = 0; size < good.size(); ++size) {
    WriteText(path, good.substr(0, size));
    CHECK_FALSE(SectionFile::Open(path, kMagic, 3, 3).ok());
  }
  WriteText(path, good + '\0');
  CHECK_FALSE(SectionFile::Open(path, kMagic, 3, 3).ok());
}

}  // namespace
}  // namespace lightlda
