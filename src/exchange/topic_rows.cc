#include "exchange/topic_rows.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>

namespace lightlda {

TopicRows::TopicRows(const Model& model) : model_(model), begins_(model.num_topics() + 1) {
  const auto num_words = static_cast<WordId>(model.num_words());
  for (WordId word = 0; word < num_words; ++word) {
    for (const TopicCount& entry : model.WordRow(word)) ++begins_[entry.topic + 1];
  }
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  words_.resize(begins_.back());
  counts_.resize(begins_.back());
  std::vector<std::uint64_t> next(begins_.begin(), begins_.end() - 1);
  for (WordId word = 0; word < num_words; ++word) {
    for (const TopicCount& entry : model.WordRow(word)) {
      const std::uint64_t at = next[entry.topic]++;
      words_[at] = word;
      counts_[at] = entry.count;
    }
  }
}

void TopicRows::FillPhi(TopicId topic, std::span<double> row) const {
  CHECK_EQ(row.size(), model_.num_words());
  std::ranges::fill(row, model_.Probability(topic, 0));
  const auto words = Words(topic);
  const auto counts = Counts(topic);
  for (std::size_t i = 0; i < words.size(); ++i) {
    row[words[i]] = model_.Probability(topic, counts[i]);
  }
}

void TopicRows::FillCounts(TopicId topic, std::span<double> row) const {
  CHECK_EQ(row.size(), model_.num_words());
  std::ranges::fill(row, 0.0);
  const auto words = Words(topic);
  const auto counts = Counts(topic);
  for (std::size_t i = 0; i < words.size(); ++i) row[words[i]] = counts[i];
}

}  // namespace lightlda
