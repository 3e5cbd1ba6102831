// Varints: every number has one form, and no other is taken.
#include "base/varint.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace lightlda {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("varints and zigzag numbers round trip at their edges and refuse other forms", "[base]") {
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

}  // namespace
}  // namespace lightlda
