#include "eval/completion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/rng.h"
#include "infer/fold_in.h"

namespace lightlda {
namespace {

// A document cut in two: counts by distinct word.
struct Halves {
  std::vector<WordId> words;      // distinct
  std::vector<double> seen;       // [words]
  std::vector<double> predicted;  // [words]
};

Halves Halve(std::span<const WordId> document, std::uint64_t seed, std::uint64_t number) {
  std::map<WordId, std::pair<double, double>> counts;
  const PhiloxKey key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  for (std::size_t i = 0; i < document.size(); ++i) {
    const PhiloxBlock random =
        Philox({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(number),
                static_cast<std::uint32_t>(number >> 32), 0},
               key);
    auto& [seen, predicted] = counts[document[i]];
    ((random[0] & 1) != 0 ? seen : predicted) += 1;
  }
  Halves halves;
  for (const auto& [word, count] : counts) {
    halves.words.push_back(word);
    halves.seen.push_back(count.first);
    halves.predicted.push_back(count.second);
  }
  return halves;
}

// phi_wk = (n_wk + beta) / (n_k + beta V) is a prior part, which all words share, and an excess
// where n_wk > 0. So sums over topics cost a word's non-zero counts, however many topics there are.
class Estimator {
 public:
  Estimator(const CompletionModel& model, const CompletionOptions& options)
      : model_(model),
        num_iterations_(options.num_iterations),
        theta_(model.alpha.size()),
        next_(theta_.size()) {
    if (options.fold_in != nullptr) fold_in_.emplace(options.fold_in);
    const double beta_sum = model.beta * static_cast<double>(model.num_words);
    for (const Count total : model.topic_totals) {
      inverse_totals_.push_back(1.0 / (static_cast<double>(total) + beta_sum));
    }
  }

  // Sum of log p over the predicted half.
  double LogLikelihood(const Halves& halves) {
    LoadRows(halves.words);
    if (fold_in_) {
      FoldInTheta(halves);
    } else {
      EstimateTheta(halves);
    }
    const double prior = PriorMixture();
    double sum = 0;
    for (std::size_t i = 0; i < halves.words.size(); ++i) {
      if (halves.predicted[i] > 0) sum += halves.predicted[i] * std::log(prior + Excess(i));
    }
    return sum;
  }

 private:
  void LoadRows(std::span<const WordId> words) {
    rows_.clear();
    for (const WordId word : words) rows_.push_back(model_.word_row(word));
  }

  // Sum over the topics of theta_k times the prior part of phi.
  double PriorMixture() const {
    return model_.beta *
           std::inner_product(theta_.begin(), theta_.end(), inverse_totals_.begin(), 0.0);
  }

  // Sum over the topics of theta_k times the excess of phi of the document's word `i`.
  double Excess(std::size_t i) const {
    double sum = 0;
    for (const auto& [topic, count] : rows_[i]) {
      sum += theta_[topic] * count * inverse_totals_[topic];
    }
    return sum;
  }

  void FoldInTheta(const Halves& halves) {
    bag_.clear();
    for (std::size_t i = 0; i < halves.words.size(); ++i) {
      if (halves.seen[i] == 0) continue;
      bag_.push_back({halves.words[i], static_cast<std::uint32_t>(halves.seen[i])});
    }
    fold_in_->Estimate(bag_, theta_);
  }

  void EstimateTheta(const Halves& halves) {
    std::ranges::fill(theta_, 1.0 / static_cast<double>(theta_.size()));
    for (int iteration = 0; iteration < num_iterations_; ++iteration) {
      const double prior = PriorMixture();
      double prior_scale = 0;  // of the words together
      std::ranges::fill(next_, 0.0);
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (halves.seen[i] == 0) continue;
        const double scale = halves.seen[i] / (prior + Excess(i));
        prior_scale += scale;
        for (const auto& [topic, count] : rows_[i]) next_[topic] += scale * count;
      }
      double sum = 0;
      for (std::size_t k = 0; k < theta_.size(); ++k) {
        next_[k] = model_.alpha[k] +
                   theta_[k] * inverse_totals_[k] * (next_[k] + prior_scale * model_.beta);
        sum += next_[k];
      }
      for (std::size_t k = 0; k < theta_.size(); ++k) theta_[k] = next_[k] / sum;
    }
  }

  const CompletionModel& model_;
  int num_iterations_;
  std::optional<FoldIn> fold_in_;
  std::vector<WordCount> bag_;
  std::vector<double> inverse_totals_;         // [num_topics]: 1 / (n_k + beta_sum)
  std::vector<double> theta_;                  // [num_topics]
  std::vector<double> next_;                   // [num_topics]
  std::vector<std::vector<TopicCount>> rows_;  // [distinct words of the document]
};

}  // namespace

std::vector<DocumentScore> CompleteDocuments(const CompletionModel& model,
                                             std::span<const std::vector<WordId>> documents,
                                             const CompletionOptions& options, ThreadPool* pool) {
  std::vector<DocumentScore> scores(documents.size());
  std::vector<Estimator> estimators(static_cast<std::size_t>(pool->size()),
                                    Estimator(model, options));
  pool->ParallelFor(documents.size(), [&](std::size_t d, int thread) {
    const std::uint64_t number =
        options.numbers.empty() ? options.first_document + d : options.numbers[d];
    const Halves halves = Halve(documents[d], options.seed, number);
    const double seen = std::accumulate(halves.seen.begin(), halves.seen.end(), 0.0);
    const double tokens = std::accumulate(halves.predicted.begin(), halves.predicted.end(), 0.0);
    if (seen == 0 || tokens == 0) return;
    scores[d].tokens = static_cast<Count>(tokens);
    scores[d].log_likelihood = estimators[static_cast<std::size_t>(thread)].LogLikelihood(halves);
  });
  return scores;
}

CompletionResult DocumentCompletion(const CompletionModel& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  CompletionResult result;
  double sum = 0;
  for (const DocumentScore& score : CompleteDocuments(model, documents, options, pool)) {
    result.documents += score.tokens > 0 ? 1 : 0;
    result.tokens += score.tokens;
    sum += score.log_likelihood;
  }
  result.log_likelihood_per_token = sum / static_cast<double>(std::max<Count>(1, result.tokens));
  return result;
}

CompletionResult DocumentCompletion(const Model& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  return DocumentCompletion(AsCompletionModel(model), documents, options, pool);
}

CompletionModel AsCompletionModel(const Model& model) {
  return {model.alpha(), model.beta(), model.num_words(), model.topic_totals(),
          [&model](WordId word) { return model.WordRow(word); }};
}

}  // namespace lightlda
