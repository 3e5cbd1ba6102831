// The state of a block's tokens: for each position its topic and its pending proposals, side by
// side.
#ifndef LIGHTLDA_SAMPLER_TOKEN_STORE_H_
#define LIGHTLDA_SAMPLER_TOKEN_STORE_H_

#include <cstddef>
#include <cstdint>

#include "base/huge_buffer.h"
#include "lightlda/types.h"

namespace lightlda {

// A record is {topic, proposal 0, ..., proposal mh_steps - 1}, so the document pass, which meets
// the records in no order that a cache likes, touches one line a token. Topic is uint16_t or
// uint32_t. Distinct positions may be written by distinct threads.
template <typename Topic>
class TokenStore {
 public:
  TokenStore() = default;
  TokenStore(std::size_t num_tokens, int mh_steps)
      : stride_(static_cast<std::size_t>(mh_steps) + 1),
        records_(num_tokens * stride_ + kPadding) {}

  TopicId topic(std::size_t position) const { return records_.data()[position * stride_]; }
  void set_topic(std::size_t position, TopicId topic) {
    records_.data()[position * stride_] = static_cast<Topic>(topic);
  }

  // Topics of the positions [begin, begin + n).
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const {
    const Topic* record = records_.data() + begin * stride_;
    for (std::size_t i = 0; i < n; ++i, record += stride_) topics[i] = record[0];
  }
  void StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) {
    Topic* record = records_.data() + begin * stride_;
    for (std::size_t i = 0; i < n; ++i, record += stride_) {
      record[0] = static_cast<Topic>(topics[i]);
    }
  }

  // Proposal m of token i is proposals[m * pitch + i].
  void LoadProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                     TopicId* proposals) const {
    for (std::size_t m = 1; m < stride_; ++m, proposals += pitch) {
      const Topic* record = records_.data() + begin * stride_ + m;
      for (std::size_t i = 0; i < n; ++i, record += stride_) proposals[i] = *record;
    }
  }
  void StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                      const TopicId* proposals) {
    for (std::size_t m = 1; m < stride_; ++m, proposals += pitch) {
      Topic* record = records_.data() + begin * stride_ + m;
      for (std::size_t i = 0; i < n; ++i, record += stride_) {
        *record = static_cast<Topic>(proposals[i]);
      }
    }
  }

  // Whole records of the positions listed, and back.
  void Gather(const std::uint32_t* positions, std::size_t n, std::size_t pitch, TopicId* topics,
              TopicId* proposals) const {
    for (std::size_t i = 0; i < n; ++i) {
      const Topic* record = records_.data() + positions[i] * stride_;
      topics[i] = record[0];
      for (std::size_t m = 1; m < stride_; ++m) proposals[(m - 1) * pitch + i] = record[m];
    }
  }
  void Scatter(const std::uint32_t* positions, std::size_t n, std::size_t pitch,
               const TopicId* topics, const TopicId* proposals) {
    for (std::size_t i = 0; i < n; ++i) {
      Topic* record = records_.data() + positions[i] * stride_;
      record[0] = static_cast<Topic>(topics[i]);
      for (std::size_t m = 1; m < stride_; ++m) {
        record[m] = static_cast<Topic>(proposals[(m - 1) * pitch + i]);
      }
    }
  }

 private:
  static constexpr std::size_t kPadding = 8;

  std::size_t stride_ = 0;
  HugeBuffer<Topic> records_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_STORE_H_
