// Lists of strings as one string: what processes tell each other in a ProcessGroup's AllGather.
#ifndef LIGHTLDA_COLLECTIVE_STRING_LIST_H_
#define LIGHTLDA_COLLECTIVE_STRING_LIST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/varint.h"

namespace lightlda {

// Each string as the varint of its size, and its bytes.
inline std::string PackStrings(std::span<const std::string> strings) {
  std::string packed;
  for (const std::string& text : strings) {
    std::uint8_t size[kMaxVarintBytes];
    const std::uint8_t* const end = PutVarint(text.size(), size);
    packed.append(reinterpret_cast<const char*>(size), static_cast<std::size_t>(end - size));
    packed += text;
  }
  return packed;
}

// The `count` strings that were packed; nothing if these are other bytes.
inline std::optional<std::vector<std::string>> UnpackStrings(std::string_view packed,
                                                             std::size_t count) {
  std::span bytes(reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size());
  std::vector<std::string> strings;
  while (!bytes.empty()) {
    std::uint64_t size;
    if (!GetVarint64(&bytes, &size) || size > bytes.size()) return std::nullopt;
    strings.emplace_back(reinterpret_cast<const char*>(bytes.data()), size);
    bytes = bytes.subspan(size);
  }
  if (strings.size() != count) return std::nullopt;
  return strings;
}

}  // namespace lightlda

#endif  // LIGHTLDA_COLLECTIVE_STRING_LIST_H_
