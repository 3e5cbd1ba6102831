// The state of a block's tokens: for each position its topic and its pending proposals, side by
// side.
#ifndef LIGHTLDA_SAMPLER_TOKEN_STORE_H_
#define LIGHTLDA_SAMPLER_TOKEN_STORE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/huge_buffer.h"
#include "lightlda/types.h"

namespace lightlda {

// A record is {topic, proposal 0, ..., proposal mh_steps - 1}, so the document pass, which meets
// the records in no order that a cache likes, touches one line a token. Topic is uint16_t or
// uint32_t. Distinct positions may be written by distinct threads.
template <typename Topic>
class TokenStore {
  template <std::size_t kStride>
  using Constant = std::integral_constant<std::size_t, kStride>;

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
    WithStride([&](auto stride) {
      const Topic* record = records_.data() + begin * stride;
      for (std::size_t i = 0; i < n; ++i) topics[i] = record[i * stride];
    });
  }
  void StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) {
    WithStride([&](auto stride) {
      Topic* record = records_.data() + begin * stride;
      for (std::size_t i = 0; i < n; ++i) record[i * stride] = static_cast<Topic>(topics[i]);
    });
  }

  // Whole records of the positions [begin, begin + n), and back. Proposal m of token i is
  // proposals[m * pitch + i].
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals) const {
    WithStride([&](auto stride) {
      const Topic* record = records_.data() + begin * stride;
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        Unpack(record, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  void StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch, const TopicId* topics,
                    const TopicId* proposals) {
    WithStride([&](auto stride) {
      Topic* record = records_.data() + begin * stride;
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        Pack(record, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  // Proposals alone.
  void StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                      const TopicId* proposals) {
    WithStride([&](auto stride) {
      Topic* record = records_.data() + begin * stride;
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        for (std::size_t m = 1; m < stride; ++m) {
          record[m] = static_cast<Topic>(proposals[(m - 1) * pitch + i]);
        }
      }
    });
  }

  // Whole records of the positions listed, and back.
  void Gather(const std::uint32_t* positions, std::size_t n, std::size_t pitch, TopicId* topics,
              TopicId* proposals) const {
    WithStride([&](auto stride) {
      const Topic* records = records_.data();
      for (std::size_t i = 0; i < n; ++i) {
        Unpack(records + positions[i] * stride, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  void Scatter(const std::uint32_t* positions, std::size_t n, std::size_t pitch,
               const TopicId* topics, const TopicId* proposals) {
    WithStride([&](auto stride) {
      Topic* records = records_.data();
      for (std::size_t i = 0; i < n; ++i) {
        Pack(records + positions[i] * stride, stride, pitch, topics + i, proposals + i);
      }
    });
  }

 private:
  // A record of two 16-bit topics moves as one 32-bit word.
  template <typename Stride>
  static constexpr bool kIsWord = sizeof(Topic) == 2 && std::is_same_v<Stride, Constant<2>>;

  template <typename Stride>
  static void Unpack(const Topic* record, Stride stride, std::size_t pitch, TopicId* topic,
                     TopicId* proposals) {
    if constexpr (kIsWord<Stride>) {
      std::uint32_t word;
      std::memcpy(&word, record, sizeof(word));
      *topic = word & 0xFFFFu;
      *proposals = word >> 16;
    } else {
      *topic = record[0];
      for (std::size_t m = 1; m < stride; ++m) proposals[(m - 1) * pitch] = record[m];
    }
  }
  template <typename Stride>
  static void Pack(Topic* record, Stride stride, std::size_t pitch, const TopicId* topic,
                   const TopicId* proposals) {
    if constexpr (kIsWord<Stride>) {
      const std::uint32_t word = *topic | (*proposals << 16);
      std::memcpy(record, &word, sizeof(word));
    } else {
      record[0] = static_cast<Topic>(*topic);
      for (std::size_t m = 1; m < stride; ++m) {
        record[m] = static_cast<Topic>(proposals[(m - 1) * pitch]);
      }
    }
  }

  // Calls body(stride) with the stride as a constant for the usual numbers of proposals: the loops
  // over records then unroll.
  template <typename Body>
  void WithStride(Body&& body) const {
    switch (stride_) {
      case 2:
        return body(Constant<2>());
      case 3:
        return body(Constant<3>());
      case 4:
        return body(Constant<4>());
      case 5:
        return body(Constant<5>());
      default:
        return body(stride_);
    }
  }

  static constexpr std::size_t kPadding = 8;

  std::size_t stride_ = 0;
  HugeBuffer<Topic> records_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_STORE_H_
