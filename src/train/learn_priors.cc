#include "train/learn_priors.h"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <numeric>

namespace lightlda {
namespace {

constexpr int kRounds = 20;
// Of the Gamma prior: shape - 1, and 1 / scale.
constexpr double kShapeLess1 = 0.001;
constexpr double kInverseScale = 1.0;
// Numbers of all processes that are summed at a time.
constexpr std::size_t kSumNumbers = std::size_t{1} << 16;

double Digamma(double x) {
  using boost::math::policies::policy;
  using boost::math::policies::promote_double;
  return boost::math::digamma(x, policy<promote_double<false>>());
}

// Sum over the documents of psi(n + prior) - psi(prior). For small n that is a sum of n
// reciprocals, which the next n goes on with.
double SumOfDifferences(const TokenHistogram& histogram, double prior) {
  const auto& bins = histogram.bins();
  double sum = 0;
  double difference = 0;
  const std::size_t exact = std::min<std::size_t>(bins.size(), TokenHistogram::kExact);
  for (std::size_t n = 1; n < exact; ++n) {
    difference += 1 / (prior + static_cast<double>(n - 1));
    sum += static_cast<double>(bins[n].documents) * difference;
  }
  if (bins.size() <= TokenHistogram::kExact) return sum;
  const double at_prior = Digamma(prior);
  for (std::size_t bin = TokenHistogram::kExact; bin < bins.size(); ++bin) {
    if (bins[bin].documents == 0) continue;
    const auto documents = static_cast<double>(bins[bin].documents);
    const double mean = static_cast<double>(bins[bin].tokens) / documents;
    sum += documents * (Digamma(mean + prior) - at_prior);
  }
  return sum;
}

}  // namespace

std::vector<double> LearnAlpha(std::vector<double> alpha, const TopicHistograms& histograms) {
  for (int round = 0; round < kRounds; ++round) {
    const double alpha_sum = std::accumulate(alpha.begin(), alpha.end(), 0.0);
    const double of_lengths = SumOfDifferences(histograms.lengths, alpha_sum) + kInverseScale;
    for (std::size_t k = 0; k < alpha.size(); ++k) {
      const double of_topic = SumOfDifferences(histograms.topics[k], alpha[k]);
      alpha[k] = (alpha[k] * of_topic + kShapeLess1) / of_lengths;
    }
  }
  return alpha;
}

namespace {

// Replaces each by its sum over all processes.
Status SumAll(ProcessGroup* group, std::span<TokenHistogram* const> all) {
  if (group->size() == 1) return {};
  // The most bins that any histogram of any process has: each marks the number of its own.
  constexpr std::size_t kMostBins = TokenHistogram::kExact + 32 * 16;
  std::vector<Count> sizes(kMostBins + 1, 0);
  for (const TokenHistogram* histogram : all) sizes[histogram->bins().size()] = 1;
  LIGHTLDA_RETURN_IF_ERROR(group->Sum(std::span<Count>(sizes)));
  std::size_t num_bins = kMostBins;
  while (num_bins > 0 && sizes[num_bins] == 0) --num_bins;
  const std::size_t at_a_time = std::max<std::size_t>(1, kSumNumbers / (2 * num_bins + 1));
  for (std::size_t begin = 0; begin < all.size(); begin += at_a_time) {
    const std::size_t end = std::min(all.size(), begin + at_a_time);
    std::vector<Count> numbers((end - begin) * num_bins * 2, 0);
    for (std::size_t h = begin; h < end; ++h) {
      auto number = numbers.begin() + static_cast<std::ptrdiff_t>((h - begin) * num_bins * 2);
      for (const TokenHistogram::Bin& bin : all[h]->bins()) {
        *number++ = bin.documents;
        *number++ = bin.tokens;
      }
    }
    LIGHTLDA_RETURN_IF_ERROR(group->Sum(std::span<Count>(numbers)));
    for (std::size_t h = begin; h < end; ++h) {
      *all[h] = TokenHistogram();
      auto number = numbers.begin() + static_cast<std::ptrdiff_t>((h - begin) * num_bins * 2);
      for (std::size_t bin = 0; bin < num_bins; ++bin, number += 2) {
        if (number[0] > 0) all[h]->AddTo(bin, {number[0], number[1]});
      }
    }
  }
  return {};
}

}  // namespace

Status SumHistograms(ProcessGroup* group, TopicHistograms* histograms) {
  std::vector<TokenHistogram*> all = {&histograms->lengths};
  for (TokenHistogram& of_topic : histograms->topics) all.push_back(&of_topic);
  return SumAll(group, all);
}

double LearnBeta(double beta, const TokenHistogram& counts, std::span<const Count> topic_totals,
                 std::size_t num_words) {
  const auto words = static_cast<double>(num_words);
  for (int round = 0; round < kRounds; ++round) {
    double of_totals = 0;
    for (const Count total : topic_totals) {
      of_totals += Digamma(static_cast<double>(total) + beta * words) - Digamma(beta * words);
    }
    beta =
        (beta * SumOfDifferences(counts, beta) + kShapeLess1) / (words * of_totals + kInverseScale);
  }
  return beta;
}

Result<TokenHistogram> CountWordTopicCells(Sampler* sampler, ProcessGroup* group) {
  LIGHTLDA_RETURN_IF_ERROR(sampler->RefreshTotals());
  std::vector<TokenHistogram> of_thread(static_cast<std::size_t>(sampler->num_threads()));
  const auto add = [&of_thread](WordId, std::span<const TopicCount> row, int thread) {
    for (const TopicCount& entry : row)
      of_thread[static_cast<std::size_t>(thread)].Add(entry.count);
  };
  const RowShare share{static_cast<std::uint32_t>(group->rank()),
                       static_cast<std::uint32_t>(group->size())};
  LIGHTLDA_RETURN_IF_ERROR(sampler->ForEachRow(share, add));
  TokenHistogram sum;
  for (const TokenHistogram& counts : of_thread) sum.Add(counts);
  TokenHistogram* const all[] = {&sum};
  LIGHTLDA_RETURN_IF_ERROR(SumAll(group, all));
  return sum;
}

}  // namespace lightlda
