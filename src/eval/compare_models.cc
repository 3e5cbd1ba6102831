// Topics of two models matched one to one, and the nearest topics within one.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "eval/topic_match.h"
#include "lightlda/compare.h"

namespace lightlda {
namespace {

double DistanceOf(double overlap) { return std::sqrt(std::max(0.0, 1 - overlap)); }

// Distances of all pairs, [rows.num_topics() x columns.num_topics()], to about 1e-8 where they are
// near 0.
std::vector<double> Distances(const TopicRoots& rows, const TopicRoots& columns, ThreadPool* pool) {
  const std::size_t width = columns.num_topics();
  std::vector<double> distances(rows.num_topics() * width);
  VisitOverlaps(rows, columns, pool, [&](std::size_t row, std::span<const double> overlaps, int) {
    for (std::size_t column = 0; column < width; ++column) {
      const bool both_empty = rows.topic(row).empty() && columns.topic(column).empty();
      distances[row * width + column] = both_empty ? 0 : DistanceOf(overlaps[column]);
    }
  });
  return distances;
}

// The nearest topic of the other model.
struct Nearest {
  TopicId topic = 0;
  double distance = 2;

  void Offer(std::size_t candidate, double at) {
    if (at < distance) *this = {static_cast<TopicId>(candidate), at};
  }
};

class Comparison {
 public:
  Comparison(const TopicRoots& topics, const TopicRoots& others, double max_distance)
      : topics_(topics), others_(others), max_distance_(max_distance) {}

  ModelComparison Run(ThreadPool* pool) {
    const bool swap = topics_.num_topics() > others_.num_topics();
    const TopicRoots& rows = swap ? others_ : topics_;
    const TopicRoots& columns = swap ? topics_ : others_;
    std::vector<double> distances = Distances(rows, columns, pool);
    std::vector<Nearest> of_rows(rows.num_topics());
    std::vector<Nearest> of_columns(columns.num_topics());
    for (std::size_t i = 0; i < distances.size(); ++i) {
      const std::size_t row = i / columns.num_topics();
      const std::size_t column = i % columns.num_topics();
      of_rows[row].Offer(column, distances[i]);
      of_columns[column].Offer(row, distances[i]);
      if (!IsNear(distances[i])) distances[i] = 1;
    }
    const auto column_of = AssignColumns(distances, rows.num_topics(), columns.num_topics());
    counterparts_.resize(topics_.num_topics());
    is_counterpart_.resize(others_.num_topics());
    for (std::size_t row = 0; row < column_of.size(); ++row) {
      Match(swap ? column_of[row] : row, swap ? row : column_of[row]);
    }
    return List(swap ? of_columns : of_rows, swap ? of_rows : of_columns);
  }

 private:
  // Topics without a word in common are never near.
  bool IsNear(double distance) const { return distance <= max_distance_ && distance < 1; }

  void Match(std::size_t topic, std::size_t other) {
    if (!IsNear(Hellinger(topics_.topic(topic), others_.topic(other)))) return;
    counterparts_[topic] = static_cast<TopicId>(other);
    is_counterpart_[other] = true;
  }

  ModelComparison List(const std::vector<Nearest>& of_topics,
                       const std::vector<Nearest>& of_others) const {
    ModelComparison comparison;
    double sum = 0;
    for (TopicId topic = 0; topic < counterparts_.size(); ++topic) {
      if (const auto other = counterparts_[topic]) {
        comparison.topics.push_back(Describe(topic, *other, TopicKind::kMatched));
        sum += comparison.topics.back().hellinger;
        ++comparison.num_matched;
        continue;
      }
      TopicMatch match = Describe(topic, of_topics[topic].topic, TopicKind::kSplit);
      if (!IsNear(match.hellinger)) match.kind = TopicKind::kNew;
      if (match.kind == TopicKind::kNew) match.other_topic = Model::kNoTopic;
      comparison.topics.push_back(match);
    }
    for (TopicId other = 0; other < of_others.size(); ++other) {
      if (is_counterpart_[other]) continue;
      TopicMatch match = Describe(of_others[other].topic, other, TopicKind::kMerged);
      if (!IsNear(match.hellinger)) match.kind = TopicKind::kGone;
      if (match.kind == TopicKind::kGone) match.topic = Model::kNoTopic;
      comparison.topics.push_back(match);
    }
    const auto matched = static_cast<double>(comparison.num_matched);
    if (matched > 0) comparison.mean_hellinger = sum / matched;
    comparison.stability =
        (matched - sum) / static_cast<double>(std::min(topics_.num_topics(), others_.num_topics()));
    return comparison;
  }

