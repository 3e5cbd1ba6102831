// Ward's linkage against the sum of squares that it is defined by.
#include "report/ward.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace lightlda {
namespace {

using Point = std::array<double, 3>;
using Cluster = std::vector<std::size_t>;

double SquaresAround(const std::vector<Point>& points, const Cluster& cluster) {
  double squares = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double mean = 0;
    for (const std::size_t i : cluster)
      mean += points[i][axis] / static_cast<double>(cluster.size());
    for (const std::size_t i : cluster) squares += std::pow(points[i][axis] - mean, 2);
  }
  return squares;
}

// By definition: each step merges the two clusters that let the sum of squares grow least; the
// height is the square root of twice that growth.
std::vector<double> SlowHeights(const std::vector<Point>& points) {
  std::vector<Cluster> clusters;
  for (std::size_t i = 0; i < points.size(); ++i) clusters.push_back({i});
  std::vector<double> heights;
  while (clusters.size() > 1) {
    double least = std::numeric_limits<double>::infinity();
    std::size_t best_a = 0;
    std::size_t best_b = 0;
    for (std::size_t b = 1; b < clusters.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        Cluster both = clusters[a];
        both.insert(both.end(), clusters[b].begin(), clusters[b].end());
        const double growth = SquaresAround(points, both) - SquaresAround(points, clusters[a]) -
                              SquaresAround(points, clusters[b]);
        if (growth >= least) continue;
        least = growth;
        best_a = a;
        best_b = b;
      }
    }
    clusters[best_a].insert(clusters[best_a].end(), clusters[best_b].begin(),
                            clusters[best_b].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(best_b));
    heights.push_back(std::sqrt(2 * least));
  }
  return heights;
}

std::vector<Point> RandomPoints(std::size_t size) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<Point> points(size);
  for (Point& point : points) {
    for (double& x : point) x = normal(random);
  }
  return points;
}

Distances Between(const std::vector<Point>& points) {
  Distances distances(points.size());
  for (std::size_t b = 1; b < points.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      distances(a, b) = std::hypot(points[a][0] - points[b][0], points[a][1] - points[b][1],
                                   points[a][2] - points[b][2]);
    }
  }
  return distances;
}

TEST_CASE("Ward's linkage of points merges what lets the sum of squares grow least", "[ward]") {
  for (const std::size_t size : {2, 3, 10, 40}) {
    const std::vector<Point> points = RandomPoints(size);
    const std::vector<double> expected = SlowHeights(points);
    const std::vector<TopicMerge> merges = WardLinkage(Between(points));
    REQUIRE(merges.size() == expected.size());
    for (std::size_t step = 0; step < merges.size(); ++step) {
      CHECK(merges[step].height == Approx(expected[step]).epsilon(1e-9));
    }
  }
}

TEST_CASE("merges name each node once, and the last has all", "[ward]") {
  const std::size_t size = 30;
  const std::vector<TopicMerge> merges = WardLinkage(Between(RandomPoints(size)));
  std::vector<std::uint32_t> sizes(size, 1);
  std::vector<bool> used(2 * size - 1);
  for (const TopicMerge& merge : merges) {
    REQUIRE(merge.left < merge.right);
    REQUIRE(merge.right < sizes.size());
    CHECK_FALSE(used[merge.left]);
    CHECK_FALSE(used[merge.right]);
    used[merge.left] = used[merge.right] = true;
    CHECK(merge.size == sizes[merge.left] + sizes[merge.right]);
    sizes.push_back(merge.size);
  }
  CHECK(sizes.back() == size);
}

TEST_CASE("equal distances end, and one topic has nothing to merge", "[ward]") {
  Distances equal(12);
  for (std::size_t b = 1; b < 12; ++b) {
    for (std::size_t a = 0; a < b; ++a) equal(a, b) = 1;
  }
  const auto merges = WardLinkage(equal);
  CHECK(merges.size() == 11);
  CHECK(std::ranges::is_sorted(merges, {}, &TopicMerge::height));
  CHECK(WardLinkage(Distances(1)).empty());
}

}  // namespace
}  // namespace lightlda
