// How much room a disk has.
#ifndef LIGHTLDA_BASE_DISK_SPACE_H_
#define LIGHTLDA_BASE_DISK_SPACE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace lightlda {

// Bytes that this user may still write where `path` is or, if it is not there yet, would be made:
// beside the nearest folder above it that exists. Nothing if the system does not tell.
std::optional<std::uint64_t> FreeDiskBytes(const std::string& path);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_DISK_SPACE_H_
