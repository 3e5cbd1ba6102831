// Counter-based random numbers: a function of (key, counter), not a stream.
//
// Philox4x32 with 7 rounds, the least that passes BigCrush (Salmon, Moraes, Dror, Shaw: "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011). Who computes a token's numbers, when and in what
// order does not matter, so results do not depend on threads or processes.
#ifndef LIGHTLDA_BASE_RNG_H_
#define LIGHTLDA_BASE_RNG_H_

#include <array>
#include <cstdint>

namespace lightlda {

using PhiloxBlock = std::array<std::uint32_t, 4>;

struct PhiloxKey {
  std::uint32_t k0 = 0;
  std::uint32_t k1 = 0;
};

inline constexpr std::uint32_t kPhiloxM0 = 0xD2511F53u;
inline constexpr std::uint32_t kPhiloxM1 = 0xCD9E8D57u;
inline constexpr std::uint32_t kPhiloxW0 = 0x9E3779B9u;
inline constexpr std::uint32_t kPhiloxW1 = 0xBB67AE85u;
inline constexpr int kPhiloxRounds = 7;

constexpr PhiloxKey NextPhiloxKey(PhiloxKey key) {
  return {key.k0 + kPhiloxW0, key.k1 + kPhiloxW1};
}

constexpr PhiloxBlock Philox(PhiloxBlock counter, PhiloxKey key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{kPhiloxM0} * counter[0];
    const std::uint64_t p1 = std::uint64_t{kPhiloxM1} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key.k0, static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key.k1, static_cast<std::uint32_t>(p0)};
    key = NextPhiloxKey(key);
  }
  return counter;
}

// For counters that differ in word 0 alone: what the first two rounds make of the other words, once
// for all. With p0 = kPhiloxM0 * word 0 and p1 = kPhiloxM1 * (high(p0) ^ mixed), the words after
// them are {high(p1) ^ word0, low(p1), low(p0) ^ word2, word3}.
struct PhiloxStart {
  std::uint32_t mixed;
  std::uint32_t word0;
  std::uint32_t word2;
  std::uint32_t word3;
};
constexpr PhiloxStart StartPhilox(std::uint32_t counter1, std::uint32_t counter2,
                                  std::uint32_t counter3, PhiloxKey key) {
  const std::uint64_t p1 = std::uint64_t{kPhiloxM1} * counter2;
  const std::uint64_t p0 =
      std::uint64_t{kPhiloxM0} * (static_cast<std::uint32_t>(p1 >> 32) ^ counter1 ^ key.k0);
  const PhiloxKey next = NextPhiloxKey(key);
  return {counter3 ^ key.k1, static_cast<std::uint32_t>(p1) ^ next.k0,
          static_cast<std::uint32_t>(p0 >> 32) ^ next.k1, static_cast<std::uint32_t>(p0)};
}

// Maps a uniform 32-bit number to [0, n), with a bias below n / 2^32.
constexpr std::uint32_t ScaleTo(std::uint32_t uniform, std::uint32_t n) {
  return static_cast<std::uint32_t>((std::uint64_t{uniform} * n) >> 32);
}

// Maps a uniform 32-bit number to a float in [0, 1): its upper 24 bits, exactly.
constexpr float ToUnitFloat(std::uint32_t uniform) {
  return static_cast<float>(uniform >> 8) * 0x1p-24f;
}

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_RNG_H_
