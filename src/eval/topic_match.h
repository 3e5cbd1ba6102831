// Which topic of one model is which of another.
#ifndef LIGHTLDA_EVAL_TOPIC_MATCH_H_
#define LIGHTLDA_EVAL_TOPIC_MATCH_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

// [a.num_topics() x b.num_topics()], topic by topic of a: 1 - Hellinger distance of the topics'
// distributions of words, phi, in [0, 1],
//   1 - sqrt(1 - sum_w sqrt(phi_wk phi'_wl)).
// Words are matched by name; of a word that only one model has the other has nothing.
std::vector<double> TopicSimilarities(const Model& a, const Model& b, ThreadPool* pool);

// The assignment of rows to different columns with the least sum of costs: the column of each row,
// [num_rows]. O(num_rows^2 num_columns): the Hungarian algorithm, by shortest augmenting paths
// (Kuhn 1955; Jonker & Volgenant 1987). costs: [num_rows x num_columns], row by row. REQUIRES:
// num_rows <= num_columns; finite costs.
std::vector<std::size_t> AssignColumns(std::span<const double> costs, std::size_t num_rows,
                                       std::size_t num_columns);

// The mean similarity of the topics matched one to one, so that it is highest. Of models with
// different numbers of topics all topics of the smaller one are matched.
double MatchedSimilarity(const Model& a, const Model& b, ThreadPool* pool);

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_TOPIC_MATCH_H_
