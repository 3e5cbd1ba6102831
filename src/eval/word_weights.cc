// Words by probability, relevance, FREX, lift and score.
#include "lightlda/word_weights.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "eval/topic_entries.h"

namespace lightlda {
namespace {

constexpr double kScoreOffset = 1e-5;

Status Check(const WordWeightOptions& options) {
  if (!(options.lambda >= 0 && options.lambda <= 1)) {
    return Status::Usage("`lambda`: expected a number from 0 to 1");
  }
  if (!(options.frex_weight >= 0 && options.frex_weight <= 1)) {
    return Status::Usage("`frex_weight`: expected a number from 0 to 1");
  }
  if (options.min_count < 0) return Status::Usage("`min_count`: expected 0 or more");
  return {};
}

// Mean ranks among sorted numbers: of a number, how many are less, and half of those that equal it.
double RanksBelow(const std::vector<double>& sorted, double value) {
  const auto [first, last] = std::ranges::equal_range(sorted, value);
  return static_cast<double>(first - sorted.begin()) + static_cast<double>(last - first) / 2;
}

// What a weight needs of all words.
class Weigher {
 public:
  Weigher(const Model& model, const WordWeightOptions& options)
      : model_(model),
        options_(options),
        num_tokens_(static_cast<double>(model.num_tokens())),
        counts_(model.num_words()) {
    const CsrView table = model.WordTopic();
    for (std::size_t word = 0; word < counts_.size(); ++word) {
      for (auto i = table.begins[word]; i < table.begins[word + 1]; ++i) {
        counts_[word] += table.counts[i];
      }
    }
    if (options.weight == WordWeight::kFrex) SumProbabilities(table);
    if (options.weight == WordWeight::kScore) AverageLogs(table);
  }

  // Weights of the entries of a topic.
  std::vector<double> Weigh(TopicId topic, std::span<const TopicEntries::Entry> entries) const {
    if (options_.weight == WordWeight::kFrex) return WeighFrex(topic, entries);
    std::vector<double> weights;
    for (const TopicEntries::Entry& entry : entries) weights.push_back(WeightOf(topic, entry));
    return weights;
  }

  bool IsFrequent(WordId word) const { return counts_[word] >= options_.min_count; }

 private:
  double WeightOf(TopicId topic, const TopicEntries::Entry& entry) const {
    const double phi = model_.Probability(topic, entry.count);
    const double lift = phi * num_tokens_ / static_cast<double>(counts_[entry.word]);
    switch (options_.weight) {
      case WordWeight::kRelevance:
        return options_.lambda * std::log(phi) + (1 - options_.lambda) * std::log(lift);
      case WordWeight::kLift:
        return lift;
      case WordWeight::kScore: {
        const double share = ShareOf(topic, entry.count);
        return share * (std::log(share + kScoreOffset) - mean_logs_[entry.word]);
      }
      case WordWeight::kProbability:
      case WordWeight::kFrex:
        break;
    }
    return phi;
  }

  double ShareOf(TopicId topic, std::uint32_t count) const {
    return count / (static_cast<double>(model_.topic_totals()[topic]) + kScoreOffset);
  }

  // FREX, without looking at the words that a topic does not have. For these phi is the same, so
  // that their exclusivities have the order of 1 / sum of phi, in all topics.
  std::vector<double> WeighFrex(TopicId topic, std::span<const TopicEntries::Entry> entries) const {
    const double base = model_.Probability(topic, 0);
    const auto num_words = static_cast<double>(sums_.size());
    const double absent = num_words - static_cast<double>(entries.size());
    std::vector<double> counts;
    std::vector<double> exclusivities;
    std::vector<double> as_absent;  // what these words would have
    for (const TopicEntries::Entry& entry : entries) {
      counts.push_back(entry.count);
      exclusivities.push_back(model_.Probability(topic, entry.count) / sums_[entry.word]);
      as_absent.push_back(base / sums_[entry.word]);
    }
    std::vector<double> sorted_counts = counts;
    std::vector<double> sorted_exclusivities = exclusivities;
    for (auto* values : {&sorted_counts, &sorted_exclusivities, &as_absent}) {
      std::ranges::sort(*values);
    }
    std::vector<double> weights;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const double exclusivity = exclusivities[i];
      const double frequency_rank = absent + RanksBelow(sorted_counts, counts[i]) + 0.5;
      const double exclusivity_rank = RanksOfAll(base, exclusivity) -
                                      RanksBelow(as_absent, exclusivity) +
                                      RanksBelow(sorted_exclusivities, exclusivity) + 0.5;
      weights.push_back(1 / (options_.frex_weight / (frequency_rank / num_words) +
                             (1 - options_.frex_weight) / (exclusivity_rank / num_words)));
    }
    return weights;
  }

  // RanksBelow of a value among base / sum of all words.
  double RanksOfAll(double base, double value) const {
    const auto first =
        std::ranges::partition_point(falling_sums_, [&](double sum) { return base / sum < value; });
    const auto last = std::partition_point(first, falling_sums_.end(),
                                           [&](double sum) { return base / sum <= value; });
    return static_cast<double>(first - falling_sums_.begin()) +
           static_cast<double>(last - first) / 2;
  }

