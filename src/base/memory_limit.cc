#include "base/memory_limit.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/file.h"

namespace lightlda {
namespace {

// A cgroup without a limit says "max", or in version 1 a number beyond all memory.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;

std::optional<std::uint64_t> ReadNumber(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text.ok()) return std::nullopt;
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

// The number that follows `name` at the start of a line.
std::optional<std::uint64_t> ReadField(const std::string& path, std::string_view name) {
  Result<std::string> text = ReadFile(path);
  if (!text.ok()) return std::nullopt;
  std::istringstream lines(*text);
  std::string word;
  std::uint64_t value = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    if (fields >> word >> value && word == name) return value;
  }
  return std::nullopt;
}

// How a version of cgroups says things.
struct CgroupFiles {
  const char* mount;
  const char* limit;
  const char* used;
  const char* inactive;  // of memory.stat: pages of files, which the kernel takes back first
};
constexpr CgroupFiles kVersion2 = {"/sys/fs/cgroup", "memory.max", "memory.current",
                                   "inactive_file"};
constexpr CgroupFiles kVersion1 = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes",
                                   "memory.usage_in_bytes", "total_inactive_file"};

std::optional<std::uint64_t> RoomIn(const std::string& directory, const CgroupFiles& files) {
  const auto limit = ReadNumber(JoinPath(directory, files.limit));
  if (!limit || *limit >= kNoLimit) return std::nullopt;
  std::uint64_t used = ReadNumber(JoinPath(directory, files.used)).value_or(0);
  used -= std::min(used, ReadField(JoinPath(directory, "memory.stat"), files.inactive).value_or(0));
  return *limit - std::min(*limit, used);
}

// The least of a cgroup and those it lies in. In a container the path may be one outside of it:
// then what is mounted is its own.
void LookInto(const std::string& root, const CgroupFiles& files, std::string path,
              std::optional<MemoryLimit>* least) {
  const std::string mount = root + files.mount;
  for (;; path = ParentPath(path)) {
    const auto room = RoomIn(mount + path, files);
    if (room && (!*least || *room < (*least)->bytes)) {
      *least = MemoryLimit{*room, "the memory limit of the cgroup " + path, true};
    }
    if (path == "/" || path == ".") return;
  }
}

std::optional<MemoryLimit> FindCgroupLimit(const std::string& root) {
  std::optional<MemoryLimit> least;
  Result<std::string> cgroups = ReadFile(root + "/proc/self/cgroup");
  if (!cgroups.ok()) return least;
  std::istringstream lines(*cgroups);
  // "HIERARCHY:CONTROLLERS:PATH"; version 2 has no controllers here.
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string path = line.substr(second + 1);
    if (controllers == ",,") LookInto(root, kVersion2, path, &least);
    if (controllers.find(",memory,") != std::string::npos) {
      LookInto(root, kVersion1, path, &least);
    }
  }
  return least;
}

}  // namespace

std::vector<MemoryLimit> FindMemoryLimits(const std::string& root) {
  std::vector<MemoryLimit> limits;
  if (auto of_cgroup = FindCgroupLimit(root)) limits.push_back(*std::move(of_cgroup));
  const auto available = ReadField(root + "/proc/meminfo", "MemAvailable:");  // in KiB
  if (available) limits.push_back({*available * 1024, "this machine", false});
  return limits;
}

}  // namespace lightlda
