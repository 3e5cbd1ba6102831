// Packed changes of rows: all of 32 bits and either sign come back.
#include "table/delta_codec.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace lightlda {
namespace {

std::vector<TopicDelta> Unpacked(std::span<const std::uint8_t> packed, std::uint32_t num_topics) {
  DeltaUnpacker unpacker;
  std::span<const TopicDelta> deltas;
  REQUIRE(unpacker.Unpack(packed, num_topics, 0, &deltas));
  return {deltas.begin(), deltas.end()};
}

TEST_CASE("deltas of either sign survive as rows, extremes included", "[table]") {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  const std::vector<TopicDelta> deltas = {{0, -1}, {1, 1}, {7, kMin}, {8, kMax}, {999, 42}};
  std::vector<TopicCount> row;
  DeltasToRow(deltas, &row);
  CHECK(Unpacked(EncodeRow(row, 1000), 1000) == deltas);
}

TEST_CASE("a small change takes one byte, whatever its sign", "[table]") {
  for (const std::int32_t delta : {1, -1}) {
    std::vector<TopicCount> row;
    DeltasToRow(std::vector<TopicDelta>{{0, delta}, {1, -delta}, {2, delta}}, &row);
    CHECK(EncodeRow(row, 1000).size() == 4);  // and the form
  }
}

TEST_CASE("no bytes unpack to a change of 0, and malformed ones to nothing", "[table]") {
  std::mt19937 random(3);
  DeltaUnpacker unpacker;
  int valid = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<std::uint8_t> bytes(random() % 12);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() % 64);
    std::span<const TopicDelta> deltas;
    std::vector<TopicCount> row;
    const bool is_row = UnpackRow(bytes, 20, &row);
    REQUIRE(unpacker.Unpack(bytes, 20, 0, &deltas) == is_row);
    if (!is_row) continue;
    ++valid;
    REQUIRE(deltas.size() == row.size());
    for (const TopicDelta& delta : deltas) REQUIRE(delta.delta != 0);
  }
  CHECK(valid > 100);
}

}  // namespace
}  // namespace lightlda
