// The arena of rows: what was set stays, and memory stays near what is in it.
#include "table/row_arena.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

namespace lightlda {
namespace {

using Row = std::vector<TopicCount>;

TEST_CASE("rows of an arena keep their entries while others grow, shrink and move", "[table]") {
  std::mt19937 random(1);
  RowArena rows(300);
  std::vector<Row> expected(300);
  for (int step = 0; step < 30000; ++step) {
    const std::size_t row = random() % expected.size();
    const std::size_t most = step < 10000 ? 20 : step < 20000 ? 300 : 40;
    expected[row].resize(random() % most);
    for (TopicCount& entry : expected[row]) {
      entry = {static_cast<TopicId>(random()), static_cast<std::uint32_t>(random())};
    }
    rows.Set(row, expected[row]);
    if (step % 1000 != 0) continue;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(Row(rows.Row(i).begin(), rows.Row(i).end()) == expected[i]);
    }
  }
}

TEST_CASE("an arena takes about a quarter more than its rows, however they have grown", "[table]") {
  std::mt19937 random(2);
  constexpr std::size_t kRows = 1000;
  RowArena rows(kRows);
  for (std::uint32_t size = 1; size <= 200; ++size) {
    for (std::size_t row = 0; row < kRows; ++row) rows.Set(row, Row(size + random() % 3));
    if (size < 20) continue;
    const double arena = static_cast<double>(rows.MemoryBytes() - kRows * 16);
    CHECK(arena < 1.35 * kRows * (size + 1) * sizeof(TopicCount) + 4096);
  }
  CHECK(RowArena(kRows).MemoryBytes() == kRows * 16);
}

TEST_CASE("an arena gives memory back when its rows become smaller", "[table]") {
  constexpr std::size_t kRows = 1000;
  RowArena rows(kRows);
  for (std::size_t row = 0; row < kRows; ++row) rows.Set(row, Row(400, {1, 1}));
  const std::size_t large = rows.MemoryBytes();
  for (std::size_t row = 0; row < kRows; ++row) rows.Set(row, Row(40, {2, 2}));
  CHECK(rows.MemoryBytes() < large / 4);
  for (std::size_t row = 0; row < kRows; ++row) {
    REQUIRE(Row(rows.Row(row).begin(), rows.Row(row).end()) == Row(40, {2, 2}));
  }
  for (std::size_t row = 0; row < kRows; ++row) rows.Set(row, {});
  CHECK(rows.MemoryBytes() < kRows * 16 + 20'000);
}

TEST_CASE("rows that go one by one cost few copies, short ones too", "[table]") {
  // A place of one entry is of two: such rows fill half of an arena at best.
  constexpr std::size_t kRows = 20'000;
  RowArena rows(kRows);
  for (std::size_t row = 0; row < kRows; ++row) rows.Set(row, Row(1, {1, 1}));
  int copies = 0;
  for (std::size_t row = 0; row + 1 < kRows; ++row) {
    const TopicCount* const last = rows.Row(kRows - 1).data();
    rows.Set(row, {});
    copies += rows.Row(kRows - 1).data() != last ? 1 : 0;
  }
  CHECK(copies > 0);
  CHECK(copies <= 20);
  CHECK(rows.Row(kRows - 1)[0] == TopicCount{1, 1});
}

}  // namespace
}  // namespace lightlda
