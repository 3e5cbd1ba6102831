// A shard's items: pushes add up, answers say so, and what cannot be is refused.
#include "ps/shard_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ps/number_batch.h"
#include "ps/pulled_slice.h"
#include "ps/row_batch.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

using Row = std::vector<TopicCount>;

TableLayout RowLayout() {
  TableSpec spec;
  spec.name = "rows";
  spec.items = ItemKind::kRows;
  spec.num_items = 6;
  spec.num_topics = 50;
  spec.pulled = Distribution::kSplit;
  spec.slice_begins = {0, 2, 6};
  return TableLayout::Make(spec, 2).value();  // shard 0 has rows 0, 2 and 3
}

TableLayout NumberLayout(Update update) {
  TableSpec spec;
  spec.name = "numbers";
  spec.num_items = 6;
  spec.update = update;
  return TableLayout::Make(spec, 2).value();  // shard 1 has numbers 3, 4 and 5
}

std::string PushPacked(ShardTable* table, std::uint32_t slice, std::uint32_t offset,
                       const std::vector<std::uint8_t>& packed, std::uint32_t num_items = 1) {
  std::vector<std::uint8_t> bytes(1000);
  RowBatchWriter writer(bytes);
  writer.Add(offset, packed);
  MessageHeader header;
  header.slice = slice;
  header.num_items = num_items;
  return table->Apply(header, std::span(bytes).first(writer.size())).message();
}
std::string PushRow(ShardTable* table, std::uint32_t slice, std::uint32_t offset,
                    const std::vector<TopicDelta>& deltas) {
  Row row;
  DeltasToRow(deltas, &row);
  return PushPacked(table, slice, offset, EncodeRow(row, 50));
}
std::string PushNumbers(ShardTable* table,
                        const std::vector<std::pair<std::uint32_t, Count>>& all) {
  std::vector<std::uint8_t> bytes(100);
  NumberBatchWriter writer(bytes);
  for (const auto& [offset, value] : all) writer.Add(offset, value);
  MessageHeader header;
  header.num_items = writer.num_items();
  return table->Apply(header, std::span(bytes).first(writer.size())).message();
}

TEST_CASE("deltas of a row add up, and what becomes 0 is gone", "[ps]") {
  const TableLayout layout = RowLayout();
  ShardRows rows(&layout, 0);
  Row row;
  CHECK(PushRow(&rows, 1, 1, {{0, 3}, {7, 2}, {49, 1}}) == "");
  CHECK(PushRow(&rows, 1, 1, {{0, -1}, {7, -2}, {8, 4}}) == "");
  rows.GetRow(3, &row);
  CHECK(row == Row{{0, 2}, {8, 4}, {49, 1}});
  rows.GetRow(2, &row);
  CHECK(row.empty());
  CHECK(rows.MemoryBytes() >= 3 * 16 + 3 * sizeof(TopicCount));
}

TEST_CASE("a row that cannot be is refused, and stays as it was", "[ps]") {
  const TableLayout layout = RowLayout();
  ShardRows rows(&layout, 0);
  REQUIRE(PushRow(&rows, 0, 0, {{1, 1}, {4, 2}}) == "");
  CHECK(PushRow(&rows, 0, 0, {{1, 5}, {4, -3}}) ==
        "topic 4 of row 0 of rows would get a count of -1");
  CHECK(PushRow(&rows, 0, 0, {{9, -1}}) == "topic 9 of row 0 of rows would get a count of -1");
  CHECK(PushPacked(&rows, 0, 0, {0x07}) == "malformed row 0 of rows");
  CHECK(PushRow(&rows, 0, 1, {{1, 1}}) == "row 1 of rows belongs to shard 1");
  CHECK(PushPacked(&rows, 0, 2, {}) == "expected 1 items of slice 0, found malformed bytes");
  CHECK(PushPacked(&rows, 0, 0, EncodeRow(Row{{1, 2}}, 50), 2) ==
        "expected 2 items of slice 0, found 1");
  Row row;
  rows.GetRow(0, &row);
  CHECK(row == Row{{1, 2}, {4, 2}});  // the last push was of a whole row
}

