// Every process finds the best words of its share of the rows; the best of these are shown.
#include "train/preview.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

namespace lightlda {
namespace {

constexpr std::size_t kNotShown = ~std::size_t{0};

// A word of one of the shown topics.
struct Candidate {
  std::uint32_t shown;  // index into the shown topics
  std::uint32_t count;
  WordId word;
};

// By topic, then the most frequent first.
bool ComesFirst(const Candidate& a, const Candidate& b) {
  if (a.shown != b.shown) return a.shown < b.shown;
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

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

// Leaves the first num_words of each topic, in order.
void KeepBest(std::size_t num_words, std::vector<Candidate>* candidates) {
  std::sort(candidates->begin(), candidates->end(), ComesFirst);
  std::size_t kept = 0, of_topic = 0;
  for (std::size_t i = 0; i < candidates->size(); ++i) {
    const Candidate candidate = (*candidates)[i];
    const bool same_topic = kept > 0 && (*candidates)[kept - 1].shown == candidate.shown;
    of_topic = same_topic ? of_topic + 1 : 1;
    if (of_topic <= num_words) (*candidates)[kept++] = candidate;
  }
  candidates->resize(kept);
}

Result<std::vector<Candidate>> FindCandidates(const Sampler& sampler, RowShare share,
                                              std::span<const TopicId> shown,
                                              std::size_t num_words) {
  std::vector<std::size_t> rank(sampler.topic_totals().size(), kNotShown);
  for (std::size_t i = 0; i < shown.size(); ++i) rank[shown[i]] = i;
  std::vector<std::vector<Candidate>> found(static_cast<std::size_t>(sampler.num_threads()));
  const WordPrior* const prior = sampler.options().word_prior;
  const auto visit = [&](WordId word, std::span<const TopicCount> of_documents, int thread) {
    std::vector<TopicCount> row(of_documents.begin(), of_documents.end());
    if (prior != nullptr) prior->ToModelRow(word, &row);
    for (const TopicCount& entry : row) {
      if (rank[entry.topic] == kNotShown) continue;
      found[static_cast<std::size_t>(thread)].push_back(
          {static_cast<std::uint32_t>(rank[entry.topic]), entry.count, word});
    }
  };
  LIGHTLDA_RETURN_IF_ERROR(sampler.ForEachRow(share, visit));
  std::vector<Candidate> all;
  for (const auto& of_thread : found) all.insert(all.end(), of_thread.begin(), of_thread.end());
  KeepBest(num_words, &all);
  return all;
}

// Everybody's candidates.
Result<std::vector<Candidate>> Gather(ProcessGroup* group, const std::vector<Candidate>& mine) {
  const std::string bytes(reinterpret_cast<const char*>(mine.data()),
                          mine.size() * sizeof(Candidate));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> gathered, group->AllGather(bytes));
  std::vector<Candidate> all;
  for (const std::string& of_process : gathered) {
    const std::size_t size = all.size();
    all.resize(size + of_process.size() / sizeof(Candidate));
    std::memcpy(all.data() + size, of_process.data(), (all.size() - size) * sizeof(Candidate));
  }
  return all;
}

}  // namespace

Result<std::vector<TopicPreview>> MakePreview(Sampler* sampler, ProcessGroup* group,
                                              const Vocabulary& vocabulary, std::size_t num_topics,
                                              std::size_t num_words) {
  LIGHTLDA_RETURN_IF_ERROR(sampler->RefreshTotals());
  const std::vector<TopicId> shown = LargestTopics(sampler->topic_totals(), num_topics);
  const RowShare share{static_cast<std::uint32_t>(group->rank()),
                       static_cast<std::uint32_t>(group->size())};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Candidate> mine,
                            FindCandidates(*sampler, share, shown, num_words));
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<Candidate> all, Gather(group, mine));
  KeepBest(num_words, &all);
  std::vector<TopicPreview> previews;
  for (const TopicId topic : shown) {
    previews.push_back({topic, sampler->topic_totals()[topic], {}});
  }
  for (const Candidate& candidate : all) {
    if (candidate.shown >= previews.size() || candidate.word >= vocabulary.size()) {
      return Status::Failure("the processes do not train the same model");
    }
    previews[candidate.shown].top_words.emplace_back(vocabulary.word(candidate.word));
  }
  return previews;
}

}  // namespace lightlda