  TopicMatch Describe(TopicId topic, TopicId other, TopicKind kind) const {
    return {topic, other, Hellinger(topics_.topic(topic), others_.topic(other)), kind};
  }

  const TopicRoots& topics_;
  const TopicRoots& others_;
  double max_distance_;
  std::vector<std::optional<TopicId>> counterparts_;  // [num_topics of the model]
  std::vector<bool> is_counterpart_;                  // [num_topics of the other model]
};

Result<ModelComparison> Compare(const Model& model, const Model& other,
                                const CompareOptions& options) {
  if (!(options.max_distance > 0 && options.max_distance <= 1)) {
    return Status::Usage("`max_distance`: expected a number above 0, up to 1");
  }
  const NumberedWords words = NumberWords(model, other);
  if (words.num_shared == 0) return Status::BadInput("the two models have no word in common");
  const TopicRoots topics(model, words.first);
  const TopicRoots others(other, words.second);
  ThreadPool pool(ResolveThreadCount(options.num_threads));
  return Comparison(topics, others, options.max_distance).Run(&pool);
}

// The nearest topics, by their overlaps. Distances are computed once more, as 1 - overlap has lost
// digits where it is near 0; then the order is by what is told.
std::vector<NearTopic> NearestOf(std::size_t topic, const TopicRoots& roots,
                                 std::span<const double> overlaps, std::size_t num) {
  std::vector<TopicId> near;
  for (TopicId other = 0; other < overlaps.size(); ++other) {
    if (other != topic && overlaps[other] > 0) near.push_back(other);
  }
  const auto middle = near.begin() + static_cast<std::ptrdiff_t>(std::min(num, near.size()));
  std::partial_sort(near.begin(), middle, near.end(), [&](TopicId a, TopicId b) {
    return overlaps[a] != overlaps[b] ? overlaps[a] > overlaps[b] : a < b;
  });
  std::vector<NearTopic> nearest;
  for (auto other = near.begin(); other != middle; ++other) {
    nearest.push_back({*other, Hellinger(roots.topic(topic), roots.topic(*other))});
  }
  std::ranges::sort(nearest, [](const NearTopic& a, const NearTopic& b) {
    return a.hellinger != b.hellinger ? a.hellinger < b.hellinger : a.topic < b.topic;
  });
  return nearest;
}

}  // namespace

const char* NameOf(TopicKind kind) {
  switch (kind) {
    case TopicKind::kMatched:
      return "matched";
    case TopicKind::kSplit:
      return "split";
    case TopicKind::kMerged:
      return "merged";
    case TopicKind::kNew:
      return "new";
    case TopicKind::kGone:
      return "gone";
  }
  return "";
}

Result<ModelComparison> CompareModels(const Model& model, const Model& other,
                                      const CompareOptions& options) {
  return CatchBadAlloc([&] { return Compare(model, other, options); });
}

Result<std::vector<std::vector<NearTopic>>> SimilarTopics(const Model& model, std::size_t num,
                                                          int num_threads) {
  return CatchBadAlloc([&]() -> Result<std::vector<std::vector<NearTopic>>> {
    const TopicRoots roots(model, NumberWords(model));
    std::vector<std::vector<NearTopic>> similar(roots.num_topics());
    ThreadPool pool(ResolveThreadCount(num_threads));
    VisitOverlaps(roots, roots, &pool,
                  [&](std::size_t topic, std::span<const double> overlaps, int) {
                    similar[topic] = NearestOf(topic, roots, overlaps, num);
                  });
    return similar;
  });
}

}  // namespace lightlda
