// Two words side by side, as the key of a hash table.
#ifndef LIGHTLDA_INGEST_WORD_PAIR_H_
#define LIGHTLDA_INGEST_WORD_PAIR_H_

#include <cstddef>
#include <cstdint>

namespace lightlda {

// The ids of both words.
using WordPair = std::uint64_t;
constexpr WordPair PairOf(std::uint32_t first, std::uint32_t second) {
  return (WordPair{first} << 32) | second;
}
constexpr std::uint32_t FirstOf(WordPair pair) { return static_cast<std::uint32_t>(pair >> 32); }
constexpr std::uint32_t SecondOf(WordPair pair) { return static_cast<std::uint32_t>(pair); }

// Frequent words have small ids, so the bits must be mixed.
struct WordPairHash {
  std::size_t operator()(WordPair pair) const {
    const std::uint64_t mixed = (pair ^ (pair >> 32)) * 0x9E3779B97F4A7C15u;
    return mixed ^ (mixed >> 29);
  }
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_WORD_PAIR_H_
