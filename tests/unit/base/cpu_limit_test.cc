// Control groups of both versions, as files.
#include "base/cpu_limit.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "test_util.h"

namespace lightlda::testing {
namespace {

class Groups {
 public:
  void Write(const std::string& file, const std::string& text) {
    const std::filesystem::path path = directory_.File(file);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::optional<double> Limit() const {
    return CpuLimitOfControlGroup(directory_.File("groups"), directory_.File("mount"));
  }

 private:
  TempDir directory_;
};

TEST_CASE("the least quota of a control group and those around it counts", "[base]") {
  Groups groups;
  CHECK_FALSE(groups.Limit());
  groups.Write("groups", "0::/a/b\n");
  CHECK_FALSE(groups.Limit());
  groups.Write("mount/a/b/cpu.max", "max 100000\n");
  CHECK_FALSE(groups.Limit());
  groups.Write("mount/a/cpu.max", "250000 100000\n");
  CHECK(groups.Limit() == 2.5);
  groups.Write("mount/a/b/cpu.max", "100000 50000\n");
  CHECK(groups.Limit() == 2.0);
}

TEST_CASE("quotas of version 1 count, of the controller of processor time", "[base]") {
  Groups groups;
  groups.Write("groups", "3:cpuset:/c\n2:cpu,cpuacct:/c\n0::/\n");
  groups.Write("mount/cpu,cpuacct/c/cpu.cfs_quota_us", "-1\n");
  groups.Write("mount/cpu,cpuacct/c/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(groups.Limit());
  groups.Write("mount/cpu,cpuacct/c/cpu.cfs_quota_us", "150000\n");
  CHECK(groups.Limit() == 1.5);
}

TEST_CASE("in a container, where the path is the host's, the mount counts", "[base]") {
  Groups groups;
  groups.Write("groups", "0::/system.slice/docker-1234.scope\n");
  groups.Write("mount/cpu.max", "50000 100000\n");
  CHECK(groups.Limit() == 0.5);
}

}  // namespace
}  // namespace lightlda::testing
