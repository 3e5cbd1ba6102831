#include "base/scratch_file.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/huge_buffer.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

std::vector<std::byte> Bytes(std::size_t size, int value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}

TEST_CASE("a scratch file gives back what was written where, and zeros elsewhere", "[base]") {
  TempDir dir;
  ScratchFile file = Must(ScratchFile::Create(dir.path(), 10'000));
  Must(file.Write(5'000, Bytes(3'000, 7)));
  Must(file.Write(7'000, Bytes(10, 9)));
  std::vector<std::byte> read(10'000);
  Must(file.Read(0, read));
  for (std::size_t i = 0; i < read.size(); ++i) {
    const int expected = i >= 7'000 && i < 7'010 ? 9 : i >= 5'000 && i < 8'000 ? 7 : 0;
    if (read[i] != static_cast<std::byte>(expected)) FAIL("byte " << i);
  }
}

TEST_CASE("a scratch file has no name", "[base]") {
  TempDir dir;
  const ScratchFile file = Must(ScratchFile::Create(dir.path(), 100));
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("reading past the end of a scratch file is an error, not garbage", "[base]") {
  TempDir dir;
  const ScratchFile file = Must(ScratchFile::Create(dir.path(), 100));
  std::vector<std::byte> read(200);
  CHECK(file.Read(0, read).code() == StatusCode::kFailure);
}

TEST_CASE("space that there is not is refused at once, naming the directory", "[base]") {
  TempDir dir;
  const auto file = ScratchFile::Create(dir.path(), std::uint64_t{1} << 60);
  REQUIRE_FALSE(file.ok());
  CHECK(file.status().code() == StatusCode::kCannotWrite);
  CHECK(file.status().message().find(dir.path()) != std::string::npos);
  CHECK(ScratchFile::Create(dir.File("absent"), 1).status().code() == StatusCode::kCannotWrite);
}

TEST_CASE("a buffer on disk is zero at first and holds what is put there", "[base]") {
  TempDir dir;
  HugeBuffer<std::uint32_t> buffer = Must(HugeBuffer<std::uint32_t>::OnDisk(dir.path(), 100'000));
  CHECK(buffer.size() == 100'000);
  CHECK(buffer.data()[99'999] == 0);
  for (std::uint32_t i = 0; i < 100'000; ++i) buffer.data()[i] = i;
  CHECK(buffer.data()[54'321] == 54'321);
  CHECK(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace lightlda
