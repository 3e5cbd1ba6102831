// Ranges of random numbers against the kernel that makes them.
#include "kernels/random_window.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

namespace lightlda {
namespace {

constexpr std::uint64_t kSeed = 0x123456789ABCDEFull;
constexpr std::uint32_t kBlock = 7;
constexpr std::uint32_t kIteration = 3;
constexpr std::uint32_t kTokens = 32 * kRandomGroup;

// Numbers of a use: [num_slots][kTokens], all at once.
std::vector<std::uint32_t> All(RandomUse use, std::uint32_t iteration, std::uint32_t num_slots) {
  std::vector<std::uint32_t> numbers(std::size_t{num_slots} * kTokens);
  RandomStream stream;
  stream.seed = {static_cast<std::uint32_t>(kSeed), static_cast<std::uint32_t>(kSeed >> 32)};
  stream.block = kBlock;
  stream.iteration = iteration;
  for (std::uint32_t slot = 0; slot < num_slots; ++slot) {
    stream.slot = (static_cast<std::uint32_t>(use) << 16) + slot;
    ScalarKernels().random(stream, 0, kTokens / kRandomGroup, numbers.data() + slot * kTokens);
  }
  return numbers;
}

TEST_CASE("a window hands out the numbers of any ranges in any order", "[kernels]") {
  constexpr std::uint32_t kSlots = 3;
  constexpr std::size_t kPitch = kTokens + kLanes;
  constexpr std::uint32_t kUntouched = 0xDEADBEEF;
  std::mt19937 random(5);
  const std::vector<std::uint32_t> expected = All(RandomUse::kWordAccept, kIteration, kSlots);
  RandomWindow window;
  window.Reset(kSeed, RandomUse::kWordAccept, kBlock, kIteration, kSlots);
  for (int round = 0; round < 500; ++round) {
    const std::uint32_t begin = random() % kTokens;
    const std::uint32_t longest = round % 4 == 0 ? kTokens : 40;
    const std::uint32_t end = begin + random() % (std::min(longest, kTokens - begin) + 1);
    std::vector<std::uint32_t> out(kSlots * kPitch, kUntouched);
    window.Read(BestKernels(), begin, end, kPitch, out.data());
    std::size_t wrong = 0, touched = 0;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      const std::uint32_t* const row = out.data() + slot * kPitch;
      for (std::uint32_t i = 0; i < end - begin; ++i) {
        wrong += row[i] != expected[slot * kTokens + begin + i] ? 1 : 0;
      }
      for (std::size_t i = end - begin + kLanes - 1; i < kPitch; ++i) {
        touched += row[i] != kUntouched ? 1 : 0;
      }
    }
    INFO("tokens " << begin << " to " << end);
    REQUIRE(wrong == 0);
    REQUIRE(touched == 0);
  }
}

TEST_CASE("a window that is reset forgets what it had", "[kernels]") {
  RandomWindow window;
  std::vector<std::uint32_t> out(10 + kLanes);
  for (const RandomUse use : {RandomUse::kDocumentAccept, RandomUse::kJoin}) {
    for (const std::uint32_t iteration : {1u, 2u}) {
      const std::vector<std::uint32_t> expected = All(use, iteration, 1);
      window.Reset(kSeed, use, kBlock, iteration, 1);
      window.Read(ScalarKernels(), 5, 15, out.size(), out.data());
      CHECK(std::equal(out.begin(), out.begin() + 10, expected.begin() + 5));
    }
  }
}

}  // namespace
}  // namespace lightlda
