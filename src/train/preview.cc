#include "train/preview.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lightlda {
namespace {

constexpr std::size_t kNotShown = ~std::size_t{0};

std::vector<TopicId> LargestTopics(std::span<const Count> totals, std::size_t n) {
  std::vector<TopicId> topics(totals.size());
  std::iota(topics.begin(), topics.end(), TopicId{0});
  n = std::min(n, topics.size());
  const auto larger = [&](TopicId a, TopicId b) {
    return totals[a] != totals[b] ? totals[a] > totals[b] : a < b;
  };
  std::partial_sort(topics.begin(), topics.begin() + static_cast<std::ptrdiff_t>(n), topics.end(),
                    larger);
  topics.resize(n);
  return topics;
}

}  // namespace

Result<std::vector<TopicPreview>> MakePreview(const Sampler& sampler, const Vocabulary& vocabulary,
                                              std::size_t num_topics, std::size_t num_words,
                                              int num_threads) {
  const std::vector<TopicId> shown = LargestTopics(sampler.topic_totals(), num_topics);
  std::vector<std::size_t> rank(sampler.topic_totals().size(), kNotShown);
  for (std::size_t i = 0; i < shown.size(); ++i) rank[shown[i]] = i;

  using Entries = std::vector<std::pair<std::uint32_t, WordId>>;  // count, word
  std::vector<std::vector<Entries>> found(static_cast<std::size_t>(num_threads),
                                          std::vector<Entries>(shown.size()));
  LIGHTLDA_RETURN_IF_ERROR(sampler.ForEachRow([&](WordId word, std::span<const TopicCount> row,
                                                  int thread) {
    for (const TopicCount& entry : row) {
      if (rank[entry.topic] == kNotShown) continue;
      found[static_cast<std::size_t>(thread)][rank[entry.topic]].emplace_back(entry.count, word);
    }
  }));

  std::vector<TopicPreview> previews;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    Entries all;
    for (const auto& of_thread : found)
      all.insert(all.end(), of_thread[i].begin(), of_thread[i].end());
    const std::size_t n = std::min(num_words, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), all.end(),
                      [](const auto& a, const auto& b) {
                        return a.first != b.first ? a.first > b.first : a.second < b.second;
                      });
    TopicPreview preview{shown[i], sampler.topic_totals()[shown[i]], {}};
    for (std::size_t j = 0; j < n; ++j)
      preview.top_words.emplace_back(vocabulary.word(all[j].second));
    previews.push_back(std::move(preview));
  }
  return previews;
}

}  // namespace lightlda
