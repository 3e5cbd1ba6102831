#include "ingest/parse_number.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

namespace lightlda {
namespace {

constexpr std::uint64_t kMax = UINT64_MAX;

TEST_CASE("numbers are decimal digits and nothing else", "[preprocess]") {
  CHECK(ParseUnsigned("0", 0, kMax) == 0u);
  CHECK(ParseUnsigned("007", 0, kMax) == 7u);
  CHECK(ParseUnsigned("18446744073709551615", 0, kMax) == kMax);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1,000", "\xD9\xA1"}) {
    INFO(bad);
    CHECK_FALSE(ParseUnsigned(bad, 0, kMax).has_value());
  }
}

TEST_CASE("numbers outside their range are refused, also those that overflow", "[preprocess]") {
  for (const char* bad : {"18446744073709551616", "18446744073709551625", "99999999999999999999",
                          "184467440737095516150"}) {
    INFO(bad);
    CHECK_FALSE(ParseUnsigned(bad, 0, kMax).has_value());
  }
  for (const std::uint64_t max : {0u, 1u, 8u, 9u, 10u, 99u, 1234u}) {
    for (std::uint64_t value = 0; value < 1400; ++value) {
      CHECK(ParseUnsigned(std::to_string(value), 3, max).has_value() ==
            (value >= 3 && value <= max));
    }
  }
}

TEST_CASE("a refused number is named with what was expected", "[preprocess]") {
  const LineError error = NumberError("count", "-3", 1, 9);
  CHECK(error.reason == "negative number");
  CHECK(error.detail == "expected a count from 1 to 9, found \"-3\"");
  CHECK(NumberError("count", "0", 1, 9).reason == "zero count");
  CHECK(NumberError("word id", "0", 1, 9).reason == "number out of range");
  CHECK(NumberError("count", "1.5", 1, 9).reason == "not an integer");
}

TEST_CASE("fields are separated by runs of spaces and tabs", "[preprocess]") {
  std::string_view rest = "  a\tbc  d ";
  CHECK(NextField(&rest) == "a");
  CHECK(NextField(&rest) == "bc");
  CHECK(NextField(&rest) == "d");
  CHECK(NextField(&rest).empty());
  CHECK(NextField(&rest).empty());
}

}  // namespace
}  // namespace lightlda
