// The word-topic table topic by topic, as most other tools have it.
#ifndef LIGHTLDA_EXCHANGE_TOPIC_ROWS_H_
#define LIGHTLDA_EXCHANGE_TOPIC_ROWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

// n_kw as non-zero entries, words ascending: 8 bytes of memory each. Immutable; any number of
// threads may read. The model must outlive it. REQUIRES of all: topic < num_topics; size of
// `row` is num_words.
class TopicRows {
 public:
  explicit TopicRows(const Model& model);

  std::span<const WordId> Words(TopicId topic) const { return Of(words_, topic); }
  std::span<const std::uint32_t> Counts(TopicId topic) const { return Of(counts_, topic); }

  // phi_k., and n_k. with all its zeros.
  void FillPhi(TopicId topic, std::span<double> row) const;
  void FillCounts(TopicId topic, std::span<double> row) const;

 private:
  template <typename T>
  std::span<const T> Of(const std::vector<T>& values, TopicId topic) const {
    return std::span(values).subspan(begins_[topic], begins_[topic + 1] - begins_[topic]);
  }

  const Model& model_;
  std::vector<std::uint64_t> begins_;  // [num_topics + 1]
  std::vector<WordId> words_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_TOPIC_ROWS_H_
