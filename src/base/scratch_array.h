// Room for numbers that are written before they are read: grows, never shrinks, is not cleared.
#ifndef LIGHTLDA_BASE_SCRATCH_ARRAY_H_
#define LIGHTLDA_BASE_SCRATCH_ARRAY_H_

#include <cstddef>
#include <memory>

namespace lightlda {

// Not thread-safe.
template <typename T>
class ScratchArray {
 public:
  // Room for `size` elements, valid until the next call; what was in it may be lost.
  T* Room(std::size_t size) {
    if (size > capacity_) {
      capacity_ = size + size / 4;
      room_ = std::make_unique_for_overwrite<T[]>(capacity_);
    }
    return room_.get();
  }

 private:
  std::unique_ptr<T[]> room_;
  std::size_t capacity_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_SCRATCH_ARRAY_H_
