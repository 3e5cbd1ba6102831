#include "report/topic_distances.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

constexpr Count kMinDocuments = 3;

// sqrt(1 - cosine), which rounding must not take below 0.
double DistanceOf(double cosine) { return std::sqrt(std::max(0.0, 1 - cosine)); }

struct Weight {
  TopicId topic;
  double value;
};

// Makes every pair's entry of *sums, which begin at 0, the inner product of the topics' columns in
// a sparse matrix of which row(i) are the entries, topics ascending.
template <typename RowOf>
void AddProducts(std::size_t num_rows, const RowOf& row_of, Distances* sums) {
  for (std::size_t i = 0; i < num_rows; ++i) {
    const std::vector<Weight>& row = row_of(i);
    for (std::size_t b = 1; b < row.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        (*sums)(row[a].topic, row[b].topic) += row[a].value * row[b].value;
      }
    }
  }
}

// Distances of cosines, in place.
Distances FromCosines(Distances cosines) {
  for (std::size_t b = 1; b < cosines.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) cosines(a, b) = DistanceOf(cosines(a, b));
  }
  return cosines;
}

// The rows of P, scaled to length 1.
std::vector<std::vector<Weight>> PositiveInformation(const TopicCooccurrence& together) {
  std::vector<std::vector<Weight>> rows(together.documents.size());
  for (const TopicPair& pair : together.pairs) {
    if (pair.documents < kMinDocuments) continue;
    const double information =
        std::log(static_cast<double>(pair.documents) * static_cast<double>(together.num_documents) /
                 (static_cast<double>(together.documents[pair.a]) *
                  static_cast<double>(together.documents[pair.b])));
    if (information <= 0) continue;
    rows[pair.a].push_back({pair.b, information});
    rows[pair.b].push_back({pair.a, information});
  }
  for (TopicId topic = 0; topic < rows.size(); ++topic) {
    auto& row = rows[topic];
    if (row.empty()) continue;
    row.push_back({topic, std::ranges::max_element(row, {}, &Weight::value)->value});
    std::ranges::sort(row, {}, &Weight::topic);
    double squares = 0;
    for (const Weight& weight : row) squares += weight.value * weight.value;
    for (Weight& weight : row) weight.value /= std::sqrt(squares);
  }
  return rows;
}

std::vector<std::vector<Weight>> Transposed(const std::vector<std::vector<Weight>>& rows) {
  std::vector<std::vector<Weight>> columns(rows.size());
  for (TopicId topic = 0; topic < rows.size(); ++topic) {
    for (const Weight& weight : rows[topic]) {
      columns[weight.topic].push_back({topic, weight.value});
    }
  }
  return columns;
}

}  // namespace

Distances TopicDistancesByWords(const Model& model) {
  Distances overlaps(model.num_topics());
  std::vector<Weight> row;
  const auto row_of = [&](std::size_t word) -> const std::vector<Weight>& {
    row.clear();
    for (const TopicCount& entry : model.WordRow(static_cast<WordId>(word))) {
      const auto total = static_cast<double>(model.topic_totals()[entry.topic]);
      row.push_back({entry.topic, std::sqrt(entry.count / total)});
    }
    return row;
  };
  AddProducts(model.num_words(), row_of, &overlaps);
  std::vector<TopicId> empty;
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    if (model.topic_totals()[topic] > 0) continue;
    for (const TopicId other : empty) overlaps(other, topic) = 1;
    empty.push_back(topic);
  }
  return FromCosines(std::move(overlaps));
}

Distances TopicDistancesByDocuments(const TopicCooccurrence& together) {
  const auto columns = Transposed(PositiveInformation(together));
  Distances cosines(together.documents.size());
  const auto row_of = [&](std::size_t i) -> const std::vector<Weight>& { return columns[i]; };
  AddProducts(columns.size(), row_of, &cosines);
  return FromCosines(std::move(cosines));
}

}  // namespace lightlda
