// Payloads of numbers: what was added comes back, and no bytes do harm.
#include "ps/number_batch.h"

#include <catch2/catch.hpp>
#include <random>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("numbers come back with their places; zeros and places out of range are refused",
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

TEST_CASE("a number that does not fit is not written, not even in part", "[ps]") {
  Bytes buffer(4, 0xEE);
  NumberBatchWriter writer(buffer);
  REQUIRE(writer.Add(0, 1));
  CHECK_FALSE(writer.Add(1, 1 << 20));
  CHECK(writer.size() == 2);
  CHECK(writer.num_items() == 1);
  CHECK(buffer == Bytes{0, 2, 0xEE, 0xEE});
  CHECK(writer.Add(1, 1));  // a shorter one does
  CHECK(writer.num_items() == 2);
}

TEST_CASE("mutated batches of numbers are read within their bounds", "[ps]") {
  std::mt19937 random(2);
  int complete = 0;
  for (int trial = 0; trial < 50000; ++trial) {
    Bytes bytes(random() % 40);
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random() % (trial % 3 == 0 ? 256 : 12));
    }
    const Bytes exact(bytes.begin(), bytes.end());  // so that a sanitizer sees any read outside
    std::uint64_t next = 0;
    const std::int64_t found = ReadNumberBatch(exact, 20, [&](std::uint32_t place, Count value) {
      REQUIRE(place >= next);
      REQUIRE(place < 20);
      REQUIRE(value != 0);
      next = std::uint64_t{place} + 1;
    });
    complete += found > 0 ? 1 : 0;
  }
  CHECK(complete > 500);
}

}  // namespace
}  // namespace lightlda
