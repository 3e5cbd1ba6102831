#include "kernels/alias_table.h"

#include <glog/logging.h>

#include <algorithm>

namespace lightlda {
namespace {

// A share in [0, 1] of 2^32, saturated: the largest value stands for "always".
std::uint32_t ToThreshold(double share) {
  return static_cast<std::uint32_t>(std::min(share * 0x1p32, 4294967295.0));
}

}  // namespace

void AliasTable::Clear() {
  weight_.clear();
  topic_.clear();
}

void AliasTable::Add(TopicId topic, double weight) {
  topic_.push_back(topic);
  weight_.push_back(weight);
}

void AliasTable::Finish() {
  CHECK(!topic_.empty());
  double sum = 0;
  for (const double weight : weight_) sum += weight;
  const double to_bins = static_cast<double>(weight_.size()) / sum;
  const auto num_bins = static_cast<std::uint32_t>(weight_.size());

  threshold_.assign(num_bins, 0xFFFFFFFFu);
  alias_ = topic_;  // a full bin gives its own topic whatever the fraction
  small_.clear();
  large_.clear();
  for (std::uint32_t bin = 0; bin < num_bins; ++bin) {
    weight_[bin] *= to_bins;
    (weight_[bin] < 1.0 ? small_ : large_).push_back(bin);
  }
  // Vose: fill each small bin up from a large one. What is left over at the end is 1 but for
  // rounding.
  while (!small_.empty() && !large_.empty()) {
    const std::uint32_t small = small_.back();
    const std::uint32_t large = large_.back();
    small_.pop_back();
    threshold_[small] = ToThreshold(weight_[small]);
    alias_[small] = topic_[large];
    weight_[large] -= 1.0 - weight_[small];
    if (weight_[large] < 1.0) {
      large_.pop_back();
      small_.push_back(large);
    }
  }
}

}  // namespace lightlda
