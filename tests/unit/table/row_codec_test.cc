// Packing of rows: round trips, the choice of the form, and bytes nobody wrote.
#include "table/row_codec.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

namespace lightlda {
namespace {

using Row = std::vector<TopicCount>;
using Bytes = std::vector<std::uint8_t>;

// `num_entries` random topics with counts whose magnitudes are uniform up to max_count_bits.
Row RandomRow(std::uint32_t num_topics, std::size_t num_entries, int max_count_bits,
              std::mt19937* random) {
  std::set<TopicId> topics;
  while (topics.size() < num_entries) topics.insert((*random)() % num_topics);
  Row row;
  for (const TopicId topic : topics) {
    const int bits = 1 + static_cast<int>((*random)() % max_count_bits);
    const std::uint64_t limit = std::uint64_t{1} << bits;
    row.push_back({topic, static_cast<std::uint32_t>(1 + (*random)() % (limit - 1))});
  }
  return row;
}

// Unpacks from a heap copy of exact size, so that a sanitizer sees any read outside of it.
bool Decode(const Bytes& packed, std::uint32_t num_topics, Row* row) {
  const Bytes exact(packed.begin(), packed.end());
  return DecodeRow(exact, num_topics, row);
}

void CheckWellFormed(const Row& row, std::uint32_t num_topics) {
  std::uint64_t next = 0;
  for (const TopicCount& entry : row) {
    REQUIRE(entry.topic >= next);
    REQUIRE(entry.topic < num_topics);
    REQUIRE(entry.count > 0);
    next = std::uint64_t{entry.topic} + 1;
  }
}

TEST_CASE("a packed row gives back its entries for any K, density and size of counts", "[table]") {
  std::mt19937 random(1);
  for (const std::uint32_t num_topics : {2u, 3u, 10u, 64u, 1000u, 65536u, 65537u, 1u << 24}) {
    for (const double density : {0.0001, 0.003, 0.05, 0.3, 0.7, 1.0}) {
      const auto wanted = static_cast<std::size_t>(density * num_topics);
      const std::size_t num_entries = std::clamp<std::size_t>(wanted, 1, 20000);
      for (const int count_bits : {1, 3, 8, 9, 16, 17, 32}) {
        const Row row =
            RandomRow(num_topics, std::min<std::size_t>(num_entries, num_topics / 2 + 1),
                      count_bits, &random);
        const Bytes packed = EncodeRow(row, num_topics);
        INFO("K " << num_topics << ", " << row.size() << " entries, " << count_bits << " bits");
        CHECK(packed.size() == PlanRow(row, num_topics).bytes);
        Row decoded = {{7, 7}};
        REQUIRE(Decode(packed, num_topics, &decoded));
        CHECK(decoded == row);
      }
    }
  }
}

TEST_CASE("a full row round trips for every width of its counts", "[table]") {
  for (const std::uint32_t count : {1u, 255u, 256u, 65535u, 65536u, 4294967295u}) {
    Row row;
    for (TopicId topic = 0; topic < 300; ++topic) row.push_back({topic, count - topic % 2});
    std::erase_if(row, [](const TopicCount& entry) { return entry.count == 0; });
    Row decoded;
    REQUIRE(Decode(EncodeRow(row, 300), 300, &decoded));
    CHECK(decoded == row);
  }
}

TEST_CASE("bytes behind a row change neither its encoding nor what it unpacks to", "[table]") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 20000; ++trial) {
    const std::uint32_t num_topics = 1 + random() % 3000;
    const Row row = RandomRow(num_topics, 1 + random() % std::min(num_topics, 30u),
                              1 + static_cast<int>(random() % 20), &random);
    const Bytes packed = EncodeRow(row, num_topics);
    Bytes roomy(packed.size() + kRowSlack, static_cast<std::uint8_t>(random()));
    const std::span<std::uint8_t> inside = std::span(roomy).first(packed.size());
    PackRow(row, PlanRow(row, num_topics), inside, kRowSlack);
    REQUIRE(Bytes(inside.begin(), inside.end()) == packed);
    for (std::size_t i = packed.size(); i < roomy.size(); ++i) {
      roomy[i] = static_cast<std::uint8_t>(random());
    }
    Row decoded;
    REQUIRE(UnpackRow(inside, num_topics, &decoded, kRowSlack));
    REQUIRE(decoded == row);
    // Cut short, a number must not be completed from the bytes behind.
    const std::span<std::uint8_t> cut = inside.first(inside.size() - 1);
    Row strict;
    const bool ok = UnpackRow(cut, num_topics, &strict);
    REQUIRE(UnpackRow(cut, num_topics, &decoded, kRowSlack) == ok);
    if (ok) REQUIRE(decoded == strict);
  }
}

TEST_CASE("an empty row takes no bytes", "[table]") {
  CHECK(EncodeRow({}, 10).empty());
  Row decoded = {{1, 1}};
  REQUIRE(DecodeRow({}, 10, &decoded));
  CHECK(decoded.empty());
}

TEST_CASE("the worked example of the format packs as described", "[table]") {
  const Row row = {{3, 1}, {4, 2}, {200, 1}, {203, 300}};
  const Bytes packed = EncodeRow(row, 1000);
  CHECK(packed == Bytes{0x06, 0x43, 0x80, 0x63, 0x06, 0x02, 0xAC, 0x02});
}

