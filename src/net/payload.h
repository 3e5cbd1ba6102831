// The bytes behind a message's header: immutable and shared, so that one encoding serves every
// receiver and every resend.
#ifndef LIGHTLDA_NET_PAYLOAD_H_
#define LIGHTLDA_NET_PAYLOAD_H_

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/checksum.h"

namespace lightlda {

// `owner` keeps `bytes` alive: a buffer of a pool, a message of the network library, a vector.
// Copies share. Thread-compatible.
struct Payload {
  std::span<const std::uint8_t> bytes;
  std::uint64_t checksum = 0;  // XXH3 of bytes, found once for all sends; 0 as received
  std::shared_ptr<const void> owner;
};

inline Payload MakePayload(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner) {
  return {bytes, Checksum(std::as_bytes(bytes)), std::move(owner)};
}

inline Payload MakePayload(std::vector<std::uint8_t> bytes) {
  auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  return MakePayload(*owner, owner);
}

}  // namespace lightlda

#endif  // LIGHTLDA_NET_PAYLOAD_H_
