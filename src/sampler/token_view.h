// The state of a block's tokens: for each its topic and its pending proposals, side by side.
#ifndef LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
#define LIGHTLDA_SAMPLER_TOKEN_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "lightlda/types.h"

namespace lightlda {

// Bytes of a record of `mh_steps` proposals, of which there may be none.
template <typename Topic>
constexpr std::size_t RecordBytes(int mh_steps, bool has_published) {
  return sizeof(Topic) * (static_cast<std::size_t>(mh_steps) + 1 + (has_published ? 1 : 0));
}

// A record is {topic, proposal 0, ..., proposal mh_steps - 1}, so the document pass, which meets
// the records in no order that a cache likes, touches one line a token. Where rows are shared with
// other processes it ends with the published topic: the one that the others know of. Whoever stores
// topics word by word publishes them, too, so StoreTopics and StoreRecords set both; the document
// pass leaves the published one.
//
// Topic is uint16_t or uint32_t. The records belong to a TokenState; a view holds those from
// `first` on of one block and is asked for no others. Distinct records may be written by distinct
// threads.
template <typename Topic>
class TokenView {
 public:
  TokenView() = default;
  TokenView(std::byte* data, std::uint32_t first, int mh_steps, bool has_published)
      : records_(reinterpret_cast<Topic*>(data)),
        first_(first),
        shape_{static_cast<std::size_t>(mh_steps),
               static_cast<std::size_t>(mh_steps) + 1 + (has_published ? 1 : 0)} {}

  bool has_published() const { return shape_.stride > shape_.steps + 1; }
  TopicId topic(std::size_t record) const { return records_[(record - first_) * shape_.stride]; }

  // Topics of the records [begin, begin + n).
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const {
    WithShape([&](auto shape) {
      const Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i) topics[i] = record[i * shape.stride];
    });
  }
  // And published topics. REQUIRES: has_published.
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics, TopicId* published) const {
    WithShape([&](auto shape) {
      const Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        topics[i] = record[0];
        published[i] = record[shape.stride - 1];
      }
    });
  }
  void StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) const {
    WithShape([&](auto shape) {
      Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        *record = static_cast<Topic>(topics[i]);
        Publish(record, shape);
      }
    });
  }

  // Whole records of the records [begin, begin + n), and back. Proposal m of token i is
  // proposals[m * pitch + i].
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals) const {
    WithShape([&](auto shape) {
      const Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        Unpack(record, shape, pitch, topics + i, proposals + i);
      }
    });
  }
  // The same with published topics. REQUIRES: has_published.
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals, TopicId* published) const {
    WithShape([&](auto shape) {
      const Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        Unpack(record, shape, pitch, topics + i, proposals + i);
        published[i] = record[shape.stride - 1];
      }
    });
  }
  void StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch, const TopicId* topics,
                    const TopicId* proposals) const {
    WithShape([&](auto shape) {
      Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        Pack(record, shape, pitch, topics + i, proposals + i);
        Publish(record, shape);
      }
    });
  }
  // Proposals alone.
  void StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                      const TopicId* proposals) const {
    WithShape([&](auto shape) {
      Topic* record = At(begin, shape);
      for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
        for (std::size_t m = 0; m < shape.steps; ++m) {
          record[m + 1] = static_cast<Topic>(proposals[m * pitch + i]);
        }
      }
    });
  }

  // Asks for the records listed to be brought near the core: to the second-level cache, as a
  // document's may be more than the first holds.
  void Prefetch(std::span<const std::uint32_t> listed) const {
    for (const std::uint32_t record : listed) {
      __builtin_prefetch(records_ + record * shape_.stride, 1, 2);
    }
  }

  // Whole records, those listed, and back. REQUIRES: the view starts with record 0.
  void Gather(const std::uint32_t* listed, std::size_t n, std::size_t pitch, TopicId* topics,
              TopicId* proposals) const {
    WithShape([&](auto shape) {
      const Topic* records = records_;
      for (std::size_t i = 0; i < n; ++i) {
        Unpack(records + listed[i] * shape.stride, shape, pitch, topics + i, proposals + i);
      }
    });
  }
  void Scatter(const std::uint32_t* listed, std::size_t n, std::size_t pitch, const TopicId* topics,
               const TopicId* proposals) const {
    WithShape([&](auto shape) {
      Topic* records = records_;
      for (std::size_t i = 0; i < n; ++i) {
        Pack(records + listed[i] * shape.stride, shape, pitch, topics + i, proposals + i);
      }
    });
  }

 private:
  // Topics in a record: proposals, and all.
  struct Shape {
    static constexpr bool kOneStep = false;  // not known to be
    std::size_t steps = 0;
    std::size_t stride = 0;
  };
  template <std::size_t kSteps, std::size_t kStride>
  struct Constant {
    static constexpr bool kOneStep = kSteps == 1;
    static constexpr std::size_t steps = kSteps;
    static constexpr std::size_t stride = kStride;
  };

  template <typename AnyShape>
  Topic* At(std::size_t record, AnyShape shape) const {
    return records_ + (record - first_) * shape.stride;
  }
  template <typename AnyShape>
  static void Publish(Topic* record, AnyShape shape) {
    if (shape.stride > shape.steps + 1) record[shape.stride - 1] = record[0];
  }

  // A topic and its only proposal move as one word where they have 16 bits each.
  template <typename AnyShape>
  static constexpr bool kIsWord = sizeof(Topic) == 2 && AnyShape::kOneStep;

  template <typename AnyShape>
  static void Unpack(const Topic* record, AnyShape shape, std::size_t pitch, TopicId* topic,
                     TopicId* proposals) {
    if constexpr (kIsWord<AnyShape>) {
      std::uint32_t word;
      std::memcpy(&word, record, sizeof(word));
      *topic = word & 0xFFFFu;
      *proposals = word >> 16;
    } else {
      *topic = record[0];
      for (std::size_t m = 0; m < shape.steps; ++m) proposals[m * pitch] = record[m + 1];
    }
  }
  template <typename AnyShape>
  static void Pack(Topic* record, AnyShape shape, std::size_t pitch, const TopicId* topic,
                   const TopicId* proposals) {
    if constexpr (kIsWord<AnyShape>) {
      const std::uint32_t word = *topic | (*proposals << 16);
      std::memcpy(record, &word, sizeof(word));
    } else {
      record[0] = static_cast<Topic>(*topic);
      for (std::size_t m = 0; m < shape.steps; ++m) {
        record[m + 1] = static_cast<Topic>(proposals[m * pitch]);
      }
    }
  }

  // Calls body(shape) with the shape as a constant for the usual numbers of proposals: the loops
  // over records then unroll.
  template <typename Body>
  [[gnu::always_inline]] void WithShape(Body&& body) const {
    const bool has_published = this->has_published();
    switch (shape_.steps) {
      case 0:
        return has_published ? body(Constant<0, 2>()) : body(Constant<0, 1>());
      case 1:
        return has_published ? body(Constant<1, 3>()) : body(Constant<1, 2>());
      case 2:
        return has_published ? body(Constant<2, 4>()) : body(Constant<2, 3>());
      case 3:
        return has_published ? body(Constant<3, 5>()) : body(Constant<3, 4>());
      case 4:
        return has_published ? body(Constant<4, 6>()) : body(Constant<4, 5>());
      default:
        return body(shape_);
    }
  }

  Topic* records_ = nullptr;
  std::uint32_t first_ = 0;
  Shape shape_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
