// A thread's batch of tokens: the arrays that the kernels work on.
#ifndef LIGHTLDA_SAMPLER_TOKEN_BATCH_H_
#define LIGHTLDA_SAMPLER_TOKEN_BATCH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/kernels.h"
#include "lightlda/types.h"

namespace lightlda {

// Arrays of `pitch` tokens, a multiple of kLanes with at least kLanes - 1 beyond the capacity, so
// that copies may round up; every element is a valid topic at all times.
struct TokenBatch {
  // num_uniforms: random numbers of a token.
  TokenBatch(std::size_t capacity, int num_proposals_, int num_uniforms)
      : pitch((capacity + 2 * kLanes - 1) / kLanes * kLanes),
        num_proposals(num_proposals_),
        before(pitch, 0),
        after(pitch, 0),
        proposals(pitch * static_cast<std::size_t>(num_proposals), 0),
        uniforms(pitch * static_cast<std::size_t>(num_uniforms), 0) {}

  std::size_t pitch;
  int num_proposals;
  std::vector<TopicId> before;          // [pitch]: topics at the start of the pass
  std::vector<TopicId> after;           // [pitch]: topics after the acceptances
  std::vector<TopicId> proposals;       // [num_proposals][pitch]
  std::vector<std::uint32_t> uniforms;  // [num_uniforms][pitch]
};

// The tokens that changed topic.
class MoveList {
 public:
  void Clear() { size_ = 0; }
  void Append(const Kernels& kernels, std::size_t n, const TopicId* before, const TopicId* after) {
    const std::size_t needed = size_ + n + kLanes;
    if (moves_.size() < needed) moves_.resize(2 * needed);
    size_ += kernels.list_moves(n, before, after, moves_.data() + size_);
  }
  std::size_t size() const { return size_; }
  const Move* begin() const { return moves_.data(); }
  const Move* end() const { return moves_.data() + size_; }

 private:
  std::vector<Move> moves_;
  std::size_t size_ = 0;
};

// Changes of n_k by one thread. 32 bits per topic, as half the memory means half the cache misses;
// a change too large for them is carried over in time.
class TotalsDelta {
 public:
  explicit TotalsDelta(std::uint32_t num_topics, std::size_t max_pending = kMaxPending)
      : max_pending_(max_pending), delta_(num_topics, 0) {}

  // Both REQUIRE at most kMaxPending tokens per call.
  template <typename Moves>
  void Apply(const Moves& moves) {
    MakeRoom(moves.size());
    std::int32_t* delta = delta_.data();
    for (const auto& move : moves) {
      --delta[move.from];
      ++delta[move.to];
    }
  }
  // Tokens that got their first topic.
  void Add(const TopicId* topics, std::size_t n) {
    MakeRoom(n);
    for (std::size_t i = 0; i < n; ++i) ++delta_[topics[i]];
  }
  // Adds the changes to totals, [num_topics], and forgets them.
  void Flush(std::vector<Count>* totals) {
    for (std::size_t k = 0; k < delta_.size(); ++k) {
      (*totals)[k] += delta_[k];
      delta_[k] = 0;
    }
    for (std::size_t k = 0; k < carried_.size(); ++k) (*totals)[k] += carried_[k];
    carried_.clear();
    pending_ = 0;
  }

  static constexpr std::size_t kMaxPending = (std::size_t{1} << 31) - 1;

 private:
  // So that no element of delta_ leaves its range whatever the next n tokens do.
  void MakeRoom(std::size_t n) {
    pending_ += n;
    if (pending_ <= max_pending_) return;
    std::vector<Count> carried = std::move(carried_);
    carried.resize(delta_.size(), 0);
    Flush(&carried);
    carried_ = std::move(carried);
    pending_ = n;
  }

  std::size_t max_pending_;
  std::vector<std::int32_t> delta_;  // [num_topics]
  std::vector<Count> carried_;       // [num_topics] or empty
  std::size_t pending_ = 0;          // tokens counted in delta_
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_BATCH_H_
