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
[[gnu::always_inline]] inline void WithSteps(const RecordLayout& layout, Body&& body) {
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

template <typename Body>
[[gnu::always_inline]] inline void WithShape(const RecordLayout& layout, Body&& body) {
  return layout.is_narrow ? WithSteps<std::uint16_t>(layout, body)
                          : WithSteps<std::uint32_t>(layout, body);
}

template <typename Topic>
void SetTopic(Topic* place, TopicId topic) {
  *place = static_cast<Topic>(topic);
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
  if constexpr (Shape::kIsWord) {
    const std::uint32_t word = *topic | (*proposals << 16);
    std::memcpy(record, &word, sizeof(word));
  } else {
    SetTopic(record, *topic);
    for (std::size_t m = 0; m < shape.steps; ++m) SetTopic(record + m + 1, proposals[m * pitch]);
  }
}

}  // namespace

// Calls body(record, i, shape) for the records begin + i, or for those listed.
template <typename Body>
[[gnu::always_inline]] inline void TokenView::ForEach(std::size_t begin, std::size_t n,
                                                      Body&& body) const {
  WithShape(layout_, [&](auto shape) {
    using Topic = typename decltype(shape)::Topic;
    Topic* record = reinterpret_cast<Topic*>(data_) + (begin - first_) * shape.stride;
    for (std::size_t i = 0; i < n; ++i, record += shape.stride) body(record, i, shape);
  });
}
template <typename Body>
[[gnu::always_inline]] inline void TokenView::ForListed(const std::uint32_t* listed, std::size_t n,
                                                        Body&& body) const {
  WithShape(layout_, [&](auto shape) {
    using Topic = typename decltype(shape)::Topic;
    Topic* const records = reinterpret_cast<Topic*>(data_);
    for (std::size_t i = 0; i < n; ++i) body(records + listed[i] * shape.stride, i, shape);
  });
}

void TokenView::LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const {
  ForEach(begin, n, [=](const auto* record, std::size_t i, auto) { topics[i] = *record; });
}

void TokenView::LoadTopics(std::size_t begin, std::size_t n, TopicId* topics,
                           TopicId* published) const {
  ForEach(begin, n, [=](const auto* record, std::size_t i, auto shape) {
    topics[i] = *record;
    published[i] = record[shape.stride - 1];
  });
}

void TokenView::PublishTopics(std::size_t begin, std::size_t n) const {
  ForEach(begin, n, [](auto* record, std::size_t, auto shape) { Publish(record, shape); });
}

void TokenView::StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) const {
  ForEach(begin, n, [=](auto* record, std::size_t i, auto shape) {
    SetTopic(record, topics[i]);
    Publish(record, shape);
  });
}

void TokenView::LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                            TopicId* proposals) const {
  ForEach(begin, n, [=](const auto* record, std::size_t i, auto shape) {
    Unpack(record, shape, pitch, topics + i, proposals + i);
  });
}

void TokenView::LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                            TopicId* proposals, TopicId* published) const {
  ForEach(begin, n, [=](const auto* record, std::size_t i, auto shape) {
    Unpack(record, shape, pitch, topics + i, proposals + i);
    published[i] = record[shape.stride - 1];
  });
}

void TokenView::StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch,
                             const TopicId* topics, const TopicId* proposals) const {
  ForEach(begin, n, [=](auto* record, std::size_t i, auto shape) {
    Pack(record, shape, pitch, topics + i, proposals + i);
    Publish(record, shape);
  });
}

void TokenView::StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                               const TopicId* proposals) const {
  ForEach(begin, n, [=](auto* record, std::size_t i, auto shape) {
    for (std::size_t m = 0; m < shape.steps; ++m)
      SetTopic(record + m + 1, proposals[m * pitch + i]);
  });
}

void TokenView::GatherTopics(const std::uint32_t* listed, std::size_t n, TopicId* topics) const {
  ForListed(listed, n, [=](const auto* record, std::size_t i, auto) { topics[i] = *record; });
}

void TokenView::ScatterTopics(const std::uint32_t* listed, std::size_t n,
                              const TopicId* topics) const {
  ForListed(listed, n, [=](auto* record, std::size_t i, auto) { SetTopic(record, topics[i]); });
}

void TokenView::Gather(const std::uint32_t* listed, std::size_t n, std::size_t pitch,
                       TopicId* topics, TopicId* proposals) const {
  ForListed(listed, n, [=](const auto* record, std::size_t i, auto shape) {
    Unpack(record, shape, pitch, topics + i, proposals + i);
  });
}

void TokenView::Scatter(const std::uint32_t* listed, std::size_t n, std::size_t pitch,
                        const TopicId* topics, const TopicId* proposals) const {
  ForListed(listed, n, [=](auto* record, std::size_t i, auto shape) {
    Pack(record, shape, pitch, topics + i, proposals + i);
  });
}

}  // namespace lightlda
