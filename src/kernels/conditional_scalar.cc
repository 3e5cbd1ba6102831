// The specification of draws from full conditionals: plain C++, one token at a time.
#include <algorithm>
#include <bit>

#include "base/rng.h"
#include "kernels/conditional_kernels.h"

namespace lightlda {
namespace {

constexpr std::size_t kLanes = kConditionalLanes;

// sums[step * kLanes + lane]: of the shares of topics lane, kLanes + lane, ... up to those of the
// step.
void AddUp(const ConditionalTables& tables, WordId word, float* sums) {
  const std::uint16_t* row = tables.rows + word * tables.pitch;
  const float beta = tables.unit(word).beta;
  for (std::size_t k = 0; k < tables.pitch; ++k) {
    const float share = tables.weights[k] * (static_cast<float>(row[k]) + beta);
    sums[k] = k < kLanes ? share : sums[k - kLanes] + share;
  }
}

TopicId DrawOne(const ConditionalTables& tables, const float* sums, TopicId own, float own_change,
                std::uint32_t uniform) {
  const std::size_t num_steps = tables.pitch / kLanes;
  const std::size_t own_lane = own % kLanes;
  float up_to[kLanes];  // totals of the lanes added up
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    float total = sums[(num_steps - 1) * kLanes + lane];
    if (lane == own_lane) total += own_change;
    up_to[lane] = lane == 0 ? total : up_to[lane - 1] + total;
  }
  const float point = up_to[kLanes - 1] * ToUnitFloat(uniform);
  std::size_t lane = 0;
  float below = 0;
  for (std::size_t l = 0; l + 1 < kLanes; ++l) {
    if (!(up_to[l] <= point)) continue;
    ++lane;
    below = up_to[l];
  }
  const float rest = point - below;
  // The sums grow with the steps, but for rounding: bisection.
  std::size_t step = 0;
  for (std::size_t width = std::bit_ceil(num_steps) / 2; width > 0; width /= 2) {
    const std::size_t next = step + width;
    if (next >= num_steps) continue;
    float sum = sums[(next - 1) * kLanes + lane];
    if (lane == own_lane && own / kLanes < next) sum += own_change;
    if (sum <= rest) step = next;
  }
  // Rounding may lead beyond the last topic.
  return std::min(static_cast<TopicId>(step * kLanes + lane), tables.num_topics - 1);
}

}  // namespace

void DrawConditionalsScalar(const ConditionalTables& tables, const ConditionalTokens& tokens,
                            std::size_t n, TopicId* out) {
  float sums[kMaxConditionalTopics];
  for (std::size_t i = 0; i < n; ++i) {
    if (i == 0 || tokens.words[i] != tokens.words[i - 1]) AddUp(tables, tokens.words[i], sums);
    out[i] = DrawOne(tables, sums, tokens.own[i], tokens.own_change[i], tokens.uniforms[i]);
  }
}

}  // namespace lightlda
