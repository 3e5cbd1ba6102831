#include "train/init_weight.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "eval/held_out_documents.h"

namespace lightlda {
namespace {

constexpr double kWeights[] = {0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};
// Documents of the sample, half of them to adapt to; fewer if they have more tokens than this.
constexpr std::size_t kDocuments = 600;
constexpr std::size_t kTokens = 60'000;
constexpr int kSteps = 20;  // of the estimation of a document's topics
// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x494E4954;  // "INIT"

struct WordOf {
  std::size_t place;  // in the words of the sample
  double seen = 0;
  double predicted = 0;
};
using Document = std::vector<WordOf>;

std::uint32_t Random(std::uint64_t document, std::uint32_t token) {
  return Philox({token, static_cast<std::uint32_t>(document),
                 static_cast<std::uint32_t>(document >> 32), kDomain},
                {1, 0})[0];
}

// Documents and their distinct words, and what the model counts of these.
struct Sample {
  std::vector<Document> documents;
  std::vector<float> counts;  // [words][num_topics]: n_wk of the model
  std::size_t num_words = 0;
  std::vector<double> totals;  // [num_topics]: n_k of the model, of the words that the corpus has
};

// Of all documents those with the smallest random numbers.
Result<std::vector<std::pair<std::uint64_t, std::vector<WordId>>>> DrawDocuments(
    const Corpus& corpus) {
  using Numbered = std::pair<std::uint64_t, std::vector<WordId>>;
  std::vector<WordId> same(corpus.num_words());
  std::iota(same.begin(), same.end(), WordId{0});
  const double share =
      std::min(1.0, 2.0 * kDocuments / static_cast<double>(corpus.num_documents()));
  std::vector<Numbered> drawn;
  std::uint64_t number = 0;
  LIGHTLDA_RETURN_IF_ERROR(ReadCorpusDocuments(corpus, same, {}, [&](const DocumentBatch& batch) {
    for (std::size_t d = 0; d < batch.size(); ++d, ++number) {
      const auto words = batch.Words(d);
      const bool taken = std::ldexp(Random(number, ~0u), -32) < share && words.size() > 1;
      if (taken) drawn.push_back({number, {words.begin(), words.end()}});
    }
    return Status();
  }));
  std::ranges::sort(drawn, {}, [](const Numbered& document) {
    return std::pair(Random(document.first, ~0u), document.first);
  });
  std::size_t tokens = 0;
  std::size_t size = 0;
  while (size < std::min(drawn.size(), kDocuments) && tokens < kTokens) {
    tokens += drawn[size++].second.size();
  }
  drawn.resize(size);
  return drawn;
}

Result<Sample> DrawSample(const Model& model, const Corpus& corpus, std::span<const WordId> ids) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto drawn, DrawDocuments(corpus));
  Sample sample;
  std::unordered_map<WordId, std::size_t> places;
  for (std::size_t d = 0; d < drawn.size(); ++d) {
    std::unordered_map<WordId, std::size_t> in_document;
    Document document;
    for (std::uint32_t i = 0; i < drawn[d].second.size(); ++i) {
      const WordId word = drawn[d].second[i];
      const auto [found, is_new] = in_document.try_emplace(word, document.size());
      if (is_new) document.push_back({places.try_emplace(word, places.size()).first->second});
      WordOf& of = document[found->second];
      // Every other document is there to be adapted to, with all its tokens.
      const bool is_seen = d % 2 == 0 || (Random(drawn[d].first, i) & 1) != 0;
      (is_seen ? of.seen : of.predicted) += 1;
    }
    sample.documents.push_back(std::move(document));
  }
  sample.num_words = places.size();
  const std::size_t num_topics = model.num_topics();
  sample.totals.assign(num_topics, 0);
  for (const WordId id : ids) {
    if (id == kUnmatchedWord) continue;
    for (const TopicCount& entry : model.WordRow(id)) sample.totals[entry.topic] += entry.count;
  }
  sample.counts.assign(sample.num_words * num_topics, 0);
  for (const auto& [word, place] : places) {
    if (ids[word] == kUnmatchedWord) continue;
    for (const TopicCount& entry : model.WordRow(ids[word])) {
      sample.counts[place * num_topics + entry.topic] = static_cast<float>(entry.count);
    }
  }
  return sample;
}

