// Varints, zigzag numbers and little-endian fields of packed rows and of the wire.
#ifndef LIGHTLDA_BASE_VARINT_H_
#define LIGHTLDA_BASE_VARINT_H_

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

// Writes 7 bits per byte, the lowest first, bit 7 set in all but the last; returns the end.
// REQUIRES: room for VarintSize(value) bytes.
inline std::uint8_t* PutVarint(std::uint64_t value, std::uint8_t* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<std::uint8_t>(value | 0x80);
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

// Reads a varint of up to kBits bits at *at, which moves behind it. False if it does not end before
// `end`, is longer than need be, or above kBits bits.
template <int kBits>
bool GetVarint(const std::uint8_t** at, const std::uint8_t* end, std::uint64_t* value) {
  std::uint64_t result = 0;
  for (int shift = 0; shift < kBits; shift += 7) {
    if (*at == end) return false;
    const std::uint8_t byte = *(*at)++;
    const std::uint64_t bits = byte & 0x7F;
    if (shift + 7 > kBits && bits >> (kBits - shift) != 0) return false;
    result |= bits << shift;
    if (byte < 0x80) {
      *value = result;
      return byte != 0 || shift == 0;
    }
  }
  return false;
}

// The same at the start of *bytes, which moves behind it; *bytes is unchanged if it fails.
inline bool GetVarint64(std::span<const std::uint8_t>* bytes, std::uint64_t* value) {
  const std::uint8_t* at = bytes->data();
  if (!GetVarint<64>(&at, bytes->data() + bytes->size(), value)) return false;
  *bytes = bytes->subspan(static_cast<std::size_t>(at - bytes->data()));
  return true;
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

#endif  // LIGHTLDA_BASE_VARINT_H_
