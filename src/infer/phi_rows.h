// phi of a model word by word, as it is folded in with.
//
//   phi_wk = (n_wk + beta) / (n_k + beta V) = beta / (n_k + beta V) + n_wk / (n_k + beta V)
//
// The first part is the same for all words. The second, a word's excess, is there only in topics
// that the word has, so sums over the topics cost its non-zero counts, however many topics there
// are.
#ifndef LIGHTLDA_INFER_PHI_ROWS_H_
#define LIGHTLDA_INFER_PHI_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

// Immutable; any number of threads may read. Memory: 8 bytes per entry of the model, 12 per word.
class PhiRows {
 public:
  struct Entry {
    TopicId topic;
    float excess;  // n_wk / (n_k + beta V)
  };

  // Throws std::bad_alloc.
  explicit PhiRows(const Model& model);

  std::uint32_t num_topics() const { return static_cast<std::uint32_t>(alpha_.size()); }
  std::size_t num_words() const { return begins_.size() - 1; }
  std::span<const double> alpha() const { return alpha_; }  // [num_topics]
  double alpha_sum() const { return alpha_sum_; }
  // beta / (n_k + beta V), [num_topics]: the part of phi that all words share.
  std::span<const double> shared() const { return shared_; }
  // The excess of a word, topics ascending. REQUIRES: word < num_words().
  std::span<const Entry> Row(WordId word) const {
    return {entries_.data() + begins_[word], entries_.data() + begins_[word + 1]};
  }
  // Sum of phi_wk over the topics. REQUIRES: word < num_words().
  double Sum(WordId word) const { return shared_sum_ + sums_[word]; }

 private:
  std::vector<double> alpha_;
  double alpha_sum_ = 0;
  std::vector<double> shared_;
  double shared_sum_ = 0;
  std::vector<std::uint64_t> begins_ = {0};  // [num_words + 1]
  std::vector<Entry> entries_;
  std::vector<float> sums_;  // [num_words]: of the excess
};

}  // namespace lightlda

#endif  // LIGHTLDA_INFER_PHI_ROWS_H_
