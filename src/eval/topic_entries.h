// n_wk topic by topic.
#ifndef LIGHTLDA_EVAL_TOPIC_ENTRIES_H_
#define LIGHTLDA_EVAL_TOPIC_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

// The non-zero counts of a model, 8 bytes each. Immutable.
class TopicEntries {
 public:
  struct Entry {
    WordId word;
    std::uint32_t count;
  };

  explicit TopicEntries(const Model& model);

  std::size_t num_topics() const { return begins_.size() - 1; }
  // Words ascending.
  std::span<const Entry> topic(std::size_t k) const {
    return std::span(entries_).subspan(begins_[k], begins_[k + 1] - begins_[k]);
  }

 private:
  std::vector<std::size_t> begins_;  // [num_topics + 1]
  std::vector<Entry> entries_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_TOPIC_ENTRIES_H_
