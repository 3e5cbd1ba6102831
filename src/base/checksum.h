// XXH3 checksums, the only hash of all our files.
#ifndef LIGHTLDA_BASE_CHECKSUM_H_
#define LIGHTLDA_BASE_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lightlda {

std::uint64_t Checksum(std::span<const std::byte> bytes);
inline std::uint64_t Checksum(std::string_view text) {
  return Checksum(std::as_bytes(std::span(text.data(), text.size())));
}

// XXH3 of a sequence of pieces, equal to Checksum of their concatenation. Not thread-safe.
class StreamingChecksum {
 public:
  StreamingChecksum();
  ~StreamingChecksum();
  StreamingChecksum(const StreamingChecksum&) = delete;
  StreamingChecksum& operator=(const StreamingChecksum&) = delete;

  void Update(std::span<const std::byte> bytes);
  std::uint64_t Digest() const;

 private:
  void* state_;
};

// 16 lower-case hexadecimal digits.
std::string ToHex(std::uint64_t value);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_CHECKSUM_H_
