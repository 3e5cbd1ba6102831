// A thread's staged tokens: the arrays that the kernels work on.
#ifndef LIGHTLDA_SAMPLER_STAGING_H_
#define LIGHTLDA_SAMPLER_STAGING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lightlda/types.h"
#include "sampler/kernels.h"

namespace lightlda {

// Arrays of `pitch` tokens, a multiple of kLanes; every element is a valid topic at all times.
struct Staging {
  Staging(std::size_t capacity, int steps)
      : pitch((capacity + kLanes - 1) / kLanes * kLanes),
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

// Changes of n_k by one thread.
class TotalsDelta {
 public:
  explicit TotalsDelta(std::uint32_t num_topics) : delta_(num_topics, 0) {}

  void Move(TopicId from, TopicId to) {
    --delta_[from];
    ++delta_[to];
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
