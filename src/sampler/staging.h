// A thread's staged tokens: the arrays that the kernels work on.
#ifndef LIGHTLDA_SAMPLER_STAGING_H_
#define LIGHTLDA_SAMPLER_STAGING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lightlda/types.h"
#include "sampler/kernels.h"

namespace lightlda {

// Arrays of `pitch` tokens, a multiple of kLanes with at least kLanes - 1 beyond the capacity, so
// that copies may round up; every element is a valid topic at all times.
struct Staging {
  Staging(std::size_t capacity, int steps)
      : pitch((capacity + 2 * kLanes - 1) / kLanes * kLanes),
        mh_steps(steps),
        before(pitch, 0),
        after(pitch, 0),
        proposals(pitch * static_cast<std::size_t>(steps), 0),
        uniforms(pitch * static_cast<std::size_t>(steps), 0) {}

  std::size_t pitch;
  int mh_steps;
  std::vector<TopicId> before;          // [pitch]: topics at the start of the pass
  std::vector<TopicId> after;           // [pitch]: topics after the acceptances
  std::vector<TopicId> proposals;       // [mh_steps][pitch]
  std::vector<std::uint32_t> uniforms;  // [mh_steps][pitch]
};

// A token's move from one topic to another.
struct Move {
  TopicId from;
  TopicId to;
};

// The tokens that changed topic, listed without a branch on whether one did.
class MoveList {
 public:
  void Clear() { size_ = 0; }
  void Append(const TopicId* before, const TopicId* after, std::size_t n) {
    if (moves_.size() < size_ + n) moves_.resize(2 * (size_ + n));
    Move* out = moves_.data() + size_;
    for (std::size_t i = 0; i < n; ++i) {
      *out = {before[i], after[i]};
      out += before[i] != after[i] ? 1 : 0;
    }
    size_ = static_cast<std::size_t>(out - moves_.data());
  }
  const Move* begin() const { return moves_.data(); }
  const Move* end() const { return moves_.data() + size_; }

 private:
  std::vector<Move> moves_;
  std::size_t size_ = 0;
};

// Changes of n_k by one thread.
class TotalsDelta {
 public:
  explicit TotalsDelta(std::uint32_t num_topics) : delta_(num_topics, 0) {}

  void Apply(const Move& move) {
    --delta_[move.from];
    ++delta_[move.to];
  }
  void Add(TopicId topic) { ++delta_[topic]; }
  // Adds the changes to totals, [num_topics], and forgets them.
  void Flush(std::vector<Count>* totals) {
    for (std::size_t k = 0; k < delta_.size(); ++k) {
      (*totals)[k] += delta_[k];
      delta_[k] = 0;
    }
  }

 private:
  std::vector<Count> delta_;  // [num_topics]
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_STAGING_H_
