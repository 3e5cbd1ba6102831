// Topics as vectors over words, how far apart they are, and which of one model is which of another.
#ifndef LIGHTLDA_EVAL_TOPIC_MATCH_H_
#define LIGHTLDA_EVAL_TOPIC_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

// sqrt(n_wk / n_k) of a model's topics: vectors of length 1, by their non-zero entries. Immutable.
class TopicRoots {
 public:
  struct Entry {
    std::uint64_t word;  // a number that stands for the spelling
    double root;
  };

  // number_of_word: [num_words], equal for words that are one.
  TopicRoots(const Model& model, std::span<const std::uint64_t> number_of_word);

  std::size_t num_topics() const { return begins_.size() - 1; }
  // Words ascending.
  std::span<const Entry> topic(std::size_t k) const {
    return std::span(entries_).subspan(begins_[k], begins_[k + 1] - begins_[k]);
  }

 private:
  std::vector<std::size_t> begins_;  // [num_topics + 1]
  std::vector<Entry> entries_;
};

// Numbers for the words of a model, and of two, by their spelling.
std::vector<std::uint64_t> NumberWords(const Model& model);
struct NumberedWords {
  std::vector<std::uint64_t> first;   // [num_words of the first]
  std::vector<std::uint64_t> second;  // [num_words of the second]
  std::size_t num_shared = 0;         // words of the second that the first has
};
NumberedWords NumberWords(const Model& first, const Model& second);

// The Hellinger distance of two topics, exact to rounding also where it is 0.
double Hellinger(std::span<const TopicRoots::Entry> a, std::span<const TopicRoots::Entry> b);

// Calls visit(topic of rows, overlaps, thread) for every topic of `rows`, in no order, on the
// threads of the pool: overlaps, [columns.num_topics()], are the sums over words of the products of
// the roots, that is 1 less the square of the distance. They do not depend on the number of
// threads. Time: products of entries, word by word.
void VisitOverlaps(const TopicRoots& rows, const TopicRoots& columns, ThreadPool* pool,
                   const std::function<void(std::size_t topic, std::span<const double> overlaps,
                                            int thread)>& visit);

// The assignment of rows to different columns with the least sum of costs: the column of each row,
// [num_rows]. Shortest augmenting paths (Jonker & Volgenant 1987), O(num_rows^2 num_columns).
// costs: [num_rows x num_columns], row by row. REQUIRES: num_rows <= num_columns; finite costs.
std::vector<std::size_t> AssignColumns(std::span<const double> costs, std::size_t num_rows,
                                       std::size_t num_columns);

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_TOPIC_MATCH_H_
