// Exact t-SNE: what it is told to keep, and that nothing else changes it.
#include "report/tsne.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <set>
#include <vector>

namespace lightlda {
namespace {

using Points = std::vector<std::array<double, 2>>;

// Distances of points of which each group of ten lies together, in ten dimensions.
Distances GroupedDistances(std::size_t num_groups) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<std::array<double, 10>> points;
  for (std::size_t group = 0; group < num_groups; ++group) {
    std::array<double, 10> centre;
    for (double& value : centre) value = normal(random);
    for (int i = 0; i < 10; ++i) {
      points.push_back(centre);
      for (double& value : points.back()) value += 0.05 * normal(random);
    }
  }
  Distances distances(points.size());
  for (std::size_t b = 1; b < points.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      double squared = 0;
      for (std::size_t axis = 0; axis < 10; ++axis) {
        squared += std::pow(points[a][axis] - points[b][axis], 2);
      }
      distances(a, b) = std::sqrt(squared) / 20;
    }
  }
  return distances;
}

Points Embed(std::size_t num_groups, int num_threads) {
  Distances distances = GroupedDistances(num_groups);
  ThreadPool pool(num_threads);
  return EmbedByTsne(&distances, {}, &pool);
}

std::set<std::size_t> Nearest(const Points& points, std::size_t i, std::size_t n) {
  std::vector<std::pair<double, std::size_t>> others;
  for (std::size_t j = 0; j < points.size(); ++j) {
    if (j == i) continue;
    others.emplace_back(std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]), j);
  }
  std::ranges::sort(others);
  std::set<std::size_t> nearest;
  for (std::size_t at = 0; at < n; ++at) nearest.insert(others[at].second);
  return nearest;
}

TEST_CASE("the entropy of a row is the logarithm of the perplexity", "[tsne]") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform;
  std::vector<double> squared(60);
  for (double& value : squared) value = uniform(random);
  for (const double perplexity : {2.0, 10.0, 30.0}) {
    const std::vector<double> row = NeighbourProbabilities(squared, 7, perplexity);
    double sum = 0, entropy = 0;
    for (const double p : row) {
      sum += p;
      if (p > 0) entropy -= p * std::log(p);
    }
    CHECK(row[7] == 0);
    CHECK(sum == Approx(1));
    CHECK(std::exp(entropy) == Approx(perplexity).epsilon(1e-3));
    // Nearer points are more probable.
    for (std::size_t j = 1; j < row.size(); ++j) {
      if (j == 7 || j - 1 == 7) continue;
      CHECK((squared[j] < squared[j - 1]) == (row[j] > row[j - 1]));
    }
  }
}

TEST_CASE("equal distances give equal probabilities", "[tsne]") {
  const std::vector<double> row = NeighbourProbabilities(std::vector<double>(5, 1.0), 0, 1.5);
  CHECK(row == std::vector<double>{0, 0.25, 0.25, 0.25, 0.25});
}

TEST_CASE("points of a group stay together in the plane", "[tsne]") {
  const Points points = Embed(12, 2);
  REQUIRE(points.size() == 120);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const std::size_t j : Nearest(points, i, 9)) kept += j / 10 == i / 10;
  }
  CHECK(kept == 120 * 9);
}

TEST_CASE("the plane does not depend on the number of threads", "[tsne]") {
  const Points one = Embed(5, 1);
  CHECK(Embed(5, 2) == one);
  CHECK(Embed(5, 7) == one);
}

TEST_CASE("the first axis is the wider one, and the middle is 0", "[tsne]") {
  double squares[2] = {0, 0}, sums[2] = {0, 0};
  for (const auto& point : Embed(6, 2)) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      squares[axis] += point[axis] * point[axis];
      sums[axis] += point[axis];
    }
  }
  CHECK(squares[0] > squares[1]);
  CHECK(std::abs(sums[0]) < 1e-6);
  CHECK(std::abs(sums[1]) < 1e-6);
}

TEST_CASE("few points keep their distances, and points at one place do no harm", "[tsne]") {
  Distances two(2);
  two(0, 1) = 0.5;
  ThreadPool pool(1);
  const Points places = EmbedByTsne(&two, {}, &pool);
  CHECK(std::abs(places[0][0] - places[1][0]) == Approx(0.5));
  Distances one(1);
  CHECK(EmbedByTsne(&one, {}, &pool).size() == 1);
  Distances same(20);  // all distances are 0
  for (const auto& point : EmbedByTsne(&same, {}, &pool)) {
    CHECK(std::isfinite(point[0]));
    CHECK(std::isfinite(point[1]));
  }
}

}  // namespace
}  // namespace lightlda
