// Layouts: every item has one owner, no shard is hot, and all processes agree.
#include "ps/table_layout.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace lightlda {
namespace {

std::vector<Count> ZipfFrequencies(std::size_t num_words) {
  std::vector<Count> frequencies(num_words);
  for (std::size_t w = 0; w < num_words; ++w) {
    frequencies[w] = static_cast<Count>(1e6 / static_cast<double>(1 + w));
  }
  return frequencies;
}

// Rows of words, [frequencies.size()], in slices.
TableSpec Rows(const std::vector<Count>& frequencies, std::uint32_t num_slices,
               std::uint32_t num_topics) {
  TableSpec spec;
  spec.name = "rows";
  spec.items = ItemKind::kRows;
  spec.num_items = static_cast<std::uint32_t>(frequencies.size());
  spec.num_topics = num_topics;
  spec.pulled = Distribution::kSplit;
  spec.owner = Owner::kLeastLoaded;
  spec.slice_begins = CutSlices(frequencies, num_slices);
  for (const Count frequency : frequencies) {
    spec.max_entries.push_back(static_cast<std::uint32_t>(std::min<Count>(frequency, num_topics)));
  }
  return spec;
}

TableSpec Numbers(std::uint32_t count) {
  TableSpec spec;
  spec.name = "numbers";
  spec.num_items = count;
  return spec;
}

void CheckOwners(const TableLayout& layout) {
  std::vector<int> seen(layout.spec().num_items, 0);
  for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) {
    for (std::uint32_t shard = 0; shard < layout.num_shards(); ++shard) {
      std::uint32_t last = layout.slice_begin(slice);
      for (std::uint32_t i = 0; i < layout.NumItems(shard, slice); ++i) {
        const std::uint32_t item = layout.ItemAt(shard, slice, i);
        REQUIRE(item < layout.spec().num_items);
        ++seen[item];
        CHECK(item >= last);
        CHECK(layout.SliceOf(item) == slice);
        CHECK(layout.OwnerOf(slice, item) == shard);
        CHECK(layout.PlaceOf(slice, item) == i);
        last = item;
      }
    }
  }
  CHECK(std::ranges::all_of(seen, [](int times) { return times == 1; }));
}

TEST_CASE("every item has one owner and one place there, whatever the declaration", "[ps]") {
  for (const std::uint32_t num_shards : {1u, 3u, 7u}) {
    TableSpec rows = Rows(ZipfFrequencies(1000), 7, 100);
    CheckOwners(TableLayout::Make(rows, num_shards).value());
    rows.owner = Owner::kEqualRanges;
    CheckOwners(TableLayout::Make(rows, num_shards).value());
    for (const std::uint32_t count : {0u, 1u, 2u, 3u, 6u, 1000u}) {
      CheckOwners(TableLayout::Make(Numbers(count), num_shards).value());
    }
    TableSpec split = Numbers(50);
    split.pulled = Distribution::kSplit;
    split.slice_begins = {0, 1, 20, 50};
    CheckOwners(TableLayout::Make(split, num_shards).value());
  }
}

TEST_CASE("in every slice the shards' shares differ by a row at most", "[ps]") {
  const std::vector<Count> frequencies = ZipfFrequencies(5000);
  constexpr std::uint32_t kTopics = 1000, kShards = 4;
  const TableLayout layout = TableLayout::Make(Rows(frequencies, 10, kTopics), kShards).value();
  for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) {
    Count least = 1 << 30, most = 0;
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
      Count cost = 0;
      for (std::uint32_t i = 0; i < layout.NumItems(shard, slice); ++i) {
        cost += std::min<Count>(frequencies[layout.ItemAt(shard, slice, i)], kTopics) + 4;
      }
      least = std::min(least, cost);
      most = std::max(most, cost);
    }
    CHECK(most - least <= kTopics + 4);
  }
}

TEST_CASE("equal ranges differ by one item at most", "[ps]") {
  for (const std::uint32_t count : {1u, 2u, 3u, 1000u}) {
    const TableLayout layout = TableLayout::Make(Numbers(count), 3).value();
    for (std::uint32_t shard = 0; shard < 3; ++shard) {
      CHECK(layout.NumItems(shard, 0) >= count / 3);
      CHECK(layout.NumItems(shard, 0) <= count / 3 + 1);
    }
  }
}

TEST_CASE("a layout needs shards and a declaration that makes sense", "[ps]") {
  CHECK(TableLayout::Make(Numbers(3), 1).ok());
  CHECK_FALSE(TableLayout::Make(Numbers(3), 0).ok());
  CHECK_FALSE(TableLayout::Make(Numbers(3), 65536).ok());
  TableSpec wrong = Numbers(3);
  wrong.registers = 0;
  CHECK_FALSE(TableLayout::Make(wrong, 1).ok());
}

}  // namespace
}  // namespace lightlda