TEST_CASE("an answer holds the rows of the slice, and long ones in parts", "[ps]") {
  const TableLayout layout = RowLayout();
  ShardRows rows(&layout, 0);
  std::vector<TopicDelta> all;
  for (TopicId topic = 0; topic < 50; ++topic) all.push_back({topic, 1'000'000});
  REQUIRE(PushRow(&rows, 1, 0, all) == "");
  REQUIRE(PushRow(&rows, 1, 1, {{2, 5}}) == "");
  REQUIRE(PushRow(&rows, 0, 0, {{3, 1}}) == "");
  BufferPool pool(20, 64);
  PulledSlice pulled;
  pulled.slice = 1;
  pulled.shards = {rows.Encode(1, &pool), {}};
  CHECK(pulled.shards[0].size() > 2);
  const SliceRows found = SliceRows::Make(&layout, std::move(pulled)).value();
  Row row;
  REQUIRE(found.Get(2, &row).ok());
  CHECK(row.size() == 50);
  CHECK(std::ranges::all_of(row, [](const TopicCount& c) { return c.count == 1'000'000; }));
  REQUIRE(found.Get(3, &row).ok());
  CHECK(row == Row{{2, 5}});
  REQUIRE(found.Get(5, &row).ok());
  CHECK(row.empty());
}

TEST_CASE("an answer that has no room is none, and takes no buffer", "[ps]") {
  const TableLayout layout = RowLayout();
  ShardRows rows(&layout, 0);
  std::vector<TopicDelta> all;
  for (TopicId topic = 0; topic < 50; ++topic) all.push_back({topic, 1'000'000});
  REQUIRE(PushRow(&rows, 1, 0, all) == "");
  BufferPool pool(2, 64);
  CHECK(rows.Encode(1, &pool).empty());
  CHECK(pool.num_free() == 2);
  CHECK(rows.Encode(0, &pool).size() == 1);  // of no rows, but an answer
}

TEST_CASE("numbers add up, each at its owner", "[ps]") {
  const TableLayout layout = NumberLayout(Update::kAddCounts);
  ShardNumbers numbers(&layout, 1);
  CHECK(PushNumbers(&numbers, {{3, 4}, {5, 1}}) == "");
  CHECK(PushNumbers(&numbers, {{3, -4}, {5, 2}}) == "");
  CHECK(numbers.Get(3) == 0);
  CHECK(numbers.Get(5) == 3);
  CHECK(PushNumbers(&numbers, {{2, 1}}) == "number 2 of numbers belongs to another shard");
  CHECK(PushNumbers(&numbers, {{4, -1}}) == "number 4 of numbers, 0, would change by -1");
  CHECK(PushNumbers(&numbers, {{6, 1}}) == "expected 1 items of slice 0, found malformed bytes");
  CHECK(numbers.MemoryBytes() == 3 * sizeof(Count));
}

TEST_CASE("signed numbers may fall below 0 and come back so, but not wrap", "[ps]") {
  const TableLayout layout = NumberLayout(Update::kAddSigned);
  ShardNumbers numbers(&layout, 1);
  CHECK(PushNumbers(&numbers, {{4, -9}, {5, 7}}) == "");
  BufferPool pool(2, 64);
  PulledSlice pulled;
  pulled.shards = {{}, numbers.Encode(0, &pool)};
  std::vector<Count> found;
  REQUIRE(ReadNumbers(layout, pulled, &found).message() == "");
  CHECK(found == std::vector<Count>{0, 0, 0, 0, -9, 7});
  // Of counts the same answer makes no sense.
  CHECK_FALSE(ReadNumbers(NumberLayout(Update::kAddCounts), pulled, &found).ok());
  REQUIRE(PushNumbers(&numbers, {{4, std::int64_t{-1} << 62}}) == "");
  CHECK(PushNumbers(&numbers, {{4, std::int64_t{-1} << 62}}) != "");
}

TEST_CASE("a table is of the kind that its declaration says", "[ps]") {
  const TableLayout rows = RowLayout();
  const TableLayout numbers = NumberLayout(Update::kAddCounts);
  CHECK(dynamic_cast<ShardRows*>(ShardTable::Make(&rows, 0).get()) != nullptr);
  CHECK(dynamic_cast<ShardNumbers*>(ShardTable::Make(&numbers, 0).get()) != nullptr);
}

}  // namespace
}  // namespace lightlda
