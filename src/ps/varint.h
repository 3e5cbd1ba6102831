// Little-endian fields, varints and zigzag numbers of the wire format.
#ifndef LIGHTLDA_PS_VARINT_H_
#define LIGHTLDA_PS_VARINT_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace lightlda {

inline constexpr std::size_t kMaxVarintBytes = 10;

// 0, -1, 1, -2, ... as 0, 1, 2, 3, ...: small numbers of either sign become small.
constexpr std::uint64_t ZigZag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t UnZigZag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// Bytes of PutVarint(value).
constexpr std::size_t VarintSize(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

// Writes 7 bits a byte, the lowest first, bit 7 set in all but the last; returns the end. REQUIRES:
// room for VarintSize(value) bytes.
inline std::uint8_t* PutVarint64(std::uint64_t value, std::uint8_t* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<std::uint8_t>(value | 0x80);
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

// Reads a varint and moves *bytes behind it. False if it is cut short, longer than need be, or
// above 64 bits.
inline bool GetVarint64(std::span<const std::uint8_t>* bytes, std::uint64_t* value) {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < bytes->size() && i < kMaxVarintBytes; ++i) {
    const std::uint8_t byte = (*bytes)[i];
    if (i == kMaxVarintBytes - 1 && byte > 1) return false;
    result |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      *value = result;
      *bytes = bytes->subspan(i + 1);
      return byte != 0 || i == 0;
    }
  }
  return false;
}

// Writes the lowest `size` bytes of value, little-endian; returns the end.
inline std::uint8_t* PutFixed(std::uint64_t value, std::size_t size, std::uint8_t* out) {
  for (std::size_t i = 0; i < size; ++i) *out++ = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

// Reads what PutFixed wrote. REQUIRES: size <= 8 bytes at `in`.
inline std::uint64_t GetFixed(const std::uint8_t* in, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{in[i]} << (8 * i);
  return value;
}

}  // namespace lightlda

#endif  // LIGHTLDA_PS_VARINT_H_
