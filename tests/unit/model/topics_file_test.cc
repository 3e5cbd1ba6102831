// Topics files with right checksums and wrong content.
#include "model/topics_file.h"

#include <zstd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using Topics16 = std::vector<std::uint16_t>;

constexpr std::string_view kMagic = "LLDATOP\n";

// Writes a file as WriteTopicsFile does, but of any facts and any payload, and reads it as `facts`.
Status ReadForged(const std::array<std::uint64_t, 4>& written_facts,
                  std::span<const std::byte> payload, const TopicsFacts& facts) {
  TempDir dir;
  const std::span<const std::byte> sections[] = {std::as_bytes(std::span(written_facts)), payload};
  const auto stamp = WriteSectionFile(dir.File("t.bin"), kMagic, 1, sections);
  REQUIRE(stamp.ok());
  const auto topics = ReadTopicsFile(dir.File("t.bin"), stamp.value(), facts);
  if (topics.ok()) return {};
  CHECK(topics.status().code() == StatusCode::kBadInput);
  CHECK(topics.status().message().find("t.bin") != std::string::npos);
  return topics.status();
}

std::vector<std::byte> Compress(std::span<const std::byte> raw) {
  std::vector<std::byte> compressed(ZSTD_compressBound(raw.size()));
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), raw.data(), raw.size(), 1));
  return compressed;
}

std::vector<std::byte> Compress(const Topics16& topics) {
  return Compress(std::as_bytes(std::span(topics)));
}

TEST_CASE("forged topics files are read only if everything agrees", "[model]") {
  const TopicsFacts facts{2, 4, 10};
  const std::array<std::uint64_t, 4> right = {2, 4, 10, 2};
  CHECK(ReadForged(right, Compress({0, 9, 3, 3}), facts).ok());
  CHECK_FALSE(ReadForged({3, 4, 10, 2}, Compress({0, 9, 3, 3}), facts).ok());
  CHECK_FALSE(ReadForged({2, 5, 10, 2}, Compress({0, 9, 3, 3}), facts).ok());
  CHECK_FALSE(ReadForged({2, 4, 11, 2}, Compress({0, 9, 3, 3}), facts).ok());
  CHECK_FALSE(ReadForged({2, 4, 10, 4}, Compress({0, 9, 3, 3}), facts).ok());
}

TEST_CASE("a topic out of range is refused", "[model]") {
  const Status status = ReadForged({0, 3, 10, 2}, Compress({0, 10, 9}), {0, 3, 10});
  REQUIRE_FALSE(status.ok());
  CHECK(status.message().find("token 1 has topic 10 of 10") != std::string::npos);
}

TEST_CASE("topics that decompress to too much or too little are refused", "[model]") {
  const std::array<std::uint64_t, 4> facts = {0, 4, 10, 2};
  CHECK_FALSE(ReadForged(facts, Compress({1, 2, 3}), {0, 4, 10}).ok());
  CHECK_FALSE(ReadForged(facts, Compress({1, 2, 3, 4, 5}), {0, 4, 10}).ok());
  // 64 MB of zeros in a few kilobytes must not be unpacked for 4 tokens.
  CHECK_FALSE(ReadForged(facts, Compress(Topics16(std::size_t{1} << 25)), {0, 4, 10}).ok());
  const std::string garbage = "this is not zstd";
  CHECK_FALSE(ReadForged(facts, std::as_bytes(std::span(garbage)), {0, 4, 10}).ok());
  CHECK_FALSE(ReadForged(facts, {}, {0, 4, 10}).ok());
  const auto whole = Compress({1, 2, 3, 4});
  CHECK_FALSE(ReadForged(facts, std::span(whole).first(whole.size() - 1), {0, 4, 10}).ok());
}

TEST_CASE("a block without tokens has a topics file too", "[model]") {
  TempDir dir;
  const auto stamp = WriteTopicsFile(dir.File("t.bin"), {5, 0, 10}, {});
  REQUIRE(stamp.ok());
  const auto topics = ReadTopicsFile(dir.File("t.bin"), stamp.value(), {5, 0, 10});
  REQUIRE(topics.ok());
  CHECK(topics.value().empty());
}

}  // namespace
}  // namespace lightlda
