// Each call looks once at what the records are like, then runs a loop that is made for such
// records.
#include "sampler/token_view.h"

#include <cstring>

namespace lightlda {
namespace {

// What a loop over records knows about them: steps proposals in stride topics.
template <typename AnyTopic, std::size_t kSteps, std::size_t kStride>
struct ConstantShape {
  using Topic = AnyTopic;
  // A topic and its only proposal move as one word where they have 16 bits each.
  static constexpr bool kIsWord = sizeof(Topic) == 2 && kSteps == 1;
  static constexpr std::size_t steps = kSteps;
  static constexpr std::size_t stride = kStride;
};
// Of more proposals than are usual.
template <typename AnyTopic>
struct VariableShape {
  using Topic = AnyTopic;
  static constexpr bool kIsWord = false;
  std::size_t steps;
  std::size_t stride;
};

// Calls body(shape) with the shape as a constant for the usual numbers of proposals: the loops over
// records then unroll.
template <typename Topic, typename Body>
[[gnu::always_inline]] inline void WithTopicsOf(const RecordLayout& layout, Body&& body) {
  const bool published = layout.has_published;
  switch (layout.num_proposals) {
    case 0:
      return published ? body(ConstantShape<Topic, 0, 2>()) : body(ConstantShape<Topic, 0, 1>());
    case 1:
      return published ? body(ConstantShape<Topic, 1, 3>()) : body(ConstantShape<Topic, 1, 2>());
    case 2:
      return published ? body(ConstantShape<Topic, 2, 4>()) : body(ConstantShape<Topic, 2, 3>());
    case 3:
      return published ? body(ConstantShape<Topic, 3, 5>()) : body(ConstantShape<Topic, 3, 4>());
    case 4:
      return published ? body(ConstantShape<Topic, 4, 6>()) : body(ConstantShape<Topic, 4, 5>());
    default:
      return body(
          VariableShape<Topic>{static_cast<std::size_t>(layout.num_proposals), layout.length()});
  }
}

template <typename Shape>
typename Shape::Topic* RecordsOf(std::byte* data, Shape) {
  return reinterpret_cast<typename Shape::Topic*>(data);
}

template <typename Shape>
void Publish(typename Shape::Topic* record, Shape shape) {
  if (shape.stride > shape.steps + 1) record[shape.stride - 1] = record[0];
}

template <typename Shape>
void Unpack(const typename Shape::Topic* record, Shape shape, std::size_t pitch, TopicId* topic,
            TopicId* proposals) {
  if constexpr (Shape::kIsWord) {
    std::uint32_t word;
    std::memcpy(&word, record, sizeof(word));
    *topic = word & 0xFFFFu;
    *proposals = word >> 16;
  } else {
    *topic = record[0];
    for (std::size_t m = 0; m < shape.steps; ++m) proposals[m * pitch] = record[m + 1];
  }
}

template <typename Shape>
void Pack(typename Shape::Topic* record, Shape shape, std::size_t pitch, const TopicId* topic,
          const TopicId* proposals) {
  using Topic = typename Shape::Topic;
  if constexpr (Shape::kIsWord) {
    const std::uint32_t word = *topic | (*proposals << 16);
    std::memcpy(record, &word, sizeof(word));
  } else {
    record[0] = static_cast<Topic>(*topic);
    for (std::size_t m = 0; m < shape.steps; ++m) {
      record[m + 1] = static_cast<Topic>(proposals[m * pitch]);
    }
  }
}

}  // namespace

template <typename Body>
[[gnu::always_inline]] inline void TokenView::WithShape(Body&& body) const {
  return layout_.is_narrow ? WithTopicsOf<std::uint16_t>(layout_, body)
                           : WithTopicsOf<std::uint32_t>(layout_, body);
}

void TokenView::LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const {
  WithShape([&](auto shape) {
    const auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i) topics[i] = record[i * shape.stride];
  });
}

void TokenView::LoadTopics(std::size_t begin, std::size_t n, TopicId* topics,
                           TopicId* published) const {
  WithShape([&](auto shape) {
    const auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      topics[i] = record[0];
      published[i] = record[shape.stride - 1];
    }
  });
}

void TokenView::StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) const {
  WithShape([&](auto shape) {
    auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      *record = static_cast<typename decltype(shape)::Topic>(topics[i]);
      Publish(record, shape);
    }
  });
}

void TokenView::LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                            TopicId* proposals) const {
  WithShape([&](auto shape) {
    const auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      Unpack(record, shape, pitch, topics + i, proposals + i);
    }
  });
}

void TokenView::LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                            TopicId* proposals, TopicId* published) const {
  WithShape([&](auto shape) {
    const auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      Unpack(record, shape, pitch, topics + i, proposals + i);
      published[i] = record[shape.stride - 1];
    }
  });
}

void TokenView::StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch,
                             const TopicId* topics, const TopicId* proposals) const {
  WithShape([&](auto shape) {
    auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      Pack(record, shape, pitch, topics + i, proposals + i);
      Publish(record, shape);
    }
  });
}

void TokenView::StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                               const TopicId* proposals) const {
  WithShape([&](auto shape) {
    auto* record = RecordsOf(data_, shape) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) {
      for (std::size_t m = 0; m < shape.steps; ++m) {
        record[m + 1] = static_cast<typename decltype(shape)::Topic>(proposals[m * pitch + i]);
      }
    }
  });
}

void TokenView::GatherTopics(const std::uint32_t* listed, std::size_t n, TopicId* topics) const {
  WithShape([&](auto shape) {
    const auto* records = RecordsOf(data_, shape);
    for (std::size_t i = 0; i < n; ++i) topics[i] = records[listed[i] * shape.stride];
  });
}

void TokenView::ScatterTopics(const std::uint32_t* listed, std::size_t n,
                              const TopicId* topics) const {
  WithShape([&](auto shape) {
    auto* records = RecordsOf(data_, shape);
    for (std::size_t i = 0; i < n; ++i) {
      records[listed[i] * shape.stride] = static_cast<typename decltype(shape)::Topic>(topics[i]);
    }
  });
}

void TokenView::Gather(const std::uint32_t* listed, std::size_t n, std::size_t pitch,
                       TopicId* topics, TopicId* proposals) const {
  WithShape([&](auto shape) {
    const auto* records = RecordsOf(data_, shape);
    for (std::size_t i = 0; i < n; ++i) {
      Unpack(records + listed[i] * shape.stride, shape, pitch, topics + i, proposals + i);
    }
  });
}

void TokenView::Scatter(const std::uint32_t* listed, std::size_t n, std::size_t pitch,
                        const TopicId* topics, const TopicId* proposals) const {
  WithShape([&](auto shape) {
    auto* records = RecordsOf(data_, shape);
    for (std::size_t i = 0; i < n; ++i) {
      Pack(records + listed[i] * shape.stride, shape, pitch, topics + i, proposals + i);
    }
  });
}

}  // namespace lightlda
