#include "report/tsne.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "report/principal_coordinates.h"

namespace lightlda {
namespace {

constexpr std::size_t kFewPoints = 8;
// Early exaggeration, and how long it lasts; the momentum changes with it. Step width and gains as
// van der Maaten's implementation has them, the width by the number of points as Belkina et al.
// 2019 recommend.
constexpr double kExaggeration = 12;
constexpr double kExaggerated = 0.25;  // of the iterations
constexpr double kLeastStep = 50;
constexpr double kFirstSpread = 1e-2;

// Four at a time, always in the same order, whatever the processor has.
constexpr std::size_t kLanes = 4;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

Lanes Load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

double Sum(const Lanes& lanes) {
  double sum = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum += static_cast<double>(lanes[lane]);
  return sum;
}

struct Forces {
  double attraction[2];
  double repulsion[2];
  double sum;  // of q over the others
};

class Tsne {
 public:
  Tsne(Distances* distances, const TsneOptions& options, ThreadPool* pool)
      : n_(distances->size()),
        padded_((n_ + kLanes - 1) / kLanes * kLanes),
        pool_(*pool),
        options_(options),
        p_(n_ * padded_),
        forces_(n_) {
    SetProbabilities(distances);
    // What fills the last lanes is so far away that it pulls and pushes nobody.
    for (auto& axis : y_) axis.assign(padded_, 1e15F);
  }

  std::vector<std::array<double, 2>> Run(std::vector<std::array<double, 2>> points) {
    Spread(&points);
    std::vector<std::array<double, 2>> velocity(n_), gain(n_, {1, 1});
    const int exaggerated = static_cast<int>(kExaggerated * options_.num_iterations);
    for (int iteration = 0; iteration < options_.num_iterations; ++iteration) {
      const bool early = iteration < exaggerated;
      ComputeForces(points);
      double total = 0;
      for (const Forces& forces : forces_) total += forces.sum;
      total = std::max(total, std::numeric_limits<double>::min());
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t axis = 0; axis < 2; ++axis) {
          const double gradient = 4 * ((early ? kExaggeration : 1) * forces_[i].attraction[axis] -
                                       forces_[i].repulsion[axis] / total);
          double& g = gain[i][axis];
          double& v = velocity[i][axis];
          g = (gradient > 0) != (v > 0) ? g + 0.2 : std::max(0.01, g * 0.8);
          v = (early ? 0.5 : 0.8) * v - Step() * g * gradient;
          points[i][axis] += v;
        }
      }
      Centre(&points);
    }
    return points;
  }

 private:
  double Step() const { return std::max(kLeastStep, static_cast<double>(n_) / kExaggeration / 4); }

