// Lines of the groups file are "ID:CONTROLLERS:PATH"; version 2 has no controllers. In a container
// the path may be one of the host, which is not there: its end is tried, up to the mount itself.
#include "base/cpu_limit.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <vector>

namespace lightlda {
namespace {

// "QUOTA PERIOD" of one file or two; "max" and -1 are none.
std::optional<double> CoresOf(std::istream& quota_file, std::istream& period_file) {
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) {
    return std::nullopt;
  }
  return quota / period;
}

std::optional<double> LimitAt(const std::string& directory) {
  if (std::ifstream both(directory + "/cpu.max"); both) return CoresOf(both, both);
  std::ifstream quota(directory + "/cpu.cfs_quota_us");
  std::ifstream period(directory + "/cpu.cfs_period_us");
  return CoresOf(quota, period);
}

std::optional<double> Least(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

bool HasController(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    const std::size_t comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == wanted) return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

}  // namespace

std::optional<double> CpuLimitOfControlGroup(const std::string& groups_file,
                                             const std::string& mount) {
  std::optional<double> limit;
  std::ifstream groups(groups_file);
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::vector<std::string> roots = {mount};
    if (!controllers.empty()) {
      if (!HasController(controllers, "cpu")) continue;
      roots = {mount + "/" + controllers, mount + "/cpu"};
    }
    for (const std::string& root : roots) {
      for (std::string path = line.substr(second + 1);; path.erase(path.rfind('/'))) {
        limit = Least(limit, LimitAt(root + path));
        if (path.find('/') == std::string::npos) break;
      }
    }
  }
  return limit;
}

}  // namespace lightlda
