#include "base/disk_space.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "test_util.h"

namespace lightlda {
namespace {

TEST_CASE("free space is that of the nearest folder that exists", "[base]") {
  const testing::TempDir dir;
  const auto here = FreeDiskBytes(dir.path());
  REQUIRE(here);
  // Another way to ask; others write meanwhile.
  const std::uintmax_t expected = std::filesystem::space(dir.path()).available;
  const double allowed = 0.2 * static_cast<double>(expected) + 1e9;
  CHECK(std::abs(static_cast<double>(*here) - static_cast<double>(expected)) < allowed);
  CHECK(FreeDiskBytes(dir.path() + "/not/there/yet"));
  CHECK(FreeDiskBytes("not-there-either"));
  CHECK(*FreeDiskBytes("/proc/none") == 0);  // another file system, without room
  CHECK_FALSE(FreeDiskBytes(dir.path() + "/" + std::string(5000, 'x')));
}

}  // namespace
}  // namespace lightlda
