#include "exchange/ldavis_data.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>

#include "base/thread_pool.h"
#include "report/principal_coordinates.h"

namespace lightlda {
namespace {

double XLogX(double x) { return x > 0 ? x * std::log(x) : 0; }

std::vector<TopicId> BySize(const std::vector<double>& topic_tokens) {
  std::vector<TopicId> order(topic_tokens.size());
  std::iota(order.begin(), order.end(), TopicId{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](TopicId topic) { return topic_tokens[topic]; });
  return order;
}

// The words of a topic with the same count have the same phi, and a topic has few different counts.
struct CountedTopic {
  std::vector<double> phi;           // of each different count; the first is of count 0
  std::vector<double> words;         // how many words have it
  std::vector<std::uint32_t> slots;  // of each word of the topic: the place of its count in `phi`
};

CountedTopic CountTopic(const Model& model, const TopicRows& rows, TopicId topic) {
  const auto counts = rows.Counts(topic);
  std::vector<std::uint32_t> different(counts.begin(), counts.end());
  different.push_back(0);
  std::ranges::sort(different);
  const auto twice = std::ranges::unique(different);
  different.erase(twice.begin(), twice.end());
  CountedTopic counted;
  for (const std::uint32_t count : different) {
    counted.phi.push_back(model.Probability(topic, count));
  }
  counted.words.resize(different.size());
  counted.words[0] = static_cast<double>(model.num_words() - counts.size());
  for (const std::uint32_t count : counts) {
    const auto at = std::ranges::lower_bound(different, count);
    counted.slots.push_back(static_cast<std::uint32_t>(at - different.begin()));
    counted.words[counted.slots.back()] += 1;
  }
  return counted;
}

// Sum of phi log phi over the words.
double NegativeEntropy(const CountedTopic& topic) {
  double sum = 0;
  for (std::size_t slot = 0; slot < topic.phi.size(); ++slot) {
    sum += topic.words[slot] * XLogX(topic.phi[slot]);
  }
  return sum;
}

// The same of the mean of two topics. Words that both have are taken one by one, all others by
// their counts. slots_a: [num_words], the places of all words in `a`.
double NegativeEntropyOfMean(const std::vector<std::uint32_t>& slots_a, const CountedTopic& a,
                             std::span<const WordId> words_b, const CountedTopic& b) {
  std::vector<double> only_a = a.words;
  std::vector<double> only_b = b.words;
  double sum = 0;
  for (std::size_t i = 0; i < words_b.size(); ++i) {
    const std::uint32_t slot_a = slots_a[words_b[i]];
    if (slot_a == 0) continue;
    const std::uint32_t slot_b = b.slots[i];
    sum += XLogX((a.phi[slot_a] + b.phi[slot_b]) / 2);
    only_a[slot_a] -= 1;
    only_b[slot_b] -= 1;
  }
  double none = a.words[0];  // words that neither has: those that a has not, but for b's own
  for (std::size_t slot = 1; slot < a.phi.size(); ++slot) {
    sum += only_a[slot] * XLogX((a.phi[slot] + b.phi[0]) / 2);
  }
  for (std::size_t slot = 1; slot < b.phi.size(); ++slot) {
    sum += only_b[slot] * XLogX((b.phi[slot] + a.phi[0]) / 2);
    none -= only_b[slot];
  }
  return sum + none * XLogX((a.phi[0] + b.phi[0]) / 2);
}

// Expected tokens of every word: sum over topics of phi_kw tokens_k.
std::vector<double> WordTotals(const Model& model, const TopicRows& rows,
                               const std::vector<double>& topic_tokens) {
  double base = 0;
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    base += model.Probability(topic, 0) * topic_tokens[topic];
  }
  std::vector<double> totals(model.num_words(), base);
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    const auto words = rows.Words(topic);
    const auto counts = rows.Counts(topic);
    for (std::size_t i = 0; i < words.size(); ++i) {
      totals[words[i]] +=
          (model.Probability(topic, counts[i]) - model.Probability(topic, 0)) * topic_tokens[topic];
    }
  }
  return totals;
}

// p(word) sum_k p(k | word) log(p(k | word) / p(k)), where p(k | word) is phi_kw over its sum.
std::vector<double> Saliency(const Model& model, const LdavisData& data) {
  const std::size_t num_topics = model.num_topics();
  std::vector<double> share(num_topics);
  for (std::size_t rank = 0; rank < num_topics; ++rank) {
    share[data.order[rank]] = data.proportion[rank];
  }
  const double total = std::accumulate(data.word_totals.begin(), data.word_totals.end(), 0.0);
  std::vector<double> saliency(model.num_words());
  std::vector<double> phi(num_topics);
  for (WordId word = 0; word < model.num_words(); ++word) {
    for (TopicId topic = 0; topic < num_topics; ++topic) phi[topic] = model.Probability(topic, 0);
    for (const TopicCount& entry : model.WordRow(word)) {
      phi[entry.topic] = model.Probability(entry.topic, entry.count);
    }
    const double sum = std::accumulate(phi.begin(), phi.end(), 0.0);
    double distinctiveness = 0;
    for (TopicId topic = 0; topic < num_topics; ++topic) {
      distinctiveness += phi[topic] / sum * std::log(phi[topic] / sum / share[topic]);
    }
    saliency[word] = data.word_totals[word] / total * distinctiveness;
  }
  return saliency;
}

// The first `count` of `items` by falling score, ties by id; in that order.
template <typename Score>
std::vector<WordId> Best(std::vector<WordId> items, std::size_t count, const Score& score) {
  const auto better = [&](WordId a, WordId b) {
    return score(a) != score(b) ? score(a) > score(b) : a < b;
  };
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(std::min(count, items.size()));
  std::partial_sort(items.begin(), middle, items.end(), better);
  items.erase(middle, items.end());
  return items;
}

