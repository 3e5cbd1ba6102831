// The state of a block's tokens: for each its topic and its pending proposals, side by side.
#ifndef LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
#define LIGHTLDA_SAMPLER_TOKEN_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "lightlda/types.h"

namespace lightlda {

// Bytes of a record of `mh_steps` proposals.
template <typename Topic>
constexpr std::size_t RecordBytes(int mh_steps) {
  return sizeof(Topic) * (static_cast<std::size_t>(mh_steps) + 1);
}

// A record is {topic, proposal 0, ..., proposal mh_steps - 1}, so the document pass, which meets
// the records in no order that a cache likes, touches one line a token. Topic is uint16_t or
// uint32_t. The records belong to a TokenState; a view holds those from `first` on of one block and
// is asked for no others. Distinct records may be written by distinct threads.
template <typename Topic>
class TokenView {
  template <std::size_t kStride>
  using Constant = std::integral_constant<std::size_t, kStride>;

 public:
  TokenView() = default;
  TokenView(std::byte* data, std::uint32_t first, int mh_steps)
      : records_(reinterpret_cast<Topic*>(data)),
        first_(first),
        stride_(static_cast<std::size_t>(mh_steps) + 1) {}

  TopicId topic(std::size_t record) const { return records_[(record - first_) * stride_]; }

  // Topics of the records [begin, begin + n).
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const {
    WithStride([&](auto stride) {
      const Topic* record = At(begin, stride);
      for (std::size_t i = 0; i < n; ++i) topics[i] = record[i * stride];
    });
  }
  void StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) const {
    WithStride([&](auto stride) {
      Topic* record = At(begin, stride);
      for (std::size_t i = 0; i < n; ++i) record[i * stride] = static_cast<Topic>(topics[i]);
    });
  }

  // Whole records of the records [begin, begin + n), and back. Proposal m of token i is
  // proposals[m * pitch + i].
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals) const {
    WithStride([&](auto stride) {
      const Topic* record = At(begin, stride);
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        Unpack(record, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  void StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch, const TopicId* topics,
                    const TopicId* proposals) const {
    WithStride([&](auto stride) {
      Topic* record = At(begin, stride);
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        Pack(record, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  // Proposals alone.
  void StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                      const TopicId* proposals) const {
    WithStride([&](auto stride) {
      Topic* record = At(begin, stride);
      for (std::size_t i = 0; i < n; ++i, record += stride) {
        for (std::size_t m = 1; m < stride; ++m) {
          record[m] = static_cast<Topic>(proposals[(m - 1) * pitch + i]);
        }
      }
    });
  }

  // Asks for the records listed to be brought near the core: to the second-level cache, as a
  // document's may be more than the first holds.
  void Prefetch(std::span<const std::uint32_t> listed) const {
    for (const std::uint32_t record : listed) __builtin_prefetch(records_ + record * stride_, 1, 2);
  }

  // Whole records, those listed, and back. REQUIRES: the view starts with record 0.
  void Gather(const std::uint32_t* listed, std::size_t n, std::size_t pitch, TopicId* topics,
              TopicId* proposals) const {
    WithStride([&](auto stride) {
      const Topic* records = records_;
      for (std::size_t i = 0; i < n; ++i) {
        Unpack(records + listed[i] * stride, stride, pitch, topics + i, proposals + i);
      }
    });
  }
  void Scatter(const std::uint32_t* listed, std::size_t n, std::size_t pitch, const TopicId* topics,
               const TopicId* proposals) const {
    WithStride([&](auto stride) {
      Topic* records = records_;
      for (std::size_t i = 0; i < n; ++i) {
        Pack(records + listed[i] * stride, stride, pitch, topics + i, proposals + i);
      }
    });
  }

 private:
  template <typename Stride>
  Topic* At(std::size_t record, Stride stride) const {
    return records_ + (record - first_) * stride;
  }

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

  Topic* records_ = nullptr;
  std::uint32_t first_ = 0;
  std::size_t stride_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
