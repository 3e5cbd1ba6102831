// The arena of packed rows: what was written stays, and memory stays near what is in it.
#include "table/packed_rows.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

namespace lightlda {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("rows of an arena keep their bytes while others grow, shrink and move", "[table]") {
  std::mt19937 random(1);
  PackedRows rows(300);
  std::vector<Bytes> expected(300);
  for (int step = 0; step < 30000; ++step) {
    const std::size_t row = random() % expected.size();
    const std::size_t most = step < 10000 ? 20 : step < 20000 ? 300 : 40;
    expected[row].resize(random() % most);
    for (std::uint8_t& byte : expected[row]) byte = static_cast<std::uint8_t>(random());
    const auto size = static_cast<std::uint32_t>(expected[row].size());
    const std::span<std::uint8_t> bytes = rows.Resize(row, size);
    REQUIRE(bytes.size() == size);
    std::copy(expected[row].begin(), expected[row].end(), bytes.begin());
    // The room behind a row is its own: other rows must not see what is written there.
    std::fill_n(bytes.data() + bytes.size(), kRowSlack, std::uint8_t{0xEE});
    if (step % 1000 != 0) continue;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(Bytes(rows.Row(i).begin(), rows.Row(i).end()) == expected[i]);
    }
  }
}

TEST_CASE("an arena takes about one and a half times its rows, however they have grown",
          "[table]") {
  std::mt19937 random(2);
  constexpr std::size_t kRows = 1000;
  PackedRows rows(kRows);
  for (std::uint32_t size = 1; size <= 200; ++size) {
    for (std::size_t row = 0; row < kRows; ++row) rows.Resize(row, size + random() % 3);
    if (size < 20) continue;
    const double arena = static_cast<double>(rows.MemoryBytes() - kRows * 16);
    CHECK(arena < 1.6 * kRows * (size + 1));
  }
  CHECK(PackedRows(kRows).MemoryBytes() == kRows * 16);
}

}  // namespace
}  // namespace lightlda