// The model, so many times, and what its topics have of the documents that it is adapted to.
class Adapted {
 public:
  Adapted(const Model& model, const Sample& sample, std::size_t num_words)
      : alpha_(model.alpha()),
        beta_(model.beta()),
        beta_sum_(beta_ * static_cast<double>(num_words)),
        sample_(sample),
        num_topics_(alpha_.size()),
        own_(sample.counts.size(), 0),
        own_totals_(num_topics_, 0),
        theta_(num_topics_),
        next_(num_topics_) {
    SetWeight(1);
  }

  void SetWeight(double weight) {
    weight_ = weight;
    SetTotals();
  }

  // Takes what the documents to adapt to have by the model as it is.
  void Adapt() {
    std::vector<float> own(own_.size(), 0);
    std::vector<double> totals(num_topics_, 0);
    for (std::size_t d = 0; d < sample_.documents.size(); d += 2) {
      const Document& document = sample_.documents[d];
      EstimateTheta(document);
      for (const WordOf& word : document) {
        const double scale = word.seen / Probability(word.place);
        for (std::size_t k = 0; k < num_topics_; ++k) {
          const double tokens = scale * theta_[k] * Phi(word.place, k);
          own[word.place * num_topics_ + k] += static_cast<float>(tokens);
          totals[k] += tokens;
        }
      }
    }
    own_ = std::move(own);
    own_totals_ = std::move(totals);
    SetTotals();
  }

  // Of what is not seen of the others.
  double LogLikelihood() {
    double sum = 0;
    for (std::size_t d = 1; d < sample_.documents.size(); d += 2) {
      EstimateTheta(sample_.documents[d]);
      for (const WordOf& word : sample_.documents[d]) {
        if (word.predicted > 0) sum += word.predicted * std::log(Probability(word.place));
      }
    }
    return sum;
  }

 private:
  void SetTotals() {
    inverse_totals_.clear();
    for (std::size_t k = 0; k < num_topics_; ++k) {
      inverse_totals_.push_back(1 / (weight_ * sample_.totals[k] + own_totals_[k] + beta_sum_));
    }
  }
  double Phi(std::size_t place, std::size_t topic) const {
    const std::size_t at = place * num_topics_ + topic;
    return (weight_ * sample_.counts[at] + own_[at] + beta_) * inverse_totals_[topic];
  }
  double Probability(std::size_t place) const {
    double sum = 0;
    for (std::size_t k = 0; k < num_topics_; ++k) sum += theta_[k] * Phi(place, k);
    return sum;
  }

  void EstimateTheta(const Document& document) {
    std::ranges::fill(theta_, 1 / static_cast<double>(num_topics_));
    for (int step = 0; step < kSteps; ++step) {
      std::ranges::fill(next_, 0.0);
      for (const WordOf& word : document) {
        if (word.seen == 0) continue;
        const double scale = word.seen / Probability(word.place);
        for (std::size_t k = 0; k < num_topics_; ++k) next_[k] += scale * Phi(word.place, k);
      }
      double sum = 0;
      for (std::size_t k = 0; k < num_topics_; ++k) {
        next_[k] = alpha_[k] + theta_[k] * next_[k];
        sum += next_[k];
      }
      for (std::size_t k = 0; k < num_topics_; ++k) theta_[k] = next_[k] / sum;
    }
  }

  const std::span<const double> alpha_;
  const double beta_;
  const double beta_sum_;
  const Sample& sample_;
  const std::size_t num_topics_;
  double weight_ = 1;
  std::vector<float> own_;  // [words][num_topics]
  std::vector<double> own_totals_;
  std::vector<double> inverse_totals_;
  std::vector<double> theta_;
  std::vector<double> next_;
};

}  // namespace

Result<double> ChooseInitWeight(const Model& model, const Corpus& corpus,
                                std::span<const WordId> ids, ThreadPool* pool) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Sample sample, DrawSample(model, corpus, ids));
  Adapted first(model, sample, corpus.num_words());
  first.Adapt();
  double scores[std::size(kWeights)];
  pool->ParallelFor(std::size(kWeights), [&](std::size_t i, int) {
    Adapted adapted = first;
    adapted.SetWeight(kWeights[i]);
    adapted.Adapt();
    adapted.Adapt();
    scores[i] = adapted.LogLikelihood();
  });
  return kWeights[std::ranges::max_element(scores) - scores];
}

}  // namespace lightlda
