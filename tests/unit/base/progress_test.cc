#include "base/progress.h"

#include <catch2/catch.hpp>
#include <limits>

namespace lightlda {
namespace {

TEST_CASE("numbers are written the way people read them", "[base]") {
  CHECK(FormatDuration(0) == "0.0s");
  CHECK(FormatDuration(0.0346) == "35ms");
  CHECK(FormatDuration(7.46) == "7.5s");
  CHECK(FormatDuration(190) == "3m10s");
  CHECK(FormatDuration(3725) == "1h02m");
  CHECK(FormatDuration(std::numeric_limits<double>::infinity()) == "?");
  CHECK(FormatBytes(512) == "512 B");
  CHECK(FormatBytes(1500) == "1.5 kB");
  CHECK(FormatBytes(2.34e9) == "2.3 GB");
  CHECK(FormatCount(0) == "0");
  CHECK(FormatCount(999) == "999");
  CHECK(FormatCount(7287020) == "7,287,020");
  CHECK(FormatCount(-1234567) == "-1,234,567");
  CHECK(FormatFixed(-8.15832, 4) == "-8.1583");
}

}  // namespace
}  // namespace lightlda
