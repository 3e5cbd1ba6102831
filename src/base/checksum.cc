#include "base/checksum.h"

#include <glog/logging.h>
#include <xxhash.h>

namespace lightlda {

std::uint64_t Checksum(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

StreamingChecksum::StreamingChecksum() {
  XXH3_state_t* state = XXH3_createState();
  CHECK(state != nullptr);
  CHECK_EQ(XXH3_64bits_reset(state), XXH_OK);
  state_ = state;
}

StreamingChecksum::~StreamingChecksum() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void StreamingChecksum::Update(std::span<const std::byte> bytes) {
  CHECK_EQ(XXH3_64bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size()),
           XXH_OK);
}

std::uint64_t StreamingChecksum::Digest() const {
  return XXH3_64bits_digest(static_cast<const XXH3_state_t*>(state_));
}

std::string ToHex(std::uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i, value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

}  // namespace lightlda