  // sum_k phi_wk of all words.
  void SumProbabilities(const CsrView& table) {
    double base = 0;
    for (TopicId topic = 0; topic < model_.num_topics(); ++topic) {
      base += model_.Probability(topic, 0);
    }
    sums_.assign(model_.num_words(), base);
    for (std::size_t word = 0; word < sums_.size(); ++word) {
      for (auto i = table.begins[word]; i < table.begins[word + 1]; ++i) {
        const TopicId topic = table.topics[i];
        sums_[word] += model_.Probability(topic, table.counts[i]) - model_.Probability(topic, 0);
      }
    }
    falling_sums_ = sums_;
    std::ranges::sort(falling_sums_, std::greater<>());
  }

  void AverageLogs(const CsrView& table) {
    const auto num_topics = static_cast<double>(model_.num_topics());
    mean_logs_.resize(model_.num_words());
    for (std::size_t word = 0; word < mean_logs_.size(); ++word) {
      const std::uint64_t begin = table.begins[word];
      const std::uint64_t end = table.begins[word + 1];
      double sum = (num_topics - static_cast<double>(end - begin)) * std::log(kScoreOffset);
      for (auto i = begin; i < end; ++i) {
        sum += std::log(ShareOf(table.topics[i], table.counts[i]) + kScoreOffset);
      }
      mean_logs_[word] = sum / num_topics;
    }
  }

  const Model& model_;
  const WordWeightOptions& options_;
  double num_tokens_;
  std::vector<Count> counts_;         // [num_words]: n_w
  std::vector<double> sums_;          // [num_words]: sum_k phi_wk
  std::vector<double> falling_sums_;  // the same, greatest first
  std::vector<double> mean_logs_;     // [num_words]
};

std::vector<WeightedWord> TopOf(const Model& model, const Weigher& weigher, TopicId topic,
                                std::span<const TopicEntries::Entry> entries, std::size_t n) {
  const std::vector<double> weights = weigher.Weigh(topic, entries);
  std::vector<WeightedWord> words;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [word, count] = entries[i];
    if (weigher.IsFrequent(word)) words.push_back({word, count, 0, weights[i]});
  }
  const std::size_t shown = std::min(n, words.size());
  std::partial_sort(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(shown), words.end(),
                    [](const WeightedWord& a, const WeightedWord& b) {
                      if (a.weight != b.weight) return a.weight > b.weight;
                      return a.count != b.count ? a.count > b.count : a.word < b.word;
                    });
  words.resize(shown);
  for (WeightedWord& word : words) word.probability = model.Probability(topic, word.count);
  return words;
}

// In the memory of what is returned.
std::vector<std::vector<WeightedWord>> MostProbable(const Model& model, std::size_t n) {
  std::vector<std::vector<WeightedWord>> topics;
  for (const std::vector<TopWord>& top : model.TopWords(n)) {
    std::vector<WeightedWord>& words = topics.emplace_back();
    for (const TopWord& word : top) {
      words.push_back({word.word, word.count, word.probability, word.probability});
    }
  }
  return topics;
}

}  // namespace

const char* NameOf(WordWeight weight) {
  switch (weight) {
    case WordWeight::kProbability:
      return "probability";
    case WordWeight::kRelevance:
      return "relevance";
    case WordWeight::kFrex:
      return "frex";
    case WordWeight::kLift:
      return "lift";
    case WordWeight::kScore:
      return "score";
  }
  return "";
}

Result<std::vector<std::vector<WeightedWord>>> TopWords(const Model& model, std::size_t n,
                                                        const WordWeightOptions& options) {
  return CatchBadAlloc([&]() -> Result<std::vector<std::vector<WeightedWord>>> {
    LIGHTLDA_RETURN_IF_ERROR(Check(options));
    if (options.weight == WordWeight::kProbability) return MostProbable(model, n);
    const Weigher weigher(model, options);
    const TopicEntries entries(model);
    std::vector<std::vector<WeightedWord>> top(model.num_topics());
    ThreadPool pool(ResolveThreadCount(0));
    pool.ParallelFor(top.size(), [&](std::size_t topic, int) {
      top[topic] = TopOf(model, weigher, static_cast<TopicId>(topic), entries.topic(topic), n);
    });
    return top;
  });
}

Result<std::vector<std::string>> AutomaticLabels(const Model& model) {
  constexpr std::size_t kWords = 3;
  LIGHTLDA_ASSIGN_OR_RETURN(
      const auto topics,
      TopWords(model, kWords, {.weight = WordWeight::kRelevance, .lambda = 0.6}));
  std::vector<std::string> labels;
  for (const std::vector<WeightedWord>& words : topics) {
    std::string& label = labels.emplace_back();
    for (const WeightedWord& word : words) {
      if (!label.empty()) label += ", ";
      label += model.vocabulary().word(word.word);
    }
  }
  return labels;
}

}  // namespace lightlda
