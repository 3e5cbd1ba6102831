// One word's (or document's) topic counts in a dense array, with its non-zero topics findable and
// clearable in time proportional to their number.
#ifndef LIGHTLDA_SAMPLER_ROW_SCRATCH_H_
#define LIGHTLDA_SAMPLER_ROW_SCRATCH_H_

#include <bit>
#include <cstdint>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// A two-level bitmap marks the topics that were touched: visiting them in ascending order costs
// O(touched + num_topics / 4096), whatever the order in which they came. One thread each.
class RowScratch {
 public:
  explicit RowScratch(std::uint32_t num_topics)
      : counts_(num_topics, 0),
        bits_((num_topics + 63) / 64, 0),
        top_((bits_.size() + 63) / 64, 0) {}

  const std::int32_t* counts() const { return counts_.data(); }

  void Add(TopicId topic, std::int32_t amount) {
    // Marking always would make every token wait for the one before it, as most share a mark word.
    if (counts_[topic] == 0) Mark(topic);
    counts_[topic] += amount;
  }

  // Calls visit(topic, count) for the topics with a count other than 0, ascending.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    ForEachTouched([&](TopicId topic) {
      if (counts_[topic] != 0) visit(topic, counts_[topic]);
    });
  }

  // All counts to 0.
  void Clear() {
    ForEachTouched([this](TopicId topic) { counts_[topic] = 0; });
    for (std::size_t upper = 0; upper < top_.size(); ++upper) {
      for (std::uint64_t marks = top_[upper]; marks != 0; marks &= marks - 1) {
        bits_[upper * 64 + static_cast<std::size_t>(std::countr_zero(marks))] = 0;
      }
      top_[upper] = 0;
    }
  }

 private:
  void Mark(TopicId topic) {
    bits_[topic >> 6] |= std::uint64_t{1} << (topic & 63);
    top_[topic >> 12] |= std::uint64_t{1} << ((topic >> 6) & 63);
  }

  template <typename Visit>
  void ForEachTouched(Visit&& visit) const {
    for (std::size_t upper = 0; upper < top_.size(); ++upper) {
      for (std::uint64_t marks = top_[upper]; marks != 0; marks &= marks - 1) {
        const std::size_t middle = upper * 64 + static_cast<std::size_t>(std::countr_zero(marks));
        for (std::uint64_t bits = bits_[middle]; bits != 0; bits &= bits - 1) {
          visit(
              static_cast<TopicId>(middle * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
        }
      }
    }
  }

  std::vector<std::int32_t> counts_;  // [num_topics]
  std::vector<std::uint64_t> bits_;   // a bit a topic
  std::vector<std::uint64_t> top_;    // a bit a word of bits_
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_ROW_SCRATCH_H_
