// Where topics stand on the map.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "lightlda/report.h"
#include "report/topic_distances.h"
#include "report/tsne.h"
#include "report/ward.h"

namespace lightlda {
namespace {

using Points = std::vector<std::array<double, 2>>;

constexpr double kWidth = 1.1;
constexpr double kMaxStretch = 1.6;     // of one axis against the other
constexpr double kCoveredShare = 0.22;  // of the frame, by the circles
constexpr double kLeastRadius = 0.003;
constexpr double kGap = 0.0015;          // between circles
constexpr double kEnoughDocuments = 20;  // per topic
constexpr int kMaxRounds = 400;

// The axes fill the frame, each for itself as far as kMaxStretch allows.
void FitFrame(Points* points) {
  std::array<double, 2> low{1e300, 1e300}, high{-1e300, -1e300};
  for (const auto& point : *points) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], point[axis]);
      high[axis] = std::max(high[axis], point[axis]);
    }
  }
  constexpr std::array<double, 2> kFrame{kWidth, 1};
  std::array<double, 2> scale{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const double extent = high[axis] - low[axis];
    scale[axis] = extent > 0 ? kFrame[axis] / extent : 1e300;
  }
  const double least = std::min(scale[0], scale[1]);
  for (double& s : scale) s = least >= 1e300 ? 0 : std::min(s, least * kMaxStretch);
  for (auto& point : *points) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double middle = (low[axis] + high[axis]) / 2;
      point[axis] = (point[axis] - middle) * scale[axis] + kFrame[axis] / 2;
    }
  }
}

std::vector<double> Radii(const Model& model) {
  std::vector<double> radii;
  const double all = std::max<double>(1, static_cast<double>(model.num_tokens()));
  const double area = kWidth * kCoveredShare;
  // So many small circles must not fill the frame by themselves.
  const double least =
      std::min(kLeastRadius, std::sqrt(area / 10 / static_cast<double>(model.num_topics()) / M_PI));
  for (const Count tokens : model.topic_totals()) {
    const double share = static_cast<double>(tokens) / all;
    radii.push_back(std::max(least, std::sqrt(area * share / M_PI)));
  }
  return radii;
}

// Moves circles apart that overlap, each by half, the smaller one farther. True if none did.
bool PushApart(std::vector<TopicPlace>* places) {
  std::vector<std::size_t> order(places->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return (*places)[i].x; });
  double largest = 0;
  for (const TopicPlace& place : *places) largest = std::max(largest, place.radius);
  bool apart = true;
  for (std::size_t at = 0; at < order.size(); ++at) {
    TopicPlace& a = (*places)[order[at]];
    for (std::size_t next = at + 1; next < order.size(); ++next) {
      TopicPlace& b = (*places)[order[next]];
      if (b.x - a.x > 2 * (a.radius + largest) + kGap) break;
      const double reach = a.radius + b.radius + kGap;
      const double dx = b.x - a.x;
      const double dy = b.y - a.y;
      const double squared = dx * dx + dy * dy;
      if (squared >= reach * reach) continue;
      apart = apart && squared > (reach - kGap) * (reach - kGap);
      const double distance = std::sqrt(squared);
      // Two at one place go apart along an axis.
      const double ux = distance > 0 ? dx / distance : 1;
      const double uy = distance > 0 ? dy / distance : 0;
      const double mass = a.radius * a.radius + b.radius * b.radius;
      const double move = reach - distance;
      const double of_a = b.radius * b.radius / mass * move;
      const double of_b = move - of_a;
      a.x -= ux * of_a;
      a.y -= uy * of_a;
      b.x += ux * of_b;
      b.y += uy * of_b;
    }
  }
  return apart;
}

// Whole circles into the frame, all by the same scale, so that none overlap afterwards.
void FitCircles(std::vector<TopicPlace>* places) {
  double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
  for (const TopicPlace& place : *places) {
    left = std::min(left, place.x - place.radius);
    right = std::max(right, place.x + place.radius);
    top = std::min(top, place.y - place.radius);
    bottom = std::max(bottom, place.y + place.radius);
  }
  const double scale = std::min(kWidth / (right - left), 1 / (bottom - top));
  for (TopicPlace& place : *places) {
    place.x = (place.x - (left + right) / 2) * scale + kWidth / 2;
    place.y = (place.y - (top + bottom) / 2) * scale + 0.5;
    place.radius *= scale;
  }
}

std::vector<TopicPlace> PlaceCircles(const Model& model, Points points) {
  FitFrame(&points);
  const std::vector<double> radii = Radii(model);
  std::vector<TopicPlace> places;
  for (std::size_t k = 0; k < points.size(); ++k) {
    places.push_back({points[k][0], points[k][1], radii[k]});
  }
  for (int round = 0; round < kMaxRounds && !PushApart(&places); ++round) {
  }
  FitCircles(&places);
  return places;
}

// The topics as a drawing of the tree has its leaves.
std::vector<TopicId> Leaves(const std::vector<TopicMerge>& merges) {
  const std::size_t num_topics = merges.size() + 1;
  std::vector<std::uint32_t> stack = {static_cast<std::uint32_t>(2 * num_topics - 2)};
  std::vector<TopicId> leaves;
  while (!stack.empty()) {
    const std::uint32_t node = stack.back();
    stack.pop_back();
    if (node < num_topics) {
      leaves.push_back(node);
      continue;
    }
    stack.push_back(merges[node - num_topics].right);
    stack.push_back(merges[node - num_topics].left);
  }
  return leaves;
}

std::vector<TopicMerge> LinkPlaces(const Points& points) {
  Distances distances(points.size());
  for (std::size_t b = 1; b < points.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      distances(a, b) = std::hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]);
    }
  }
  return WardLinkage(std::move(distances));
}

TopicMap WithoutMap(std::uint32_t num_topics) {
  TopicMap map;
  map.clusters.resize(num_topics);
  map.order.resize(num_topics);
  std::iota(map.order.begin(), map.order.end(), TopicId{0});
  return map;
}

}  // namespace

Result<TopicMap> MapTopics(const Model& model, const TopicCooccurrence* together, int num_threads) {
  return CatchBadAlloc([&]() -> Result<TopicMap> {
    const std::uint32_t num_topics = model.num_topics();
    TopicMap map = WithoutMap(num_topics);
    if (num_topics > kMaxMapTopics) return map;
    map.by_documents = together != nullptr && static_cast<double>(together->num_documents) >=
                                                  kEnoughDocuments * num_topics;
    Distances distances =
        map.by_documents ? TopicDistancesByDocuments(*together) : TopicDistancesByWords(model);
    ThreadPool pool(ResolveThreadCount(num_threads));
    Points points = EmbedByTsne(&distances, {}, &pool);
    const std::vector<TopicMerge> merges = LinkPlaces(points);
    const auto clusters = static_cast<std::size_t>(std::lround(std::sqrt(num_topics) / 1.3));
    map.clusters = CutHierarchy(merges, std::clamp<std::size_t>(clusters, 1, num_topics));
    map.order = Leaves(merges);
    map.places = PlaceCircles(model, std::move(points));
    return map;
  });
}

}  // namespace lightlda
