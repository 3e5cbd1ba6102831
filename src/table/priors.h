// Priors: with the topics of the tokens, the state of a model.
#ifndef LIGHTLDA_TABLE_PRIORS_H_
#define LIGHTLDA_TABLE_PRIORS_H_

#include <vector>

namespace lightlda {

// Each positive and finite.
struct Priors {
  std::vector<double> alpha;  // [num_topics]: of each topic in a document
  double beta = 0;            // of each word in a topic

  friend bool operator==(const Priors&, const Priors&) = default;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_PRIORS_H_
