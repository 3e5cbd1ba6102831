#include "base/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>

namespace lightlda {

std::optional<std::uint64_t> FreeDiskBytes(const std::string& path) {
  std::error_code error;
  std::filesystem::path place = std::filesystem::absolute(path, error);
  if (error) return std::nullopt;
  struct statvfs space;
  while (::statvfs(place.c_str(), &space) != 0) {
    if (errno != ENOENT || place == place.parent_path()) return std::nullopt;
    place = place.parent_path();
  }
  return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
}

}  // namespace lightlda
