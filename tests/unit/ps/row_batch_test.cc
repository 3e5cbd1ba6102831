// Payloads of rows: rows survive the wire, and no bytes do harm.
#include "ps/row_batch.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "table/delta_codec.h"
#include "table/row_changes.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<TopicDelta> Unpacked(std::span<const std::uint8_t> packed, std::uint32_t num_topics) {
  DeltaUnpacker unpacker;
  std::span<const TopicDelta> deltas;
  REQUIRE(unpacker.Unpack(packed, num_topics, 0, &deltas));
  return {deltas.begin(), deltas.end()};
}

TEST_CASE("the worked example of docs/protocol.md is encoded as described", "[ps]") {
  std::vector<TopicCount> row;
  DeltasToRow(std::vector<TopicDelta>{{3, -1}, {4, 1}}, &row);
  Bytes buffer(64);
  RowBatchWriter writer(buffer);
  REQUIRE(writer.Add(2, EncodeRow(row, 1000)));
  buffer.resize(writer.size());
  CHECK(buffer == Bytes{0x04, 0x03, 0x06, 0x43, 0x80});
}

TEST_CASE("rows come back in order with their words, over as many batches as they need", "[ps]") {
  std::mt19937 random(1);
  std::vector<std::pair<std::uint32_t, Bytes>> rows;
  for (int i = 0; i < 500; ++i) {
    rows.push_back({static_cast<std::uint32_t>(random() % 3000), Bytes(random() % 50, 7)});
  }
  std::vector<Bytes> batches;
  Bytes buffer(100);
  RowBatchWriter writer(buffer);
  for (const auto& [offset, packed] : rows) {
    if (writer.Add(offset, packed)) continue;
    batches.push_back(Bytes(buffer.begin(), buffer.begin() + writer.size()));
    writer = RowBatchWriter(buffer);
    REQUIRE(writer.Add(offset, packed));
  }
  batches.push_back(Bytes(buffer.begin(), buffer.begin() + writer.size()));
  CHECK(batches.size() > 50);
  std::size_t at = 0;
  for (const Bytes& batch : batches) {
    RowBatchReader reader(batch);
    std::uint32_t offset;
    std::span<const std::uint8_t> packed;
    while (reader.Next(3000, &offset, &packed)) {
      REQUIRE(offset == rows[at].first);
      REQUIRE(Bytes(packed.begin(), packed.end()) == rows[at].second);
      ++at;
    }
    REQUIRE(reader.ok());
  }
  CHECK(at == rows.size());
}

TEST_CASE("a part of a long row fits an empty buffer, whatever its entries", "[ps]") {
  constexpr std::uint32_t kTopics = 1u << 24;
  for (const std::size_t buffer_bytes : {kMinBatchBytes, std::size_t{100}, std::size_t{5000}}) {
    std::vector<TopicCount> row;  // every entry as long as can be
    for (std::uint32_t i = 0; i < 1000; ++i) row.push_back({i * 16000 + 15999, 0xFFFFFFFF - i});
    std::vector<TopicCount> joined;
    ForEachPart(row, buffer_bytes, [&](std::span<const TopicCount> part) {
      Bytes buffer(buffer_bytes);
      RowBatchWriter writer(buffer);
      REQUIRE(writer.Add(0xFFFFFFFF, EncodeRow(part, kTopics)));
      joined.insert(joined.end(), part.begin(), part.end());
    });
    CHECK(joined == row);
  }
}

TEST_CASE("changes of rows are packed one by one, long ones in parts that fit a buffer", "[ps]") {
  constexpr std::uint32_t kTopics = 5000;
  constexpr std::size_t kBufferBytes = 100;
  std::vector<std::pair<WordId, std::vector<TopicDelta>>> rows = {
      {9, {{0, -1}, {4999, 2}}}, {3, {}}, {11, {}}};
  for (TopicId k = 0; k < 400; ++k) rows[2].second.push_back({10 * k, k % 2 == 0 ? -300 : 1});
  RowChanges changes;
  for (const auto& [word, deltas] : rows) changes.Add(word, deltas);
  REQUIRE(changes.num_rows() == 2);  // nothing is no row
  PackedChanges packed;
  for (int round = 0; round < 2; ++round) {  // what was there before is gone
    packed.Pack(changes, kTopics, kBufferBytes);
    std::vector<std::pair<WordId, std::vector<TopicDelta>>> found;
    for (std::size_t i = 0; i < packed.num_rows(); ++i) {
      Bytes buffer(kBufferBytes);
      RowBatchWriter writer(buffer);
      REQUIRE(writer.Add(0xFFFFFFFF, packed.bytes(i)));
      const std::vector<TopicDelta> deltas = Unpacked(packed.bytes(i), kTopics);
      if (found.empty() || found.back().first != packed.word(i))
        found.push_back({packed.word(i), {}});
      found.back().second.insert(found.back().second.end(), deltas.begin(), deltas.end());
    }
    CHECK(packed.num_rows() > 10);
    CHECK((found.size() == 2 && found[0] == rows[0] && found[1] == rows[2]));
  }
  changes.Clear();
  packed.Pack(changes, kTopics, kBufferBytes);
  CHECK(packed.num_rows() == 0);
}

TEST_CASE("mutated batches of rows are read within their bounds", "[ps]") {
  std::mt19937 random(2);
  int complete = 0;
  for (int trial = 0; trial < 50000; ++trial) {
    Bytes bytes(random() % 40);
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random() % (trial % 3 == 0 ? 256 : 12));
    }
    const Bytes exact(bytes.begin(), bytes.end());  // so that a sanitizer sees any read outside
    RowBatchReader reader(exact);
    std::uint32_t offset;
    std::span<const std::uint8_t> packed;
    std::vector<TopicCount> row;
    while (reader.Next(20, &offset, &packed)) {
      REQUIRE(offset < 20);
      (void)DecodeRow(packed, 20, &row);
    }
    complete += reader.ok();
  }
  CHECK(complete > 1000);
}

}  // namespace
}  // namespace lightlda
