#include "report/principal_coordinates.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <random>

namespace lightlda {
namespace {

// Lanczos: enough steps that the largest eigenvalues settle; each step costs a product with the
// matrix. With as many steps as rows it is exact.
constexpr std::size_t kMaxSteps = 150;
constexpr int kMaxSweeps = 60;

using Vector = std::vector<double>;

double Dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// -H D^2 H / 2.
Vector DoubleCentred(std::span<const double> distances, std::size_t n) {
  Vector squared(distances.size());
  Vector mean(n);
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      squared[i * n + j] = distances[i * n + j] * distances[i * n + j];
      mean[i] += squared[i * n + j] / static_cast<double>(n);
    }
    total += mean[i] / static_cast<double>(n);
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      squared[i * n + j] = -(squared[i * n + j] - mean[i] - mean[j] + total) / 2;
    }
  }
  return squared;
}

Vector Times(const Vector& matrix, const Vector& x) {
  Vector product(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    product[i] = Dot(std::span(matrix).subspan(i * x.size(), x.size()), x);
  }
  return product;
}

// Takes from `x` what lies along the rows of `basis`; twice, so that rounding does not leave any.
void Orthogonalise(const std::vector<Vector>& basis, Vector* x) {
  for (int round = 0; round < 2; ++round) {
    for (const Vector& b : basis) {
      const double along = Dot(b, *x);
      for (std::size_t i = 0; i < x->size(); ++i) (*x)[i] -= along * b[i];
    }
  }
}

// An orthonormal basis, [<= steps][n], of what the matrix makes of a vector again and again. Where
// that stays within the basis a new direction is tried.
std::vector<Vector> KrylovBasis(const Vector& matrix, std::size_t n, std::size_t steps) {
  std::vector<Vector> basis;
  std::mt19937_64 random;  // its numbers are the same everywhere
  Vector next(n);
  const auto fill = [&] {
    for (double& value : next) value = static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
  };
  fill();
  const double scale = std::sqrt(Dot(matrix, matrix));
  for (int tries = 0; basis.size() < steps && tries < 3;) {
    Orthogonalise(basis, &next);
    const double length = std::sqrt(Dot(next, next));
    if (!(length > 1e-10 * (scale + 1e-300))) {
      fill();
      ++tries;
      continue;
    }
    tries = 0;
    for (double& value : next) value /= length;
    basis.push_back(next);
    next = Times(matrix, next);
  }
  return basis;
}

struct Eigen {
  double value = 0;
  Vector vector;
};

// All of a small symmetric matrix [m x m], by Jacobi's rotations; largest first.
std::vector<Eigen> EigenOf(Vector a, std::size_t m) {
  Vector v(m * m);
  for (std::size_t i = 0; i < m; ++i) v[i * m + i] = 1;
  const double scale = Dot(a, a);
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    double off = 0;
    for (std::size_t p = 0; p < m; ++p) {
      for (std::size_t q = p + 1; q < m; ++q) {
        const double apq = a[p * m + q];
        off += apq * apq;
        if (apq == 0) continue;
        const double tau = (a[q * m + q] - a[p * m + p]) / (2 * apq);
        const double t = std::copysign(1 / (std::abs(tau) + std::sqrt(1 + tau * tau)), tau);
        const double c = 1 / std::sqrt(1 + t * t);
        const double s = t * c;
        const auto rotate = [&](double* x, double* y) {
          const double old = *x;
          *x = c * old - s * *y;
          *y = s * old + c * *y;
        };
        for (std::size_t k = 0; k < m; ++k) rotate(&a[k * m + p], &a[k * m + q]);
        for (std::size_t k = 0; k < m; ++k) rotate(&a[p * m + k], &a[q * m + k]);
        for (std::size_t k = 0; k < m; ++k) rotate(&v[k * m + p], &v[k * m + q]);
      }
    }
    if (off <= 1e-28 * scale) break;
  }
  std::vector<Eigen> found(m);
  for (std::size_t j = 0; j < m; ++j) {
    found[j].value = a[j * m + j];
    for (std::size_t i = 0; i < m; ++i) found[j].vector.push_back(v[i * m + j]);
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &Eigen::value);
  return found;
}

// The matrix within the basis, [m x m].
Vector Within(const Vector& matrix, const std::vector<Vector>& basis) {
  const std::size_t m = basis.size();
  Vector small(m * m);
  for (std::size_t i = 0; i < m; ++i) {
    const Vector image = Times(matrix, basis[i]);
    for (std::size_t j = i; j < m; ++j) small[i * m + j] = small[j * m + i] = Dot(image, basis[j]);
  }
  return small;
}

}  // namespace

std::vector<std::array<double, 2>> PrincipalCoordinates(std::span<const double> distances) {
  const auto n = static_cast<std::size_t>(std::lround(std::sqrt(distances.size())));
  CHECK_EQ(n * n, distances.size());
  std::vector<std::array<double, 2>> points(n);
  const Vector matrix = DoubleCentred(distances, n);
  const std::vector<Vector> basis = KrylovBasis(matrix, n, std::min(n, kMaxSteps));
  const std::vector<Eigen> eigen = EigenOf(Within(matrix, basis), basis.size());
  double largest = 0;
  for (const Eigen& e : eigen) largest = std::max(largest, std::abs(e.value));
  for (std::size_t axis = 0; axis < std::min<std::size_t>(2, eigen.size()); ++axis) {
    if (eigen[axis].value <= 1e-12 * largest) continue;
    Vector x(n);
    for (std::size_t b = 0; b < basis.size(); ++b) {
      for (std::size_t i = 0; i < n; ++i) x[i] += eigen[axis].vector[b] * basis[b][i];
    }
    const auto magnitude = [](double value) { return std::abs(value); };
    const double sign = *std::ranges::max_element(x, {}, magnitude) < 0 ? -1 : 1;
    const double length = sign * std::sqrt(eigen[axis].value);
    for (std::size_t i = 0; i < n; ++i) points[i][axis] = length * x[i];
  }
  return points;
}

}  // namespace lightlda
