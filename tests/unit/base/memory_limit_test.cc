#include "base/memory_limit.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;

// /proc and /sys of a machine.
class Machine {
 public:
  void Write(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(dir_.path() + path).parent_path());
    testing::WriteText(dir_.path() + path, content);
  }
  std::vector<MemoryLimit> Limits() const { return FindMemoryLimits(dir_.path()); }

 private:
  TempDir dir_;
};

TEST_CASE("a machine that says nothing has no limits", "[base]") {
  CHECK(Machine().Limits().empty());
  CHECK(FindMemoryLimits().size() <= 2);  // this one, whatever it says
}

TEST_CASE("the machine has what it says is available", "[base]") {
  const Machine machine;
  machine.Write("/proc/meminfo", "MemTotal:  4000 kB\nMemAvailable:    1000 kB\nCached: 7 kB\n");
  machine.Write("/proc/self/cgroup", "0::/\n");
  const auto limits = machine.Limits();
  REQUIRE(limits.size() == 1);
  CHECK(limits[0].bytes == 1000 * 1024);
  CHECK_FALSE(limits[0].is_hard);
}

TEST_CASE("the tightest cgroup above the process counts", "[base]") {
  const Machine machine;
  machine.Write("/proc/self/cgroup", "0::/user/job\n");
  machine.Write("/sys/fs/cgroup/user/job/memory.max", "max\n");
  CHECK(machine.Limits().empty());
  machine.Write("/sys/fs/cgroup/user/memory.max", "5000\n");
  machine.Write("/sys/fs/cgroup/user/memory.current", "3000\n");
  machine.Write("/sys/fs/cgroup/user/memory.stat", "anon 2000\ninactive_file 500\n");
  auto limits = machine.Limits();
  REQUIRE(limits.size() == 1);
  CHECK(limits[0].bytes == 2500);
  CHECK(limits[0].of == "the memory limit of the cgroup /user");
  CHECK(limits[0].is_hard);
  machine.Write("/sys/fs/cgroup/user/job/memory.max", "1000\n");
  machine.Write("/sys/fs/cgroup/user/job/memory.current", "4000\n");  // it was lowered
  CHECK(machine.Limits()[0].bytes == 0);
}

TEST_CASE("cgroups of version 1, and of a container", "[base]") {
  const Machine machine;
  // The path is one of the host, which is not seen here.
  machine.Write("/proc/self/cgroup", "4:cpu,cpuacct:/x\n3:memory:/docker/0123\n1:name=systemd:/\n");
  machine.Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  CHECK(machine.Limits().empty());
  machine.Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "6000\n");
  machine.Write("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
  machine.Write("/sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");
  REQUIRE(machine.Limits().size() == 1);
  CHECK(machine.Limits()[0].bytes == 5300);
}

}  // namespace
}  // namespace lightlda
