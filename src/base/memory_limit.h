// How much memory this process may still take: what the machine has, and what its cgroup allows.
#ifndef LIGHTLDA_BASE_MEMORY_LIMIT_H_
#define LIGHTLDA_BASE_MEMORY_LIMIT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace lightlda {

struct MemoryLimit {
  std::uint64_t bytes = 0;
  std::string of;  // for messages: "the memory limit of the cgroup /job"
  // Whether to take more ends the process. Else it may only become slow, or others give way.
  bool is_hard = false;
};

// The tightest of the cgroups of the process, of version 1 or 2: its limit less what it has in use
// and cannot give back. Then what the system says is available. Those that can be read.
// root: where /proc and /sys are, for tests.
std::vector<MemoryLimit> FindMemoryLimits(const std::string& root = "");

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_MEMORY_LIMIT_H_
