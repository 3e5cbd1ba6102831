// Document completion of one document at a time: theta from one half, the probability of the other.
#ifndef LIGHTLDA_EVAL_COMPLETION_ESTIMATOR_H_
#define LIGHTLDA_EVAL_COMPLETION_ESTIMATOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// A document cut in two: counts by distinct word.
struct DocumentHalves {
  std::vector<WordId> words;      // distinct, ascending
  std::vector<double> seen;       // [words]
  std::vector<double> predicted;  // [words]
};

// Each token goes to either half with equal chance, as a function of seed, `number` of the document
// and place of the token in it alone.
DocumentHalves HalveDocument(std::span<const WordId> document, std::uint64_t seed,
                             std::uint64_t number);

// Of the words of a document, by their place in it: phi_wk = (n_wk + beta) / (n_k + beta V).
struct DocumentPhi {
  std::span<const std::vector<TopicCount>> rows;  // [words]: non-zero n_wk
  std::span<const double> inverse_totals;         // [num_topics]: 1 / (n_k + beta V)
  double beta = 0;
};

// phi is a prior part, which all words share, and an excess where n_wk > 0. So sums over topics
// cost a word's non-zero counts, however many topics there are. Not thread-safe.
class CompletionEstimator {
 public:
  // alpha: [num_topics]; must outlive it.
  explicit CompletionEstimator(std::span<const double> alpha)
      : alpha_(alpha), theta_(alpha.size()), next_(alpha.size()) {}

  // [num_topics], to be read or set.
  std::span<double> theta() { return theta_; }
  // theta of the first half, by so many steps of expectation maximisation from a uniform one.
  void EstimateTheta(const DocumentHalves& halves, const DocumentPhi& phi, int num_steps);
  // Sum of log p over the second half, by theta.
  double LogLikelihood(const DocumentHalves& halves, const DocumentPhi& phi) const;

 private:
  double PriorMixture(const DocumentPhi& phi) const;
  double Excess(const DocumentPhi& phi, std::size_t word) const;

  std::span<const double> alpha_;
  std::vector<double> theta_;  // [num_topics]
  std::vector<double> next_;   // [num_topics]
};

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_COMPLETION_ESTIMATOR_H_
