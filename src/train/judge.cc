#include "train/judge.h"

#include <cmath>
#include <cstddef>

namespace lightlda {
namespace {

constexpr double kFirst = 10;
constexpr double kStep = 1.2599210498948732;  // the third root of 2
constexpr std::size_t kPerDoubling = 3;
// docs/lab/023-when-to-stop.md
constexpr double kLeastGain = 0.02;  // nats per token: 2 % of the perplexity
// What growth leaves gains less at first than a little later.
constexpr std::int64_t kLeastIterations = 100;

double Mean(std::span<const Judgement> judgements) {
  double sum = 0;
  for (const Judgement& judgement : judgements) sum += judgement.log_likelihood_per_token;
  return sum / static_cast<double>(judgements.size());
}

}  // namespace

bool IsJudged(std::int64_t full_iteration) {
  double next = kFirst;
  while (std::llround(next) < full_iteration) next *= kStep;
  return std::llround(next) == full_iteration;
}

std::optional<double> LastGain(std::span<const Judgement> judgements) {
  if (judgements.size() < 2 * kPerDoubling) return std::nullopt;
  const auto before = judgements.last(2 * kPerDoubling).first(kPerDoubling);
  return Mean(judgements.last(kPerDoubling)) - Mean(before);
}

bool HasSettled(std::span<const Judgement> judgements) {
  const std::optional<double> gain = LastGain(judgements);
  if (!gain || judgements.back().full_iteration < kLeastIterations) return false;
  return *gain < kLeastGain;
}

}  // namespace lightlda
