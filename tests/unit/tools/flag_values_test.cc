#include "tools/flag_values.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda::tools {
namespace {

using testing::TempDir;
using testing::WriteText;

TEST_CASE("auto or a whole number", "[tools]") {
  CHECK(ParseAutoOrNumber("n", "auto", 0, -1).value() == -1);
  CHECK(ParseAutoOrNumber("n", "0", 0, -1).value() == 0);
  CHECK(ParseAutoOrNumber("n", "17", 1, 0).value() == 17);
  for (const char* bad : {"", "0", "-1", "1.5", "7x", "x", " 7", "99999999999", "Auto"}) {
    CAPTURE(bad);
    const Status status = ParseAutoOrNumber("n", bad, 1, 0).status();
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(status.message() == std::string("--n=") + bad + ": expected auto or a number from 1");
  }
}

TEST_CASE("a file with a number above 0 on each line", "[tools]") {
  const TempDir dir;
  const std::string path = dir.File("alpha.txt");
  WriteText(path, "0.5\n2e-1\r\n3\n");
  CHECK(ReadPositiveNumbers(path).value() == std::vector<double>{0.5, 0.2, 3});
  for (const char* bad : {"", "0", "-1", "nan", "1 2", "x"}) {
    WriteText(path, std::string("1\n") + bad + "\n1\n");
    CHECK(ReadPositiveNumbers(path).status().message() ==
          path + ":2: expected a number above 0, found \"" + bad + "\"");
  }
  CHECK(ReadPositiveNumbers(dir.File("absent")).status().code() == StatusCode::kBadInput);
}

TEST_CASE("auto or a number above 0", "[tools]") {
  CHECK(ParseAutoOrPositive("b", "auto").value() == 0);
  CHECK(ParseAutoOrPositive("b", "0.25").value() == 0.25);
  CHECK(ParseAutoOrPositive("b", "1e-3").value() == 0.001);
  for (const char* bad : {"", "0", "-0.1", "nan", "inf", "1e999", "0.1x"}) {
    CAPTURE(bad);
    CHECK(ParseAutoOrPositive("b", bad).status().message() ==
          std::string("--b=") + bad + ": expected auto or a number above 0");
  }
}

TEST_CASE("sizes in powers of 1024", "[tools]") {
  CHECK(ParseSize("m", "0").value() == 0);
  CHECK(ParseSize("m", "1000").value() == 1000);
  CHECK(ParseSize("m", "1K").value() == 1024);
  CHECK(ParseSize("m", "500M").value() == 500u << 20);
  CHECK(ParseSize("m", "1.5G").value() == std::uint64_t{3} << 29);
  CHECK(ParseSize("m", "2T").value() == std::uint64_t{2} << 40);
  CHECK(ParseSize("m", "999999999999999T").value() > std::uint64_t{1} << 40);  // no overflow
  for (const char* bad : {"", "G", "-1", "8Q", "8GB", "nan", "8 G", "1e15"}) {
    CAPTURE(bad);
    CHECK(ParseSize("m", bad).status().message() ==
          std::string("--m=") + bad + ": expected a size such as 500M or 8G, or 0");
  }
}

TEST_CASE("texts of defaults read back as what they are of", "[tools]") {
  CHECK(AutoOrNumberText(-1, -1) == "auto");
  CHECK(AutoOrNumberText(0, -1) == "0");
  CHECK(AutoOrPositiveText(0) == "auto");
  for (const double value : {0.1, 1.0 / 3, 1e-9, 25.0}) {
    CHECK(ParseAutoOrPositive("b", AutoOrPositiveText(value)).value() == value);
  }
  CHECK(SizeText(0) == "0");
  CHECK(SizeText(1023) == "1023");
  CHECK(SizeText(std::uint64_t{8} << 30) == "8G");
  CHECK(SizeText(std::uint64_t{3} << 29) == "1536M");
  CHECK(SizeText(std::uint64_t{5} << 40) == "5T");
  CHECK(SizeText(std::uint64_t{1} << 50) == "1024T");
  for (const std::uint64_t bytes :
       {std::uint64_t{1}, std::uint64_t{7} << 20, (std::uint64_t{1} << 40) + 1024}) {
    CHECK(ParseSize("m", SizeText(bytes)).value() == bytes);
  }
}

}  // namespace
}  // namespace lightlda::tools
