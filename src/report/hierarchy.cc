// Topics that belong together, by words or by documents.
#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "base/out_of_memory.h"
#include "lightlda/document_tables.h"
#include "report/ward.h"

namespace lightlda {
namespace {

constexpr double kMinShare = 0.05;
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

std::vector<TopicMerge> LinkCosines(Distances cosines) {
  for (std::size_t b = 1; b < cosines.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) cosines(a, b) = DistanceOf(cosines(a, b));
  }
  return WardLinkage(std::move(cosines));
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

Result<std::vector<TopicMerge>> TopicHierarchyByWords(const Model& model) {
  return CatchBadAlloc([&]() -> Result<std::vector<TopicMerge>> {
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
    return LinkCosines(std::move(overlaps));
  });
}

Result<std::vector<TopicMerge>> TopicHierarchyByDocuments(const Model& model, const Corpus& corpus,
                                                          const DocumentPass& pass) {
  return CatchBadAlloc([&]() -> Result<std::vector<TopicMerge>> {
    LIGHTLDA_ASSIGN_OR_RETURN(const TopicCooccurrence together,
                              CountTopicPairs(model, corpus, kMinShare, pass));
    const auto columns = Transposed(PositiveInformation(together));
    Distances cosines(model.num_topics());
    const auto row_of = [&](std::size_t i) -> const std::vector<Weight>& { return columns[i]; };
    AddProducts(columns.size(), row_of, &cosines);
    return LinkCosines(std::move(cosines));
  });
}

std::vector<std::uint32_t> CutHierarchy(std::span<const TopicMerge> merges,
                                        std::size_t num_clusters) {
  const std::size_t num_topics = merges.size() + 1;
  CHECK(num_clusters >= 1 && num_clusters <= num_topics);
  const std::size_t num_steps = num_topics - num_clusters;
  // The node above each, its own if none is.
  std::vector<std::uint32_t> above(num_topics + num_steps);
  std::iota(above.begin(), above.end(), 0u);
  for (std::size_t step = 0; step < num_steps; ++step) {
    above[merges[step].left] = static_cast<std::uint32_t>(num_topics + step);
    above[merges[step].right] = static_cast<std::uint32_t>(num_topics + step);
  }
  for (std::size_t node = above.size(); node-- > 0;) above[node] = above[above[node]];
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> numbers(above.size(), kNone);
  std::vector<std::uint32_t> clusters(num_topics);
  std::uint32_t next = 0;
  for (std::size_t topic = 0; topic < num_topics; ++topic) {
    std::uint32_t& number = numbers[above[topic]];
    if (number == kNone) number = next++;
    clusters[topic] = number;
  }
  return clusters;
}

namespace {

// How well a word tells a cluster from the others.
struct ScoredWord {
  double score;
  std::uint32_t cluster;
  WordId word;
};

// Of all words and the clusters that they occur in: best first.
std::vector<ScoredWord> ScoreWords(const Model& model, std::span<const std::uint32_t> clusters,
                                   std::size_t num_clusters) {
  std::vector<double> totals(num_clusters);
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    totals[clusters[topic]] += static_cast<double>(model.topic_totals()[topic]);
  }
  std::vector<ScoredWord> words;
  std::vector<Count> counts(num_clusters);
  for (std::size_t word = 0; word < model.num_words(); ++word) {
    const std::vector<TopicCount> row = model.WordRow(static_cast<WordId>(word));
    Count total = 0;
    for (const TopicCount& entry : row) {
      counts[clusters[entry.topic]] += entry.count;
      total += entry.count;
    }
    for (const TopicCount& entry : row) {
      const std::uint32_t cluster = clusters[entry.topic];
      const auto count = static_cast<double>(std::exchange(counts[cluster], 0));
      if (count == 0) continue;  // seen
      const double lift = count / totals[cluster] / static_cast<double>(total) *
                          static_cast<double>(model.num_tokens());
      words.push_back({count * lift, cluster, static_cast<WordId>(word)});
    }
  }
  std::ranges::sort(words, [](const ScoredWord& a, const ScoredWord& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.cluster != b.cluster ? a.cluster < b.cluster : a.word < b.word;
  });
  return words;
}

}  // namespace

std::vector<std::vector<WordId>> ClusterWords(const Model& model,
                                              std::span<const std::uint32_t> clusters,
                                              std::size_t num_words) {
  CHECK_EQ(clusters.size(), model.num_topics());
  std::vector<std::vector<WordId>> words(std::ranges::max(clusters) + std::size_t{1});
  std::vector<bool> taken(model.num_words());
  for (const ScoredWord& scored : ScoreWords(model, clusters, words.size())) {
    std::vector<WordId>& of_cluster = words[scored.cluster];
    if (taken[scored.word] || of_cluster.size() >= num_words) continue;
    of_cluster.push_back(scored.word);
    taken[scored.word] = true;
  }
  return words;
}

}  // namespace lightlda
