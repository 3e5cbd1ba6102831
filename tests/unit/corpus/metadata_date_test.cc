// Dates as they are written, and what is none.
#include "corpus/metadata_date.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

std::string Shown(const char* text) {
  const auto date = ParseDate(text);
  return date ? FormatDate(*date) : "none";
}

TEST_CASE("dates are read as precisely as they are written", "[metadata]") {
  CHECK(Shown("2019") == "2019");
  CHECK(Shown("2019-05") == "2019-05");
  CHECK(Shown("2019-05-03") == "2019-05-03");
  CHECK(Shown("2019-05-03T23:59:59+14:00") == "2019-05-03");
  CHECK(Shown("2019-05-03 12:00") == "2019-05-03");
  CHECK(Shown("0987-01-01") == "0987-01-01");
  CHECK(ParseDate("1970-01-02")->days == 1);
  CHECK(ParseDate("1969-12-31")->days == -1);
  CHECK(ParseDate("2019-05")->precision == DatePrecision::kMonth);
  CHECK(ParseDate("2019-05")->days == ParseDate("2019-05-01")->days);
}

TEST_CASE("whole numbers above 3000 are seconds, others are years", "[metadata]") {
  CHECK(Shown("3000") == "3000");
  CHECK(Shown("3001") == "1970-01-01");
  CHECK(Shown("1585999999") == "2020-04-04");
  CHECK(Shown("253402300799") == "9999-12-31");
  CHECK(Shown("253402300800") == "none");
}

TEST_CASE("what is no date is refused", "[metadata]") {
  for (const char* text : {"", "soon", "19", "2019-", "2019-13", "2019-00", "2019-2", "2019-02-29",
                           "2019-02-1", "2019-02-01x", "2019/02/01", "-2019", "2019-02-011", "1e9",
                           "99999999999999999999", "T2019"}) {
    CAPTURE(text);
    CHECK(Shown(text) == "none");
  }
  CHECK(FormatDate({kMissingDate, DatePrecision::kMissing}).empty());
}

}  // namespace
}  // namespace lightlda