  // p_ij = (p_j|i + p_i|j) / 2n.
  void SetProbabilities(Distances* distances) {
    const double perplexity = std::min(options_.perplexity, static_cast<double>(n_) / 4);
    pool_.ParallelFor(n_, [&](std::size_t i, int) {
      std::vector<double> squared(n_);
      for (std::size_t j = 0; j < n_; ++j) {
        if (j != i) squared[j] = (*distances)(i, j) * (*distances)(i, j);
      }
      const std::vector<double> row = NeighbourProbabilities(squared, i, perplexity);
      for (std::size_t j = 0; j < n_; ++j) p_[i * padded_ + j] = static_cast<float>(row[j]);
    });
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        float& a = p_[i * padded_ + j];
        float& b = p_[j * padded_ + i];
        a = b = (a + b) / (2 * static_cast<float>(n_));
      }
    }
  }

  // Near each other, so that exaggeration can part them; their order is kept.
  void Spread(std::vector<std::array<double, 2>>* points) const {
    double squares = 0;
    for (const auto& point : *points) squares += point[0] * point[0];
    const double scale =
        squares > 0 ? kFirstSpread / std::sqrt(squares / static_cast<double>(n_)) : 1;
    for (std::size_t i = 0; i < n_; ++i) {
      for (double& value : (*points)[i]) value *= scale;
      // Points at one place would stay together for ever.
      (*points)[i][i % 2] += kFirstSpread * 1e-3 * std::sin(static_cast<double>(i + 1));
    }
  }

  void Centre(std::vector<std::array<double, 2>>* points) const {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      double mean = 0;
      for (const auto& point : *points) mean += point[axis] / static_cast<double>(n_);
      for (auto& point : *points) point[axis] -= mean;
    }
  }

  void ComputeForces(const std::vector<std::array<double, 2>>& points) {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        y_[axis][i] = static_cast<float>(points[i][axis]);
      }
    }
    constexpr std::size_t kRows = 16;
    pool_.ParallelFor((n_ + kRows - 1) / kRows, [&](std::size_t task, int) {
      const std::size_t end = std::min(n_, (task + 1) * kRows);
      for (std::size_t i = task * kRows; i < end; ++i) forces_[i] = ForcesOn(i);
    });
  }

  Forces ForcesOn(std::size_t i) const {
    const Lanes one = Lanes{} + 1.0F;
    const Lanes x = Lanes{} + y_[0][i];
    const Lanes y = Lanes{} + y_[1][i];
    const float* const p = &p_[i * padded_];
    Lanes attraction_x{}, attraction_y{}, repulsion_x{}, repulsion_y{}, sum{};
    for (std::size_t j = 0; j < padded_; j += kLanes) {
      const Lanes dx = x - Load(&y_[0][j]);
      const Lanes dy = y - Load(&y_[1][j]);
      const Lanes q = one / (one + dx * dx + dy * dy);
      const Lanes pq = Load(p + j) * q;
      const Lanes qq = q * q;
      attraction_x += pq * dx;
      attraction_y += pq * dy;
      repulsion_x += qq * dx;
      repulsion_y += qq * dy;
      sum += q;
    }
    return {{Sum(attraction_x), Sum(attraction_y)},
            {Sum(repulsion_x), Sum(repulsion_y)},
            Sum(sum) - 1};  // without itself
  }

  std::size_t n_;
  std::size_t padded_;  // a multiple of kLanes
  ThreadPool& pool_;
  TsneOptions options_;
  std::vector<float> p_;                 // [n x padded]
  std::array<std::vector<float>, 2> y_;  // by axis, [padded]
  std::vector<Forces> forces_;
};

std::vector<std::array<double, 2>> FirstPlaces(Distances* distances) {
  const std::size_t n = distances->size();
  std::vector<double> all(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (i != j) all[i * n + j] = (*distances)(i, j);
    }
  }
  return PrincipalCoordinates(all);
}

// Turns the points so that they spread most along the first axis.
void TurnWide(std::vector<std::array<double, 2>>* points) {
  double xx = 0, xy = 0, yy = 0;
  for (const auto& [x, y] : *points) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  for (auto& point : *points) {
    point = {cosine * point[0] + sine * point[1], cosine * point[1] - sine * point[0]};
  }
}

}  // namespace

std::vector<double> NeighbourProbabilities(const std::vector<double>& squared, std::size_t i,
                                           double perplexity) {
  constexpr int kMaxHalvings = 60;
  constexpr double kTolerance = 1e-5;
  const double target = std::log(perplexity);
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < squared.size(); ++j) {
    if (j != i) nearest = std::min(nearest, squared[j]);
  }
  std::vector<double> row(squared.size());
  double precision = 1, low = 0, high = std::numeric_limits<double>::infinity();
  for (int step = 0; step < kMaxHalvings; ++step) {
    double sum = 0, weighted = 0;
    for (std::size_t j = 0; j < squared.size(); ++j) {
      const double farther = squared[j] - nearest;
      row[j] = j == i ? 0 : std::exp(-precision * farther);
      sum += row[j];
      if (j != i) weighted += row[j] * farther;
    }
    const double entropy = std::log(sum) + precision * weighted / sum;
    for (double& p : row) p /= sum;
    if (std::abs(entropy - target) < kTolerance) break;
    (entropy > target ? low : high) = precision;
    precision = std::isinf(high) ? precision * 2 : (low + high) / 2;
  }
  return row;
}

std::vector<std::array<double, 2>> EmbedByTsne(Distances* distances, const TsneOptions& options,
                                               ThreadPool* pool) {
  auto points = FirstPlaces(distances);
  if (points.size() < kFewPoints) return points;
  points = Tsne(distances, options, pool).Run(std::move(points));
  TurnWide(&points);
  return points;
}

}  // namespace lightlda
