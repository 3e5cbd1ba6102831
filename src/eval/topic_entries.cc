#include "eval/topic_entries.h"

#include <numeric>

namespace lightlda {

TopicEntries::TopicEntries(const Model& model) : begins_(model.num_topics() + std::size_t{1}) {
  const CsrView table = model.WordTopic();
  for (const TopicId topic : table.topics) ++begins_[topic + std::size_t{1}];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  entries_.resize(table.topics.size());
  std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
  for (std::size_t word = 0; word < table.num_rows(); ++word) {
    for (std::uint64_t i = table.begins[word]; i < table.begins[word + 1]; ++i) {
      entries_[next[table.topics[i]]++] = {static_cast<WordId>(word), table.counts[i]};
    }
  }
}

}  // namespace lightlda
