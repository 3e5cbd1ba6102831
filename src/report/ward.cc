#include "report/ward.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace lightlda {
namespace {

// A merge of the nodes that stand at two places; the new one stands at the second.
struct PlaceMerge {
  std::size_t gone;
  std::size_t kept;
  double height;
};

class Ward {
 public:
  explicit Ward(Distances distances) : d_(std::move(distances)), sizes_(d_.size(), 1) {}

  std::vector<PlaceMerge> Run() {
    std::vector<PlaceMerge> merges;
    std::vector<std::size_t> chain;
    while (merges.size() + 1 < d_.size()) {
      if (chain.empty()) chain.push_back(FirstNode());
      while (true) {
        const std::size_t last = chain.back();
        const std::size_t before = chain.size() > 1 ? chain[chain.size() - 2] : last;
        const std::size_t nearest = NearestOf(last, before);
        if (nearest == before) break;
        chain.push_back(nearest);
      }
      const auto [low, high] = std::minmax(chain.back(), chain[chain.size() - 2]);
      chain.resize(chain.size() - 2);
      merges.push_back({low, high, d_(low, high)});
      Merge(low, high);
    }
    return merges;
  }

 private:
  std::size_t FirstNode() const {
    return static_cast<std::size_t>(
        std::ranges::find_if(sizes_, [](double size) { return size > 0; }) - sizes_.begin());
  }

  // Of equally near ones `preferred`, so that chains end.
  std::size_t NearestOf(std::size_t node, std::size_t preferred) {
    std::size_t nearest = preferred;
    double least =
        preferred == node ? std::numeric_limits<double>::infinity() : d_(node, preferred);
    for (std::size_t other = 0; other < d_.size(); ++other) {
      if (other == node || sizes_[other] == 0) continue;
      if (d_(node, other) < least || nearest == node) {
        least = d_(node, other);
        nearest = other;
      }
    }
    return nearest;
  }

  void Merge(std::size_t gone, std::size_t kept) {
    const double a = sizes_[gone];
    const double b = sizes_[kept];
    const double between = d_(gone, kept);
    for (std::size_t other = 0; other < d_.size(); ++other) {
      if (other == gone || other == kept || sizes_[other] == 0) continue;
      const double c = sizes_[other];
      const double to_a = d_(gone, other);
      const double to_b = d_(kept, other);
      const double squared =
          ((a + c) * to_a * to_a + (b + c) * to_b * to_b - c * between * between) / (a + b + c);
      d_(kept, other) = std::sqrt(std::max(0.0, squared));
    }
    sizes_[gone] = 0;
    sizes_[kept] = a + b;
  }

  Distances d_;
  std::vector<double> sizes_;  // topics in the node at a place; 0: none is there
};

}  // namespace

std::vector<TopicMerge> WardLinkage(Distances distances) {
  const std::size_t size = distances.size();
  std::vector<PlaceMerge> found = Ward(std::move(distances)).Run();
  std::ranges::stable_sort(found, {}, &PlaceMerge::height);
  std::vector<TopicMerge> merges;
  // The node that stands at each place, and its size.
  std::vector<std::uint32_t> nodes(size);
  std::iota(nodes.begin(), nodes.end(), 0u);
  std::vector<std::uint32_t> sizes(size, 1);
  for (const PlaceMerge& merge : found) {
    const auto [left, right] = std::minmax(nodes[merge.gone], nodes[merge.kept]);
    sizes[merge.kept] += sizes[merge.gone];
    merges.push_back({left, right, merge.height, sizes[merge.kept]});
    nodes[merge.kept] = static_cast<std::uint32_t>(size + merges.size() - 1);
  }
  return merges;
}

}  // namespace lightlda
