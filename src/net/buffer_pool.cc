// The arena: a reservation and a stack of free places.
#include "net/buffer_pool.h"

#include <mutex>
#include <utility>
#include <vector>

#include "base/huge_buffer.h"

namespace lightlda {

struct BufferPool::Arena {
  std::mutex mutex;
  HugeBuffer<std::uint8_t> bytes;
  std::vector<std::size_t> free;  // buffer numbers; the back is used next
};

BufferPool::BufferPool(std::size_t num_buffers, std::size_t buffer_bytes)
    : num_buffers_(num_buffers), buffer_bytes_(buffer_bytes), arena_(std::make_shared<Arena>()) {
  arena_->bytes = HugeBuffer<std::uint8_t>::Reserve(num_buffers * buffer_bytes);
  arena_->free.reserve(num_buffers);
  for (std::size_t i = num_buffers; i > 0; --i) arena_->free.push_back(i - 1);
}

Buffer BufferPool::TryAcquire() {
  std::size_t number;
  {
    const std::lock_guard lock(arena_->mutex);
    if (arena_->free.empty()) return {};
    number = arena_->free.back();
    arena_->free.pop_back();
  }
  std::uint8_t* const data = arena_->bytes.data() + number * buffer_bytes_;
  std::shared_ptr<const void> owner(data, [arena = arena_, number](const void*) {
    const std::lock_guard lock(arena->mutex);
    arena->free.push_back(number);
  });
  return {std::move(owner), std::span(data, buffer_bytes_)};
}

std::size_t BufferPool::num_free() const {
  const std::lock_guard lock(arena_->mutex);
  return arena_->free.size();
}

}  // namespace lightlda
