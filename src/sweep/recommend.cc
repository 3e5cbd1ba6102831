// Which number of topics: what SweepRow knows, weighed.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lightlda/sweep.h"

namespace lightlda {
namespace {

constexpr double kBound = 0.01;  // of the best

double HeldOut(const SweepRow& row) { return row.held_out_log_likelihood_per_token; }
double CoherenceOf(const SweepRow& row) { return row.c_v.value_or(row.u_mass); }

// How far below the best, as a share of it.
double Shortfall(double value, double best) {
  return best == value ? 0 : (best - value) / std::max(std::abs(best), 1e-300);
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", 100 * share);
  return text;
}

// The bests of all rows, and how far a row is from them.
class Bests {
 public:
  explicit Bests(std::span<const SweepRow> rows)
      : held_out_(*std::ranges::max_element(rows, {}, HeldOut)),
        coherence_(*std::ranges::max_element(rows, {}, CoherenceOf)) {}

  double HeldOutShortfall(const SweepRow& row) const {
    return Shortfall(HeldOut(row), HeldOut(held_out_));
  }
  double CoherenceShortfall(const SweepRow& row) const {
    return Shortfall(CoherenceOf(row), CoherenceOf(coherence_));
  }
  double Worst(const SweepRow& row) const {
    return std::max(HeldOutShortfall(row), CoherenceShortfall(row));
  }

  // "held-out likelihood 0.3 % below the best (200 topics), c_v the best"
  std::string Describe(const SweepRow& row) const {
    const auto part = [&](const std::string& name, double shortfall, const SweepRow& best) {
      return name + " " +
             (shortfall == 0 ? std::string("the best")
                             : Percent(shortfall) + " below the best (" +
                                   std::to_string(best.num_topics) + " topics)");
    };
    return part("held-out likelihood", HeldOutShortfall(row), held_out_) + ", " +
           part(row.c_v ? "c_v" : "u_mass", CoherenceShortfall(row), coherence_);
  }

 private:
  const SweepRow& held_out_;
  const SweepRow& coherence_;
};

}  // namespace

SweepRecommendation Recommend(std::span<const SweepRow> rows) {
  const Bests bests(rows);
  const SweepRow* chosen = nullptr;
  std::size_t num_within = 0;
  for (const SweepRow& row : rows) {
    if (bests.Worst(row) > kBound) continue;
    ++num_within;
    const auto is_better = [&](const SweepRow& other) {
      const double stability = row.stability.value_or(0);
      const double others = other.stability.value_or(0);
      return stability != others ? stability > others : row.num_topics < other.num_topics;
    };
    if (chosen == nullptr || is_better(*chosen)) chosen = &row;
  }
  SweepRecommendation recommendation;
  if (chosen != nullptr) {
    recommendation.within_bound = true;
    recommendation.reason = "both within 1 % of their best: " + bests.Describe(*chosen);
    if (num_within > 1) {
      recommendation.reason += "; of " + std::to_string(num_within) + " such numbers of topics " +
                               (chosen->stability ? "the most stable" : "the smallest");
    }
  } else {
    chosen =
        &*std::ranges::min_element(rows, {}, [&](const SweepRow& row) { return bests.Worst(row); });
    recommendation.reason =
        "a compromise, as no number of topics has both within 1 % of their best: " +
        bests.Describe(*chosen);
  }
  recommendation.num_topics = chosen->num_topics;
  return recommendation;
}

}  // namespace lightlda
