// Points whose distances are given are found again, but for turns and mirrors.
#include "report/principal_coordinates.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace lightlda {
namespace {

using Points = std::vector<std::array<double, 2>>;

std::vector<double> Distances(const Points& points) {
  std::vector<double> distances;
  for (const auto& a : points) {
    for (const auto& b : points) distances.push_back(std::hypot(a[0] - b[0], a[1] - b[1]));
  }
  return distances;
}

Points RandomPoints(std::size_t n) {
  std::mt19937 random(3);
  Points points(n);
  for (auto& point : points) {
    for (double& x : point) x = static_cast<double>(random() % 10000) / 1000;
  }
  return points;
}

TEST_CASE("points of a plane keep their distances", "[exchange]") {
  for (const std::size_t n : {2u, 3u, 8u, 40u, 200u}) {
    const std::vector<double> distances = Distances(RandomPoints(n));
    const std::vector<double> found = Distances(PrincipalCoordinates(distances));
    REQUIRE(found.size() == distances.size());
    double worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      worst = std::max(worst, std::abs(found[i] - distances[i]));
    }
    CHECK(worst < 1e-8);
  }
}

TEST_CASE("axes are centred, orthogonal, the longer one first, and their largest is positive",
          "[exchange]") {
  const Points points = PrincipalCoordinates(Distances(RandomPoints(50)));
  double sum[2] = {0, 0};
  double square[2] = {0, 0};
  double largest[2] = {0, 0};
  double product = 0;
  for (const auto& point : points) {
    for (int axis : {0, 1}) {
      sum[axis] += point[axis];
      square[axis] += point[axis] * point[axis];
      if (std::abs(point[axis]) > std::abs(largest[axis])) largest[axis] = point[axis];
    }
    product += point[0] * point[1];
  }
  CHECK(std::abs(sum[0]) < 1e-9);
  CHECK(std::abs(sum[1]) < 1e-9);
  CHECK(std::abs(product) < 1e-8);
  CHECK(square[0] > square[1]);
  CHECK(largest[0] > 0);
  CHECK(largest[1] > 0);
}

TEST_CASE("one point, points in one place and points equally far are mapped", "[exchange]") {
  CHECK(PrincipalCoordinates(std::vector<double>{0}) == Points{{0, 0}});
  for (const auto& point : PrincipalCoordinates(std::vector<double>(25, 0.0))) {
    CHECK(point == std::array<double, 2>{0, 0});
  }
  // A simplex: both eigenvalues are 1/2, each axis has that much in all.
  const std::size_t n = 30;
  std::vector<double> distances(n * n, 1.0);
  for (std::size_t i = 0; i < n; ++i) distances[i * n + i] = 0;
  double square[2] = {0, 0};
  for (const auto& point : PrincipalCoordinates(distances)) {
    for (int axis : {0, 1}) square[axis] += point[axis] * point[axis];
  }
  CHECK(square[0] == Approx(0.5));
  CHECK(square[1] == Approx(0.5));
}

}  // namespace
}  // namespace lightlda
