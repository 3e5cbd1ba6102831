// Ward's linkage of points of which only the distances are known.
#ifndef LIGHTLDA_REPORT_WARD_H_
#define LIGHTLDA_REPORT_WARD_H_

#include <cstddef>
#include <vector>

#include "lightlda/document_tables.h"

namespace lightlda {

// A symmetric matrix with nothing on its diagonal: 8 bytes per pair.
class Distances {
 public:
  explicit Distances(std::size_t size) : size_(size), values_(size * (size - 1) / 2) {}

  std::size_t size() const { return size_; }
  // REQUIRES: a != b, both below size.
  double& operator()(std::size_t a, std::size_t b) {
    return a < b ? values_[b * (b - 1) / 2 + a] : values_[a * (a - 1) / 2 + b];
  }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

// The merges in the order of their heights, [size - 1]. A node is named by the merge that made it.
// The distance of a new node to any other follows from the three before by the formula of Lance and
// Williams (1967); of Euclidean distances that is the linkage of the least growth of the sum of
// squares. By chains of nearest neighbours (Murtagh 1983), O(size^2). Of equal distances the
// smaller node comes first. Distances are used up. REQUIRES: size >= 1; no distance is NaN.
std::vector<TopicMerge> WardLinkage(Distances distances);

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_WARD_H_
