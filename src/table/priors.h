// Priors: with the topics of the tokens, the state of a model.
#ifndef LIGHTLDA_TABLE_PRIORS_H_
#define LIGHTLDA_TABLE_PRIORS_H_

#include <cmath>
#include <vector>

namespace lightlda {

// Whether a prior may have the value: positive and finite.
inline bool IsPrior(double value) { return std::isfinite(value) && value > 0; }

// Each as IsPrior has it.
struct Priors {
  std::vector<double> alpha;  // [num_topics]: of each topic in a document
  double beta = 0;            // of each word in a topic

  friend bool operator==(const Priors&, const Priors&) = default;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_PRIORS_H_
