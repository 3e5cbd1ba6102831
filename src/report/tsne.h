// Points in the plane that keep neighbours: exact t-SNE (van der Maaten & Hinton 2008).
#ifndef LIGHTLDA_REPORT_TSNE_H_
#define LIGHTLDA_REPORT_TSNE_H_

#include <array>
#include <cstddef>
#include <vector>

#include "base/thread_pool.h"
#include "report/ward.h"

namespace lightlda {

struct TsneOptions {
  double perplexity = 30;  // at most a quarter of the points is used
  int num_iterations = 500;
};

// A place for each point, [distances.size()], by its distances from the others. They begin at their
// principal coordinates, so nothing is random; the wider axis comes first. Fewer than 8 points stay
// at these. The result does not depend on the number of threads. Time: O(n^2) per iteration.
// Memory: 4 bytes per pair, doubled, and for the beginning 16. REQUIRES: distances in [0, 1].
std::vector<std::array<double, 2>> EmbedByTsne(Distances* distances, const TsneOptions& options,
                                               ThreadPool* pool);

// The conditional probabilities p_j|i of one row whose entropy is log(perplexity), or as near as it
// can be. squared: [n], the squared distances of point i. Exposed for tests.
std::vector<double> NeighbourProbabilities(const std::vector<double>& squared, std::size_t i,
                                           double perplexity);

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_TSNE_H_
