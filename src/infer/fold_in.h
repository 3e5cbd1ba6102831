// Folding in: the topics of a document that a model was not trained on, with phi fixed.
//
// theta maximises
//   sum_i n_i log(sum_k theta_k phi_ik) + sum_k alpha_k log theta_k                         (1)
// over distinct words i that occur n_i times. It is concave, so there is one maximum, and
// expectation maximisation,
//   theta_k  <-  (alpha_k + theta_k sum_i n_i phi_ik / sum_j theta_j phi_ij) / (N + alpha_sum),
// goes there from anywhere: of the estimators tried it predicts best (docs/lab/019-fold-in.md;
// Wallach, Murray, Salakhutdinov & Mimno 2009 have its use in document completion). No random
// numbers: theta is a function of the model and the document's counts alone.
//
// What makes it fast: a document has few topics. From a uniform theta the first step costs the
// words' non-zero counts. Topics that it gives less than kFewTokens are set to what the prior gives
// them, and those that later fall below it stay where they are; their part of each word's
// probability is a constant from then on. The tokens they would have had are given up: theta is
// scaled to sum to 1. To keep them predicts worse (docs/lab/019-fold-in.md). It ends when theta
// moves by less than kTolerance.
#ifndef LIGHTLDA_INFER_FOLD_IN_H_
#define LIGHTLDA_INFER_FOLD_IN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "infer/phi_rows.h"
#include "lightlda/types.h"

namespace lightlda {

struct WordCount {
  WordId word;
  std::uint32_t count;
};

// Distinct words of a document with their counts, ascending. *bag is replaced.
void CountWords(std::span<const WordId> words, std::vector<WordCount>* bag);

// Not thread-safe: one per thread; they may share the rows.
class FoldIn {
 public:
  static constexpr double kFewTokens = 0.05;  // expected tokens of a topic in a document
  static constexpr double kTolerance = 1e-3;  // of the sum of |change of theta_k|
  static constexpr int kMaxSteps = 50;

  // `phi` must outlive it. Throws std::bad_alloc, as does Estimate.
  explicit FoldIn(const PhiRows* phi);

  // Replaces theta, [num_topics], which then sums to 1; without words it is alpha_k / alpha_sum.
  // REQUIRES: words below phi's number of words, each once; counts above 0.
  void Estimate(std::span<const WordCount> bag, std::span<double> theta);

 private:
  // A word's excess in one of the topics under estimation.
  struct Entry {
    std::uint32_t place;  // in active_
    float excess;
  };
  struct Word {
    double count;
    double rest;        // its probability from topics that are not under estimation
    std::size_t begin;  // of its entries, which end where the next word's begin
  };
  struct ActiveTopic {
    TopicId topic;
    double theta;
    double alpha;
    double shared;
  };

  void Begin(std::span<const WordCount> bag, std::span<double> theta);
  void TakeWords(std::span<const WordCount> bag, std::span<const double> theta);
  double Step();
  void Prune(std::span<double> theta);

  const PhiRows& phi_;
  std::vector<double> expected_;     // [num_topics]: tokens; all 0 between calls
  std::vector<std::int32_t> place_;  // [num_topics]: in active_; all -1 between calls
  double mass_ = 0;                  // N + alpha_sum
  double settled_shared_ = 0;        // sum of theta_k shared_k over topics not under estimation
  std::vector<ActiveTopic> active_;
  std::vector<Word> words_;                // and a last one, for its `begin`
  std::vector<Entry> entries_;             // up to that, and room
  std::vector<std::uint32_t> new_places_;  // [active_], in Prune
  std::vector<double> gathered_;           // [active_]
};

}  // namespace lightlda

#endif  // LIGHTLDA_INFER_FOLD_IN_H_
