// Hands out the random numbers of ranges of tokens without computing any group of them twice in a
// row.
#ifndef LIGHTLDA_KERNELS_RANDOM_WINDOW_H_
#define LIGHTLDA_KERNELS_RANDOM_WINDOW_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/kernels.h"

namespace lightlda {

// The purposes of random numbers. The values are part of what a seed means: do not change them.
enum class RandomUse : std::uint32_t {
  kDocumentAccept = 0,
  kDocumentPropose = 1,
  kWordAccept = 2,
  kWordPropose = 3,
  kJoin = 4,
  kConditional = 5,
};

// Numbers of one use and block, kWindow tokens at a time. Ranges usually follow one another closely
// (the runs of successive words, successive documents), so the last window is kept. One thread
// each.
class RandomWindow {
 public:
  // Numbers of iteration `iteration` from now on.
  void Reset(std::uint64_t seed, RandomUse use, std::uint32_t block, std::uint32_t iteration,
             int num_slots) {
    stream_.seed = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    stream_.slot = static_cast<std::uint32_t>(use) << 16;
    stream_.block = block;
    stream_.iteration = iteration;
    num_slots_ = static_cast<std::uint32_t>(num_slots);
    window_ = kNoWindow;
    numbers_.resize(std::size_t{num_slots_} * kWindow + kLanes);
  }

  // Row `slot` of out, [num_slots][pitch], starts with the numbers of the tokens [begin, end). Up
  // to kLanes - 1 elements after them are overwritten too.
  void Read(const Kernels& kernels, std::uint32_t begin, std::uint32_t end, std::size_t pitch,
            std::uint32_t* out) {
    while (begin < end) {
      const std::uint32_t window = begin / kWindow;
      const std::uint32_t offset = begin % kWindow;
      const std::uint32_t size = std::min(end - begin, kWindow - offset);
      if (size == kWindow) {  // nobody else will want a part of it
        Generate(kernels, window, pitch, out);
        begin += size;
        out += size;
        continue;
      }
      if (window != window_) Fill(kernels, window);
      const std::uint32_t* from = numbers_.data() + offset;
      std::uint32_t* to = out;
      for (std::uint32_t slot = 0; slot < num_slots_; ++slot, from += kWindow, to += pitch) {
        for (std::uint32_t i = 0; i < size; i += kLanes) {
          std::memcpy(to + i, from + i, kLanes * sizeof(std::uint32_t));
        }
      }
      begin += size;
      out += size;
    }
  }

 private:
  static constexpr std::uint32_t kGroups = 4;
  static constexpr std::uint32_t kWindow = kGroups * kRandomGroup;
  static constexpr std::uint32_t kNoWindow = 0xFFFFFFFFu;

  void Fill(const Kernels& kernels, std::uint32_t window) {
    Generate(kernels, window, kWindow, numbers_.data());
    window_ = window;
  }
  // out: [num_slots][pitch]
  void Generate(const Kernels& kernels, std::uint32_t window, std::size_t pitch,
                std::uint32_t* out) const {
    RandomStream stream = stream_;
    for (std::uint32_t slot = 0; slot < num_slots_; ++slot, ++stream.slot, out += pitch) {
      kernels.random(stream, window * kGroups, kGroups, out);
    }
  }

  RandomStream stream_;
  std::uint32_t num_slots_ = 0;
  std::uint32_t window_ = kNoWindow;
  std::vector<std::uint32_t> numbers_;  // [num_slots][kWindow], and kLanes to read over
};

}  // namespace lightlda

#endif  // LIGHTLDA_KERNELS_RANDOM_WINDOW_H_
