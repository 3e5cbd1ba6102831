// Bins of dates and their names.
#include "report/group_values.h"

#include <catch2/catch.hpp>
#include <string>

#include "corpus/metadata_date.h"

namespace lightlda {
namespace {

std::string NameOf(DateBin bin, const char* date) {
  return DateBinName(bin, DateBinOf(bin, ParseDate(date)->days));
}

TEST_CASE("dates have a bin of each size", "[groups]") {
  CHECK(NameOf(DateBin::kYear, "2019-12-31") == "2019");
  CHECK(NameOf(DateBin::kQuarter, "2019-01-01") == "2019-Q1");
  CHECK(NameOf(DateBin::kQuarter, "2019-12-31") == "2019-Q4");
  CHECK(NameOf(DateBin::kMonth, "2019-01-31") == "2019-01");
  CHECK(NameOf(DateBin::kMonth, "1969-12-31") == "1969-12");
  CHECK(NameOf(DateBin::kDay, "1969-12-31") == "1969-12-31");
  CHECK(NameOf(DateBin::kDay, "2000-02-29") == "2000-02-29");
}

TEST_CASE("weeks are those of ISO 8601, around the ends of years, too", "[groups]") {
  CHECK(NameOf(DateBin::kWeek, "1970-01-01") == "1970-W01");
  CHECK(NameOf(DateBin::kWeek, "1969-12-29") == "1970-W01");
  CHECK(NameOf(DateBin::kWeek, "1969-12-28") == "1969-W52");
  CHECK(NameOf(DateBin::kWeek, "2020-12-31") == "2020-W53");
  CHECK(NameOf(DateBin::kWeek, "2021-01-03") == "2020-W53");
  CHECK(NameOf(DateBin::kWeek, "2021-01-04") == "2021-W01");
  CHECK(NameOf(DateBin::kWeek, "2024-12-30") == "2025-W01");
}

TEST_CASE("bins ascend with time", "[groups]") {
  for (const DateBin bin : {DateBin::kYear, DateBin::kQuarter, DateBin::kMonth, DateBin::kWeek}) {
    std::int64_t before = DateBinOf(bin, -1000);
    for (std::int32_t day = -999; day < 1000; ++day) {
      const std::int64_t number = DateBinOf(bin, day);
      CHECK((number == before || number == before + 1));
      before = number;
    }
  }
}

}  // namespace
}  // namespace lightlda
