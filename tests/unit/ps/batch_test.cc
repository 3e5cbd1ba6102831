// Payloads: rows and numbers survive the wire, and no bytes do harm.
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "base/varint.h"
#include "net/buffer_pool.h"
#include "ps/number_batch.h"
#include "ps/row_batch.h"
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

TEST_CASE("varints and zigzag numbers round trip at their edges and refuse other forms", "[ps]") {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63},
                                   std::int64_t{-64}, std::int64_t{64}, kMin, kMax, kMin + 1}) {
    std::uint8_t bytes[kMaxVarintBytes];
    const std::uint64_t coded = ZigZag(value);
    REQUIRE(static_cast<std::size_t>(PutVarint(coded, bytes) - bytes) == VarintSize(coded));
    std::span<const std::uint8_t> rest(bytes, VarintSize(coded));
    std::uint64_t decoded = 0;
    REQUIRE(GetVarint64(&rest, &decoded));
    CHECK(rest.empty());
    CHECK(UnZigZag(decoded) == value);
  }
  const Bytes bad[] = {{},
                       {0x80},
                       {0x80, 0x00},
                       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},
                       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00}};
  for (const Bytes& bytes : bad) {
    std::span<const std::uint8_t> rest(bytes);
    std::uint64_t value;
    CHECK_FALSE(GetVarint64(&rest, &value));
  }
}

TEST_CASE("deltas of either sign survive as rows, extremes included", "[ps]") {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  const std::vector<TopicDelta> deltas = {{0, -1}, {1, 1}, {7, kMin}, {8, kMax}, {999, 42}};
  std::vector<TopicCount> row, decoded;
  DeltasToRow(deltas, &row);
  REQUIRE(DecodeRow(EncodeRow(row, 1000), 1000, &decoded));
  CHECK(Unpacked(EncodeRow(row, 1000), 1000) == deltas);
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

TEST_CASE("numbers come back with their topics; zeros and topics out of range are refused",
          "[ps]") {
  Bytes buffer(64);
  NumberBatchWriter writer(buffer);
  REQUIRE(writer.Add(3, -5));
  REQUIRE(writer.Add(4, std::int64_t{1} << 62));
  REQUIRE(writer.Add(999, 1));
  const Bytes bytes(buffer.begin(), buffer.begin() + writer.size());
  std::vector<std::pair<TopicId, Count>> found;
  const auto keep = [&](TopicId topic, Count value) { found.push_back({topic, value}); };
  CHECK(ReadNumberBatch(bytes, 1000, keep) == 3);
  CHECK(found ==
        std::vector<std::pair<TopicId, Count>>{{3, -5}, {4, std::int64_t{1} << 62}, {999, 1}});
  CHECK(ReadNumberBatch(bytes, 999, keep) == -1);
  CHECK(ReadNumberBatch(Bytes{0, 0}, 1000, keep) == -1);
  CHECK(ReadNumberBatch(Bytes{0}, 1000, keep) == -1);
}

TEST_CASE("mutated batches are read within their bounds", "[ps]") {
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
    std::uint64_t next = 0;
    (void)ReadNumberBatch(exact, 20, [&](TopicId topic, Count value) {
      REQUIRE(topic >= next);
      REQUIRE(topic < 20);
      REQUIRE(value != 0);
      next = std::uint64_t{topic} + 1;
    });
  }
  CHECK(complete > 1000);
}

TEST_CASE("an arena gives out each buffer once and again when its last payload has gone", "[ps]") {
  Payload kept;
  {
    BufferPool pool(2, 100);
    Buffer first = pool.TryAcquire();
    Buffer second = pool.TryAcquire();
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first.bytes().data() != second.bytes().data());
    CHECK_FALSE(pool.TryAcquire());
    CHECK(pool.Acquire().bytes().size() == 100);  // from the heap
    const std::uint8_t* const place = second.bytes().data();
    second.bytes()[0] = 9;
    kept = std::move(second).Seal(1);
    const Payload copy = kept;
    kept = {};
    CHECK_FALSE(pool.TryAcquire());
    kept = copy;
    first = {};
    Buffer again = pool.TryAcquire();
    REQUIRE(again);
    CHECK(again.bytes().data() != place);
    CHECK(pool.num_free() == 0);
  }
  CHECK(kept.bytes[0] == 9);  // outlives the pool
}

}  // namespace
}  // namespace lightlda
