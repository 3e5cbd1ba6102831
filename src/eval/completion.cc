#include "eval/completion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/rng.h"

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

class Estimator {
 public:
  explicit Estimator(const CompletionModel& model) : model_(model), theta_(model.alpha.size()) {
    const double beta_sum = model.beta * static_cast<double>(model.num_words);
    for (const Count total : model.topic_totals) {
      inverse_totals_.push_back(1.0 / (static_cast<double>(total) + beta_sum));
    }
  }

  // Sum of log p over the predicted half.
  double LogLikelihood(const Halves& halves, int num_iterations) {
    LoadPhi(halves.words);
    EstimateTheta(halves, num_iterations);
    double sum = 0;
    for (std::size_t i = 0; i < halves.words.size(); ++i) {
      if (halves.predicted[i] > 0) sum += halves.predicted[i] * std::log(Mixture(i));
    }
    return sum;
  }

 private:
  std::size_t num_topics() const { return theta_.size(); }
  const float* Phi(std::size_t word) const { return phi_.data() + word * num_topics(); }

  void LoadPhi(std::span<const WordId> words) {
    phi_.resize(words.size() * num_topics());
    for (std::size_t i = 0; i < words.size(); ++i) {
      float* row = phi_.data() + i * num_topics();
      for (std::size_t k = 0; k < num_topics(); ++k) {
        row[k] = static_cast<float>(model_.beta * inverse_totals_[k]);
      }
      for (const TopicCount& entry : model_.word_row(words[i])) {
        row[entry.topic] =
            static_cast<float>((entry.count + model_.beta) * inverse_totals_[entry.topic]);
      }
    }
  }

  double Mixture(std::size_t word) const {
    const float* phi = Phi(word);
    double sum = 0;
    for (std::size_t k = 0; k < num_topics(); ++k) sum += theta_[k] * phi[k];
    return sum;
  }

  void EstimateTheta(const Halves& halves, int num_iterations) {
    std::ranges::fill(theta_, 1.0F / static_cast<float>(num_topics()));
    std::vector<float> next(num_topics());
    for (int iteration = 0; iteration < num_iterations; ++iteration) {
      std::copy(model_.alpha.begin(), model_.alpha.end(), next.begin());
      for (std::size_t i = 0; i < halves.words.size(); ++i) {
        if (halves.seen[i] == 0) continue;
        const auto scale = static_cast<float>(halves.seen[i] / Mixture(i));
        const float* phi = Phi(i);
        for (std::size_t k = 0; k < num_topics(); ++k) next[k] += scale * theta_[k] * phi[k];
      }
      const double sum = std::accumulate(next.begin(), next.end(), 0.0);
      for (std::size_t k = 0; k < num_topics(); ++k) {
        theta_[k] = static_cast<float>(next[k] / sum);
      }
    }
  }

  const CompletionModel& model_;
  std::vector<double> inverse_totals_;  // [num_topics]: 1 / (n_k + beta_sum)
  std::vector<float> theta_;            // [num_topics]
  std::vector<float> phi_;              // [distinct words of the document][num_topics]
};

}  // namespace

CompletionResult DocumentCompletion(const CompletionModel& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  std::vector<double> sums(documents.size(), 0.0);
  std::vector<double> tokens(documents.size(), 0.0);
  std::vector<Estimator> estimators(static_cast<std::size_t>(pool->size()), Estimator(model));
  pool->ParallelFor(documents.size(), [&](std::size_t d, int thread) {
    const Halves halves = Halve(documents[d], options.seed, d);
    const double seen = std::accumulate(halves.seen.begin(), halves.seen.end(), 0.0);
    tokens[d] = std::accumulate(halves.predicted.begin(), halves.predicted.end(), 0.0);
    if (seen == 0) tokens[d] = 0;
    if (tokens[d] == 0) return;
    sums[d] =
        estimators[static_cast<std::size_t>(thread)].LogLikelihood(halves, options.num_iterations);
  });
  CompletionResult result;
  result.tokens = static_cast<Count>(std::accumulate(tokens.begin(), tokens.end(), 0.0));
  result.documents = std::ranges::count_if(tokens, [](double n) { return n > 0; });
  result.log_likelihood_per_token = std::accumulate(sums.begin(), sums.end(), 0.0) /
                                    static_cast<double>(std::max<Count>(1, result.tokens));
  return result;
}

CompletionResult DocumentCompletion(const Model& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  return DocumentCompletion(
      CompletionModel{model.alpha(), model.beta(), model.num_words(), model.topic_totals(),
                      [&model](WordId word) { return model.WordRow(word); }},
      documents, options, pool);
}

}  // namespace lightlda
