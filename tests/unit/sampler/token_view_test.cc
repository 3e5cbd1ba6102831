// Records as the passes see them: by word, by document, with published topics and without.
#include "sampler/token_view.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <vector>

namespace lightlda {
namespace {

constexpr std::size_t kRecords = 20;
constexpr std::size_t kPitch = 24;

// Records of mh_steps proposals, all different, as they should be.
struct Expected {
  explicit Expected(int steps, TopicId salt)
      : topics(kPitch), published(kPitch), proposals(kPitch * static_cast<std::size_t>(steps)) {
    for (std::size_t i = 0; i < kRecords; ++i) {
      topics[i] = published[i] = salt + static_cast<TopicId>(i);
      for (int m = 0; m < steps; ++m) {
        proposals[static_cast<std::size_t>(m) * kPitch + i] =
            salt + 100 * static_cast<TopicId>(m + 1) + static_cast<TopicId>(i);
      }
    }
  }
  std::vector<TopicId> topics, published;  // [kPitch]
  std::vector<TopicId> proposals;          // [steps][kPitch]
};

struct Records {
  explicit Records(const RecordLayout& layout_)
      : layout(layout_),
        steps(layout.num_proposals),
        has_published(layout.has_published),
        bytes(kRecords * layout.bytes()),
        view(bytes.data(), 0, layout) {}

  void Check(const Expected& expected) const {
    Expected found(steps, 0);
    view.LoadRecords(0, kRecords, kPitch, found.topics.data(), found.proposals.data());
    for (std::size_t i = 0; i < kRecords; ++i) {
      CHECK(found.topics[i] == expected.topics[i]);
      for (std::size_t m = 0; m < static_cast<std::size_t>(steps); ++m) {
        CHECK(found.proposals[m * kPitch + i] == expected.proposals[m * kPitch + i]);
      }
    }
    if (!has_published) return;
    Expected again(steps, 0);
    view.LoadTopics(0, kRecords, again.topics.data(), again.published.data());
    CHECK(again.topics == expected.topics);
    CHECK(again.published == expected.published);
    Expected whole(steps, 0);
    view.LoadRecords(0, kRecords, kPitch, whole.topics.data(), whole.proposals.data(),
                     whole.published.data());
    CHECK(whole.topics == expected.topics);
    CHECK(whole.proposals == found.proposals);
    CHECK(whole.published == expected.published);
  }

  RecordLayout layout;
  int steps;
  bool has_published;
  std::vector<std::byte> bytes;
  TokenView view;
};

// Records that are stored, changed and published read as they should after each step.
void CheckRecords(const RecordLayout& layout, int steps, TopicId salt) {
  Records records(layout);
  Expected expected(steps, salt - 50'000);
  records.view.StoreRecords(0, kRecords, kPitch, expected.topics.data(), expected.proposals.data());
  records.Check(expected);

  // The document pass changes some, and publishes nothing.
  const std::vector<std::uint32_t> listed = {19, 3, 7};
  Expected drawn(steps, salt);
  records.view.Scatter(listed.data(), listed.size(), kPitch, drawn.topics.data(),
                       drawn.proposals.data());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    expected.topics[listed[i]] = drawn.topics[i];
    for (std::size_t m = 0; m < static_cast<std::size_t>(steps); ++m) {
      expected.proposals[m * kPitch + listed[i]] = drawn.proposals[m * kPitch + i];
    }
  }
  records.Check(expected);
  Expected gathered(steps, 0);
  records.view.Gather(listed.data(), listed.size(), kPitch, gathered.topics.data(),
                      gathered.proposals.data());
  std::vector<TopicId> gathered_topics(listed.size());
  records.view.GatherTopics(listed.data(), listed.size(), gathered_topics.data());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    CHECK(gathered.topics[i] == drawn.topics[i]);
    CHECK(gathered_topics[i] == drawn.topics[i]);
    drawn.topics[i] += 7;
    expected.topics[listed[i]] = drawn.topics[i];
  }
  records.view.ScatterTopics(listed.data(), listed.size(), drawn.topics.data());
  records.Check(expected);

  // Storing a word's topics does.
  const std::vector<TopicId> stored = {1, 2, 3, 4, 5, 6};
  records.view.StoreTopics(2, stored.size(), stored.data());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    expected.topics[2 + i] = expected.published[2 + i] = stored[i];
  }
  records.Check(expected);
  std::vector<TopicId> loaded(stored.size());
  records.view.LoadTopics(2, stored.size(), loaded.data());
  CHECK(loaded == stored);

  const Expected proposed(steps, salt + 1);
  records.view.StoreProposals(0, 5, kPitch, proposed.proposals.data());
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t m = 0; m < static_cast<std::size_t>(steps); ++m) {
      expected.proposals[m * kPitch + i] = proposed.proposals[m * kPitch + i];
    }
  }
  records.Check(expected);
}

TEST_CASE("a view keeps each record's topics, and the published one until a word's are stored",
          "[sampler]") {
  const auto num_topics = GENERATE(1u << 16, (1u << 16) + 1);
  const bool is_narrow = num_topics == 1u << 16;
  const TopicId salt = is_narrow ? 55'000 : 70'000;
  for (const int steps : {0, 1, 2, 3, 4, 5, 64}) {
    for (const bool has_published : {false, true}) {
      INFO(num_topics << " topics, " << steps << " proposals, published: " << has_published);
      const RecordLayout layout = RecordLayout::Of(num_topics, steps, has_published);
      CHECK(layout.is_narrow == is_narrow);
      CheckRecords(layout, steps, salt);
    }
  }
}

TEST_CASE("topics are published as they are, where the caller says", "[sampler]") {
  for (const int steps : {0, 2}) {
    Records records(RecordLayout::Of(1000, steps, true));
    Expected expected(steps, 500);
    records.view.StoreRecords(0, kRecords, kPitch, expected.topics.data(),
                              expected.proposals.data());
    const std::vector<std::uint32_t> listed = {1, 4, 6};
    const std::vector<TopicId> moved = {7, 8, 9};
    records.view.ScatterTopics(listed.data(), listed.size(), moved.data());
    for (std::size_t i = 0; i < listed.size(); ++i) expected.topics[listed[i]] = moved[i];
    records.Check(expected);
    records.view.PublishTopics(3, 3);  // records 3, 4 and 5
    expected.published[4] = 8;
    records.Check(expected);
  }
}

TEST_CASE("a view of records further on finds them by their numbers", "[sampler]") {
  const RecordLayout layout = RecordLayout::Of(1000, 2, true);
  Records records(layout);
  const Expected expected(2, 500);
  records.view.StoreRecords(0, kRecords, kPitch, expected.topics.data(), expected.proposals.data());
  const TokenView later(records.bytes.data() + 5 * layout.bytes(), 5, layout);
  std::vector<TopicId> topics(kRecords - 5);
  later.LoadTopics(5, topics.size(), topics.data());
  CHECK(std::equal(topics.begin(), topics.end(), expected.topics.begin() + 5));
  TopicId topic, published;
  later.LoadTopics(6, 1, &topic, &published);
  CHECK(topic == expected.topics[6]);
  CHECK(published == expected.published[6]);
}

}  // namespace
}  // namespace lightlda
