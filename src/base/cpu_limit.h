// How much processor time the control group of this process may take.
#ifndef LIGHTLDA_BASE_CPU_LIMIT_H_
#define LIGHTLDA_BASE_CPU_LIMIT_H_

#include <optional>
#include <string>

namespace lightlda {

// The least quota of the process's control group and those around it, in cores; nothing without
// one. Versions 1 and 2. groups_file, mount: where the kernel shows them; tests have others.
std::optional<double> CpuLimitOfControlGroup(const std::string& groups_file = "/proc/self/cgroup",
                                             const std::string& mount = "/sys/fs/cgroup");

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_CPU_LIMIT_H_
