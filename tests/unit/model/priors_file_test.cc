// Priors come back exactly; files with right checksums and wrong content are refused.
#include "model/priors_file.h"

#include <catch2/catch.hpp>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;

TEST_CASE("priors come back bit for bit", "[model]") {
  const TempDir dir;
  const Priors priors = {{0.1, 1.0 / 3, std::numeric_limits<double>::denorm_min(), 1e300}, 0.01};
  const auto stamp = WritePriorsFile(dir.File("p.bin"), priors);
  REQUIRE(stamp.ok());
  const auto read = ReadPriorsFile(dir.File("p.bin"), stamp.value(), 4);
  REQUIRE(read.ok());
  CHECK(read.value() == priors);
  FileStamp other = stamp.value();
  ++other.checksum;
  CHECK_FALSE(ReadPriorsFile(dir.File("p.bin"), other, 4).ok());
}

// Writes a file as WritePriorsFile does, but of any numbers, and reads it as that of two topics.
Status ReadForged(const std::vector<double>& alpha, const std::vector<double>& beta) {
  const TempDir dir;
  const std::span<const std::byte> sections[] = {std::as_bytes(std::span(alpha)),
                                                 std::as_bytes(std::span(beta))};
  const auto stamp = WriteSectionFile(dir.File("p.bin"), "LLDAPRI\n", 1, sections);
  REQUIRE(stamp.ok());
  const Status status = ReadPriorsFile(dir.File("p.bin"), stamp.value(), 2).status();
  if (!status.ok()) {
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().find("p.bin: corrupted: ") != std::string::npos);
  }
  return status;
}

TEST_CASE("forged priors are refused", "[model]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(ReadForged({1, 2}, {1}).ok());
  CHECK_FALSE(ReadForged({1}, {1}).ok());
  CHECK_FALSE(ReadForged({1, 2, 3}, {1}).ok());
  CHECK_FALSE(ReadForged({1, 2}, {}).ok());
  CHECK_FALSE(ReadForged({1, 2}, {1, 1}).ok());
  for (const double bad : {0.0, -1.0, kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_FALSE(ReadForged({1, bad}, {1}).ok());
    CHECK_FALSE(ReadForged({1, 2}, {bad}).ok());
  }
}

}  // namespace
}  // namespace lightlda