TEST_CASE("the extreme entries of a row round trip", "[table]") {
  constexpr std::uint32_t kMaxCount = std::numeric_limits<std::uint32_t>::max();
  constexpr std::uint32_t kTopics = 1u << 24;
  for (const Row& row : {Row{{kTopics - 1, kMaxCount}}, Row{{0, kMaxCount}, {kTopics - 1, 1}},
                         Row{{0, 1}}, Row{{kTopics - 2, 1}, {kTopics - 1, 1}}}) {
    Row decoded;
    REQUIRE(Decode(EncodeRow(row, kTopics), kTopics, &decoded));
    CHECK(decoded == row);
  }
}

TEST_CASE("the form is the smallest: dense rows cost K bytes, sparse ones a few an entry",
          "[table]") {
  std::mt19937 random(2);
  Row full;
  for (TopicId topic = 0; topic < 1000; ++topic) full.push_back({topic, 200});
  CHECK(EncodeRow(full, 1000).size() == 1001);
  const Row ones = RandomRow(1000, 100, 1, &random);
  CHECK(EncodeRow(ones, 1000).size() <= 1 + 120);
  const Row wide = RandomRow(10000, 100, 3, &random);
  CHECK(EncodeRow(wide, 10000).size() <= 1 + 300);
}

TEST_CASE("bytes cut short, added to or of another K are refused", "[table]") {
  std::mt19937 random(3);
  for (const std::size_t num_entries : {std::size_t{1}, std::size_t{40}, std::size_t{900}}) {
    const Row row = RandomRow(1000, num_entries, 12, &random);
    const Bytes packed = EncodeRow(row, 1000);
    Row decoded;
    for (std::size_t size = 1; size < packed.size(); ++size) {
      const bool ok = Decode(Bytes(packed.begin(), packed.begin() + size), 1000, &decoded);
      if (ok) CHECK(decoded.size() < row.size());
    }
    Bytes longer = packed;
    longer.push_back(0);
    CHECK_FALSE(Decode(longer, 1000, &decoded));
    CHECK_FALSE(Decode(packed, row.back().topic, &decoded));
  }
}

TEST_CASE("over-long numbers and second forms of a row are refused", "[table]") {
  Row decoded;
  REQUIRE(Decode({0x07, 0x80}, 1000, &decoded));      // topic 0 once
  CHECK_FALSE(Decode({0x07}, 1000, &decoded));        // no entry
  CHECK_FALSE(Decode({0x06, 0x40}, 1000, &decoded));  // another split
  CHECK_FALSE(Decode({0x00, 0x80}, 1000, &decoded));  // unknown tags
  CHECK_FALSE(Decode({0x08, 0x80}, 1000, &decoded));
  CHECK_FALSE(Decode({0x13, 0x80}, 1000, &decoded));
  CHECK_FALSE(Decode({0x07, 0xC0, 0x00}, 1000, &decoded));        // more bits, all zero
  CHECK_FALSE(Decode({0x07, 0xC0, 0x81, 0x00}, 1000, &decoded));  // over-long varint
  CHECK_FALSE(Decode({0x07, 0x00, 0x01}, 1000, &decoded));        // count 1 as a varint
  CHECK_FALSE(Decode({0x07, 0x00, 0x00}, 1000, &decoded));        // count 0
  CHECK_FALSE(Decode({0x07, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x10}, 1000, &decoded));  // 2^32
  CHECK_FALSE(Decode({0x07, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, 1000, &decoded));
  CHECK_FALSE(Decode({0x11, 0, 0, 0}, 3, &decoded));                 // dense, all zero
  CHECK_FALSE(Decode({0x12, 200, 0, 200, 0, 200, 0}, 3, &decoded));  // wider than need be
}

TEST_CASE("random bytes never decode to anything but a row that packs to them", "[table]") {
  std::mt19937 random(4);
  constexpr std::uint8_t kTags[] = {2, 3, 4, 5, 6, 7, 0x11, 0x12, 0x14};
  int accepted = 0;
  for (int trial = 0; trial < 200000; ++trial) {
    Bytes bytes(random() % 24);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    if (!bytes.empty() && trial % 4 != 0) bytes[0] = kTags[random() % std::size(kTags)];
    const std::uint32_t num_topics = std::uint32_t{1} << (1 + random() % 24);
    Row row;
    if (!Decode(bytes, num_topics, &row)) continue;
    ++accepted;
    CheckWellFormed(row, num_topics);
    REQUIRE(EncodeRow(row, num_topics) == bytes);
  }
  CHECK(accepted > 1000);
}

TEST_CASE("mutated encodings never decode to anything but a row that packs to them", "[table]") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 20000; ++trial) {
    const std::uint32_t num_topics = 2 + random() % (trial % 2 == 0 ? 40 : 100000);
    const std::size_t num_entries = 1 + random() % std::min(30u, num_topics - 1);
    Bytes bytes = EncodeRow(RandomRow(num_topics, num_entries, 10, &random), num_topics);
    for (int change = 0; change < 1 + trial % 3; ++change) {
      bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
    }
    Row row;
    if (!Decode(bytes, num_topics, &row)) continue;
    CheckWellFormed(row, num_topics);
    REQUIRE(EncodeRow(row, num_topics) == bytes);
  }
}

}  // namespace
}  // namespace lightlda
