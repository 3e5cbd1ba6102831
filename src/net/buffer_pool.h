// A bounded arena of equal buffers that are used again: what is pushed or answered is encoded into
// these.
//
// Coop (Zhang et al., 2023, "Coop: Memory is not a Commodity") keeps memory that is freed together
// contiguous, so that a large tensor finds room where small ones were. Taken from it: one
// contiguous reservation that is planned before the start. The rest of it has nothing to do here:
// the buffers are equal, so any free one will do, and fragmentation cannot arise.
#ifndef LIGHTLDA_NET_BUFFER_POOL_H_
#define LIGHTLDA_NET_BUFFER_POOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/payload.h"

namespace lightlda {

// A buffer being filled. Movable; empty after Seal.
class Buffer {
 public:
  Buffer() = default;
  Buffer(std::shared_ptr<const void> owner, std::span<std::uint8_t> bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  explicit operator bool() const { return owner_ != nullptr; }
  std::span<std::uint8_t> bytes() const { return bytes_; }
  // The first `size` bytes as a payload. REQUIRES: size <= bytes().size().
  Payload Seal(std::size_t size) && { return MakePayload(bytes_.first(size), std::move(owner_)); }

 private:
  std::shared_ptr<const void> owner_;
  std::span<std::uint8_t> bytes_;
};

// One contiguous reservation of num_buffers * buffer_bytes; memory is taken as buffers are first
// used, the one freed last first, so the most that were in use at a time are what it takes. A
// buffer comes back when its last Payload goes, on whatever thread; the pool itself may go first.
// Thread-safe. The constructor throws std::bad_alloc.
class BufferPool {
 public:
  BufferPool(std::size_t num_buffers, std::size_t buffer_bytes);

  // An unused buffer, or an empty one if all are in use: the caller waits for one to come back.
  Buffer TryAcquire();

  std::size_t num_buffers() const { return num_buffers_; }
  std::size_t buffer_bytes() const { return buffer_bytes_; }
  std::size_t num_free() const;

 private:
  struct Arena;

  std::size_t num_buffers_;
  std::size_t buffer_bytes_;
  std::shared_ptr<Arena> arena_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_BUFFER_POOL_H_