std::vector<WordId> AllWords(std::size_t num_words) {
  std::vector<WordId> words(num_words);
  std::iota(words.begin(), words.end(), WordId{0});
  return words;
}

// Lists the words of topics. Relevance is lambda log phi + (1 - lambda) log lift, that is log phi -
// (1 - lambda) log p(word).
class WordLister {
 public:
  WordLister(const Model& model, const TopicRows& rows, const std::vector<double>& word_totals)
      : model_(model), rows_(rows) {
    const double total = std::accumulate(word_totals.begin(), word_totals.end(), 0.0);
    for (const double tokens : word_totals) log_p_.push_back(std::log(tokens / total));
    rare_ = Best(AllWords(word_totals.size()), word_totals.size(),
                 [&](WordId word) { return -log_p_[word]; });
  }

  // Thread-safe.
  std::vector<LdavisWord> List(TopicId topic, double topic_tokens) const {
    std::vector<WordId> candidates = Candidates(topic);
    std::vector<double> log_phi(candidates.size());
    std::vector<WordId> slots(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      log_phi[i] = std::log(Phi(topic, candidates[i]));
      slots[i] = static_cast<WordId>(i);
    }
    std::vector<bool> chosen(candidates.size());
    for (std::size_t step = 0; step <= kLdavisLambdaSteps; ++step) {
      const double rest = 1 - static_cast<double>(step) / kLdavisLambdaSteps;
      const auto relevance = [&](WordId i) { return log_phi[i] - rest * log_p_[candidates[i]]; };
      for (const WordId i : Best(slots, kLdavisWords, relevance)) chosen[i] = true;
    }
    std::vector<LdavisWord> words;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!chosen[i]) continue;
      const WordId word = candidates[i];
      words.push_back(
          {word, std::exp(log_phi[i]) * topic_tokens, log_phi[i], log_phi[i] - log_p_[word]});
    }
    return words;
  }

 private:
  double Phi(TopicId topic, WordId word) const {
    const auto words = rows_.Words(topic);
    const auto at = std::ranges::lower_bound(words, word);
    const bool present = at != words.end() && *at == word;
    return model_.Probability(
        topic, present ? rows_.Counts(topic)[static_cast<std::size_t>(at - words.begin())] : 0);
  }

  // The words that may be listed: those of the topic, and of others, whose phi is equal, the
  // rarest, and for lambda = 1, where all of them are alike, the first.
  std::vector<WordId> Candidates(TopicId topic) const {
    const auto words = rows_.Words(topic);
    std::vector<WordId> candidates(words.begin(), words.end());
    const auto add = [&](auto&& word_at) {
      std::size_t added = 0;
      for (std::size_t i = 0; i < model_.num_words() && added < kLdavisWords; ++i) {
        if (std::ranges::binary_search(words, word_at(i))) continue;
        candidates.push_back(word_at(i));
        ++added;
      }
    };
    add([&](std::size_t i) { return rare_[i]; });
    add([](std::size_t i) { return static_cast<WordId>(i); });
    std::ranges::sort(candidates);
    const auto twice = std::ranges::unique(candidates);
    candidates.erase(twice.begin(), twice.end());
    return candidates;
  }

  const Model& model_;
  const TopicRows& rows_;
  std::vector<double> log_p_;  // [num_words]
  std::vector<WordId> rare_;   // all words, rarest first
};

}  // namespace

std::vector<double> JensenShannon(const Model& model, const TopicRows& rows,
                                  const std::vector<TopicId>& order, int num_threads) {
  const std::size_t n = order.size();
  std::vector<CountedTopic> topics;
  std::vector<double> own;
  for (const TopicId topic : order) {
    topics.push_back(CountTopic(model, rows, topic));
    own.push_back(NegativeEntropy(topics.back()));
  }
  std::vector<double> distances(n * n);
  ThreadPool pool(ResolveThreadCount(num_threads));
  pool.ParallelFor(n, [&](std::size_t i, int) {
    std::vector<std::uint32_t> slots(model.num_words());
    const auto words = rows.Words(order[i]);
    for (std::size_t w = 0; w < words.size(); ++w) slots[words[w]] = topics[i].slots[w];
    for (std::size_t j = i + 1; j < n; ++j) {
      const double mean = NegativeEntropyOfMean(slots, topics[i], rows.Words(order[j]), topics[j]);
      const double distance = std::max(0.0, (own[i] + own[j]) / 2 - mean);
      distances[i * n + j] = distances[j * n + i] = distance;
    }
  });
  return distances;
}

LdavisData PrepareLdavis(const Model& model, const TopicRows& rows,
                         const std::vector<double>& topic_tokens, int num_threads) {
  LdavisData data;
  data.order = BySize(topic_tokens);
  const double total = std::accumulate(topic_tokens.begin(), topic_tokens.end(), 0.0);
  for (const TopicId topic : data.order) data.proportion.push_back(topic_tokens[topic] / total);
  data.word_totals = WordTotals(model, rows, topic_tokens);
  data.points = PrincipalCoordinates(JensenShannon(model, rows, data.order, num_threads));
  const std::vector<double> saliency = Saliency(model, data);
  data.salient =
      Best(AllWords(model.num_words()), kLdavisWords, [&](WordId word) { return saliency[word]; });
  const WordLister lister(model, rows, data.word_totals);
  data.words.resize(data.order.size());
  ThreadPool pool(ResolveThreadCount(num_threads));
  pool.ParallelFor(data.order.size(), [&](std::size_t rank, int) {
    data.words[rank] = lister.List(data.order[rank], topic_tokens[data.order[rank]]);
  });
  return data;
}

}  // namespace lightlda
