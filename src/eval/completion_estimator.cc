#include "eval/completion_estimator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/rng.h"

namespace lightlda {

DocumentHalves HalveDocument(std::span<const WordId> document, std::uint64_t seed,
                             std::uint64_t number) {
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
  DocumentHalves halves;
  for (const auto& [word, count] : counts) {
    halves.words.push_back(word);
    halves.seen.push_back(count.first);
    halves.predicted.push_back(count.second);
  }
  return halves;
}

// Sum over the topics of theta_k times the prior part of phi.
double CompletionEstimator::PriorMixture(const DocumentPhi& phi) const {
  return phi.beta *
         std::inner_product(theta_.begin(), theta_.end(), phi.inverse_totals.begin(), 0.0);
}

// Sum over the topics of theta_k times the excess of phi of the document's word number `word`.
double CompletionEstimator::Excess(const DocumentPhi& phi, std::size_t word) const {
  double sum = 0;
  for (const auto& [topic, count] : phi.rows[word]) {
    sum += theta_[topic] * count * phi.inverse_totals[topic];
  }
  return sum;
}

void CompletionEstimator::EstimateTheta(const DocumentHalves& halves, const DocumentPhi& phi,
                                        int num_steps) {
  std::ranges::fill(theta_, 1.0 / static_cast<double>(theta_.size()));
  for (int step = 0; step < num_steps; ++step) {
    const double prior = PriorMixture(phi);
    double prior_scale = 0;  // of the words together
    std::ranges::fill(next_, 0.0);
    for (std::size_t i = 0; i < phi.rows.size(); ++i) {
      if (halves.seen[i] == 0) continue;
      const double scale = halves.seen[i] / (prior + Excess(phi, i));
      prior_scale += scale;
      for (const auto& [topic, count] : phi.rows[i]) next_[topic] += scale * count;
    }
    double sum = 0;
    for (std::size_t k = 0; k < theta_.size(); ++k) {
      next_[k] =
          alpha_[k] + theta_[k] * phi.inverse_totals[k] * (next_[k] + prior_scale * phi.beta);
      sum += next_[k];
    }
    for (std::size_t k = 0; k < theta_.size(); ++k) theta_[k] = next_[k] / sum;
  }
}

double CompletionEstimator::LogLikelihood(const DocumentHalves& halves,
                                          const DocumentPhi& phi) const {
  const double prior = PriorMixture(phi);
  double sum = 0;
  for (std::size_t i = 0; i < halves.words.size(); ++i) {
    if (halves.predicted[i] > 0) {
      sum += halves.predicted[i] * std::log(prior + Excess(phi, i));
    }
  }
  return sum;
}

}  // namespace lightlda
