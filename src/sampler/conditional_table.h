// The word-topic counts in full, for draws from full conditionals, which look at all topics of a
// word.
#ifndef LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_
#define LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_buffer.h"
#include "base/thread_pool.h"
#include "lightlda/types.h"
#include "sampler/conditional_kernels.h"

namespace lightlda {

// A token of a word that moved.
struct WordMove {
  WordId word;
  std::uint16_t from;
  std::uint16_t to;
};

// One thread's moves, kept by parts of the vocabulary so that as many threads can apply them. Not
// thread-safe.
class WordMoves {
 public:
  WordMoves(std::size_t num_words, int num_parts)
      : num_words_(num_words), parts_(static_cast<std::size_t>(num_parts)) {}

  void Add(std::span<const WordMove> moves) {
    if (parts_.size() == 1) {
      parts_[0].insert(parts_[0].end(), moves.begin(), moves.end());
      return;
    }
    for (const WordMove& move : moves) {
      parts_[move.word * parts_.size() / num_words_].push_back(move);
    }
  }
  const std::vector<WordMove>& part(std::size_t p) const { return parts_[p]; }
  void Clear() {
    for (auto& part : parts_) part.clear();
  }

 private:
  std::size_t num_words_;
  std::vector<std::vector<WordMove>> parts_;
};

// [num_words][pitch]. Rows of words without tokens take no memory. Different rows from any number
// of threads.
class ConditionalTable {
 public:
  // Throws std::bad_alloc. REQUIRES: num_topics in [1, kMaxConditionalTopics].
  ConditionalTable(std::size_t num_words, std::uint32_t num_topics)
      : pitch_(PitchOf(num_topics)), counts_(num_words * pitch_) {}

  static std::size_t PitchOf(std::uint32_t num_topics) {
    return (num_topics + kConditionalLanes - 1) / kConditionalLanes * kConditionalLanes;
  }
  static std::size_t Bytes(std::size_t num_words, std::uint32_t num_topics) {
    return num_words * PitchOf(num_topics) * sizeof(std::int32_t);
  }

  std::size_t pitch() const { return pitch_; }
  const std::int32_t* rows() const { return counts_.data(); }
  const std::int32_t* row(WordId word) const { return counts_.data() + word * pitch_; }
  std::int32_t* row(WordId word) { return counts_.data() + word * pitch_; }

  void Prefetch(WordId word) const {
    constexpr std::size_t kLineCounts = 64 / sizeof(std::int32_t);
    for (std::size_t k = 0; k < pitch_; k += kLineCounts) __builtin_prefetch(row(word) + k);
  }

  // Carries out the moves. Counts are sums, so in what order does not matter. REQUIRES: as many
  // parts each as the pool has threads.
  void Apply(std::span<const WordMoves* const> of_threads, ThreadPool* pool) {
    pool->ParallelFor(static_cast<std::size_t>(pool->size()), [&](std::size_t part, int) {
      for (const WordMoves* moves : of_threads) {
        for (const WordMove& move : moves->part(part)) {
          std::int32_t* const counts = row(move.word);
          --counts[move.from];
          ++counts[move.to];
        }
      }
    });
  }

 private:
  std::size_t pitch_;
  HugeBuffer<std::int32_t> counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_
