#include "infer/phi_rows.h"

#include <numeric>

namespace lightlda {

PhiRows::PhiRows(const Model& model)
    : alpha_(model.alpha().begin(), model.alpha().end()),
      alpha_sum_(std::accumulate(alpha_.begin(), alpha_.end(), 0.0)) {
  std::vector<double> inverse;
  for (const Count total : model.topic_totals()) {
    inverse.push_back(
        1 / (static_cast<double>(total) + model.beta() * static_cast<double>(model.num_words())));
    shared_.push_back(model.beta() * inverse.back());
    shared_sum_ += shared_.back();
  }
  begins_.reserve(model.num_words() + 1);
  sums_.reserve(model.num_words());
  entries_.reserve(static_cast<std::size_t>(model.num_entries()));
  for (std::size_t word = 0; word < model.num_words(); ++word) {
    double sum = 0;
    for (const auto& [topic, count] : model.WordRow(static_cast<WordId>(word))) {
      entries_.push_back({topic, static_cast<float>(count * inverse[topic])});
      sum += entries_.back().excess;
    }
    sums_.push_back(static_cast<float>(sum));
    begins_.push_back(entries_.size());
  }
}

}  // namespace lightlda
