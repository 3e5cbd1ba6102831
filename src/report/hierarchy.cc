// Topics that belong together, by words or by documents.
#include <glog/logging.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/out_of_memory.h"
#include "lightlda/document_tables.h"
#include "report/topic_distances.h"
#include "report/ward.h"

namespace lightlda {

Result<std::vector<TopicMerge>> TopicHierarchyByWords(const Model& model) {
  return CatchBadAlloc([&]() -> Result<std::vector<TopicMerge>> {
    return WardLinkage(TopicDistancesByWords(model));
  });
}

Result<std::vector<TopicMerge>> TopicHierarchyByDocuments(const Model& model, const Corpus& corpus,
                                                          const DocumentPass& pass) {
  return CatchBadAlloc([&]() -> Result<std::vector<TopicMerge>> {
    LIGHTLDA_ASSIGN_OR_RETURN(const TopicCooccurrence together,
                              CountTopicPairs(model, corpus, kCooccurrenceShare, pass));
    return WardLinkage(TopicDistancesByDocuments(together));
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
