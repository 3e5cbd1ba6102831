// The word-topic counts in full, for draws from full conditionals, which look at all topics of a
// word.
#ifndef LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_
#define LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/huge_buffer.h"
#include "base/thread_pool.h"
#include "kernels/conditional_kernels.h"
#include "lightlda/types.h"

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

  // Whether moves are listed from now on, or forgotten.
  void set_lists(bool lists) { lists_ = lists; }
  void Add(std::span<const WordMove> moves) {
    if (!lists_) return;
    if (parts_.size() == 1) {
      parts_[0].moves.insert(parts_[0].moves.end(), moves.begin(), moves.end());
      return;
    }
    for (const WordMove& move : moves) {
      parts_[move.word * parts_.size() / num_words_].moves.push_back(move);
    }
  }
  const std::vector<WordMove>& part(std::size_t p) const { return parts_[p].moves; }
  void Clear() {
    for (Part& part : parts_) part.moves.clear();
  }

 private:
  // A cache line of its own: other threads append to theirs at the same time.
  struct alignas(64) Part {
    std::vector<WordMove> moves;
  };

  std::size_t num_words_;
  bool lists_ = true;
  std::vector<Part> parts_;
};

// [num_words][pitch], counts of 16 bits, which is half the memory to wait for. The row of a word
// with more tokens has them in units of 2^shift tokens, rounded; a draw compares topics of one word
// alone, so that its beta in the same units is all that has to follow. Such words' counts in full
// are kept beside their rows. Rows of words without tokens take no memory. Different rows from any
// number of threads.
class ConditionalTable {
 public:
  // Throws std::bad_alloc. REQUIRES: num_topics in [1, kMaxConditionalTopics].
  ConditionalTable(std::size_t num_words, std::uint32_t num_topics)
      : pitch_(PitchOf(num_topics)),
        rows_(num_words * pitch_),
        shifts_(num_words, 0),
        wide_(num_words) {}

  static std::size_t PitchOf(std::uint32_t num_topics) {
    return (num_topics + kConditionalLanes - 1) / kConditionalLanes * kConditionalLanes;
  }
  // Without those of the most frequent words beside their rows.
  static std::size_t Bytes(std::size_t num_words, std::uint32_t num_topics) {
    return num_words * (PitchOf(num_topics) * sizeof(std::uint16_t) + sizeof(std::uint8_t) +
                        sizeof(std::unique_ptr<std::int32_t[]>));
  }

  std::size_t pitch() const { return pitch_; }
  const std::uint16_t* rows() const { return rows_.data(); }
  const std::uint8_t* shifts() const { return shifts_.data(); }
  const ConditionalUnit* units() const { return units_.data(); }
  const ConditionalUnit& unit(WordId word) const { return units_[shifts_[word]]; }
  const std::uint16_t* row(WordId word) const { return rows_.data() + word * pitch_; }

  void Prefetch(WordId word) const {
    constexpr std::size_t kLineCounts = 64 / sizeof(std::uint16_t);
    for (std::size_t k = 0; k < pitch_; k += kLineCounts) {
      __builtin_prefetch(rows_.data() + word * pitch_ + k);
    }
  }

  // The prior of words from now on.
  void set_beta(double beta) {
    for (int shift = 0; shift <= kMaxShift; ++shift) {
      units_[static_cast<std::size_t>(shift)] = {static_cast<float>(std::ldexp(beta, -shift)),
                                                 std::ldexp(1.0f, -shift)};
    }
  }

  // Topics whose counts moves leave alone, [num_topics], 1 or 0; empty: none. Outlives the table.
  void set_fixed(std::span<const std::uint8_t> fixed) { fixed_ = fixed; }

  // Sets the row of a word with `num_tokens` tokens: for_each(visit) calls visit(topic, count) for
  // its counts that are not 0. REQUIRES: num_tokens < 2^46.
  template <typename ForEach>
  void Set(WordId word, std::int64_t num_tokens, ForEach&& for_each) {
    int shift = 0;
    while (InUnits(num_tokens, shift) > kMostUnits) ++shift;
    shifts_[word] = static_cast<std::uint8_t>(shift);
    std::uint16_t* const row = rows_.data() + word * pitch_;
    std::fill_n(row, pitch_, 0);
    for_each([&](TopicId topic, std::int32_t count) {
      row[topic] = static_cast<std::uint16_t>(InUnits(count, shift));
    });
    wide_[word].reset();
    if (shift == 0) return;
    wide_[word] = std::make_unique<std::int32_t[]>(pitch_);
    for_each([&](TopicId topic, std::int32_t count) { wide_[word][topic] = count; });
  }

  // Carries out the moves. Counts are sums, so in what order does not matter. REQUIRES: as many
  // parts each as the pool has threads.
  void Apply(std::span<const WordMoves> of_threads, ThreadPool* pool) {
    pool->ParallelFor(static_cast<std::size_t>(pool->size()), [&](std::size_t part, int) {
      for (const WordMoves& moves : of_threads) {
        for (const WordMove& move : moves.part(part)) Apply(move);
      }
    });
  }

 private:
  static constexpr int kMaxShift = kMaxConditionalShift;
  static constexpr std::int64_t kMostUnits = std::numeric_limits<std::uint16_t>::max();

  // Rounded to the nearest.
  static std::int64_t InUnits(std::int64_t count, int shift) {
    return (count + (std::int64_t{1} << shift >> 1)) >> shift;
  }

  bool IsFixed(TopicId topic) const { return !fixed_.empty() && fixed_[topic] != 0; }

  void Apply(const WordMove& move) {
    std::uint16_t* const row = rows_.data() + move.word * pitch_;
    const int shift = shifts_[move.word];
    const int less = IsFixed(move.from) ? 0 : 1;
    const int more = IsFixed(move.to) ? 0 : 1;
    if (shift == 0) {
      row[move.from] = static_cast<std::uint16_t>(row[move.from] - less);
      row[move.to] = static_cast<std::uint16_t>(row[move.to] + more);
      return;
    }
    std::int32_t* const wide = wide_[move.word].get();
    row[move.from] = static_cast<std::uint16_t>(InUnits(wide[move.from] -= less, shift));
    row[move.to] = static_cast<std::uint16_t>(InUnits(wide[move.to] += more, shift));
  }

  std::size_t pitch_;
  HugeBuffer<std::uint16_t> rows_;
  std::array<ConditionalUnit, kMaxShift + 1> units_ = {};  // by shift
  std::vector<std::uint8_t> shifts_;                       // [num_words]: a unit is 2^shift tokens
  std::span<const std::uint8_t> fixed_;
  std::vector<std::unique_ptr<std::int32_t[]>> wide_;  // [num_words][pitch]: where shift > 0
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_CONDITIONAL_TABLE_H_
