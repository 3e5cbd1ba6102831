// TrainConfig::Validate: which settings are in range.
#include <algorithm>
#include <cmath>

#include "base/progress.h"
#include "lightlda/trainer.h"
#include "sampler/sampler_options.h"
#include "train/schedule.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kMaxTopics = 1u << 24;
// Priors beyond this have no fixed-point form in the proposal tables (sampler/proposal.h).
constexpr double kMaxPriorSum = 0x1p30;
constexpr double kMaxSaveWait = 5'256'000;  // minutes of ten years

bool IsPositive(double value) { return std::isfinite(value) && value > 0; }

Status ValidatePriors(const TrainConfig& config) {
  double alpha_sum = StartAlpha(config) * config.num_topics;
  if (config.alpha_vector.empty()) {
    if (!IsPositive(StartAlpha(config))) {
      return Status::Usage("`alpha`: expected auto or a number above 0");
    }
  } else {
    if (config.alpha_vector.size() != config.num_topics) {
      return Status::Usage("`alpha_vector`: expected " + std::to_string(config.num_topics) +
                           " values, one per topic, found " +
                           std::to_string(config.alpha_vector.size()));
    }
    alpha_sum = 0;
    for (const double alpha : config.alpha_vector) {
      if (!IsPositive(alpha)) return Status::Usage("`alpha_vector`: expected every value above 0");
      alpha_sum += alpha;
    }
  }
  if (alpha_sum >= kMaxPriorSum) return Status::Usage("`alpha`: expected a sum below 2^30");
  if (!IsPositive(StartBeta(config))) {
    return Status::Usage("`beta`: expected auto or a number above 0");
  }
  if (config.growth_beta != 0 && !IsPositive(config.growth_beta)) {
    return Status::Usage("`growth_beta`: expected auto or a number above 0");
  }
  if (std::max(StartBeta(config), config.growth_beta) * config.num_topics >= kMaxPriorSum) {
    return Status::Usage("`beta`, `growth_beta`: expected beta * num_topics below 2^30");
  }
  return {};
}

Status ValidateInit(const TrainConfig& config) {
  const double weight = config.init_weight;
  if (weight != -1 && !(std::isfinite(weight) && weight >= 0)) {
    return Status::Usage("`init_weight`: expected auto or a number of 0 or more");
  }
  if (!config.init_model.empty()) return {};
  if (weight != -1) return Status::Usage("`init_weight`: expected an `init_model`");
  if (!config.frozen_topics.empty()) {
    return Status::Usage("`frozen_topics`: expected an `init_model` that they are topics of");
  }
  return {};
}

}  // namespace

Status TrainConfig::Validate() const {
  if (num_topics < 2 || num_topics > kMaxTopics) {
    return Status::Usage("`num_topics`: expected 2 to " + FormatCount(kMaxTopics) + ", found " +
                         std::to_string(num_topics));
  }
  LIGHTLDA_RETURN_IF_ERROR(ValidatePriors(*this));
  LIGHTLDA_RETURN_IF_ERROR(ValidateInit(*this));
  if (num_iterations < 0 || num_iterations > 1'000'000'000) {
    return Status::Usage("`num_iterations`: expected auto or 1 to 1,000,000,000");
  }
  if (mh_steps < -1 || mh_steps > kMaxMhSteps) {
    return Status::Usage("`mh_steps`: expected auto or 0 to " + std::to_string(kMaxMhSteps));
  }
  if (DrawsOf(mh_steps) == Draws::kConditionals && num_topics > kMaxConditionalTopics) {
    return Status::Usage("`mh_steps`=0: full conditionals are for up to " +
                         std::to_string(kMaxConditionalTopics) +
                         " topics, found `num_topics`=" + std::to_string(num_topics));
  }
  if (growth_stages < -1 || growth_stages > 40) {
    return Status::Usage("`growth_stages`: expected auto or 0 to 40");
  }
  if (growth_iterations < 0) return Status::Usage("`growth_iterations`: expected 0 or more");
  if (num_threads < 0 || num_threads > 4096) {
    return Status::Usage("`num_threads`: expected 0 to 4096");
  }
  if (optimize_interval < -1) {
    return Status::Usage("`optimize_interval`: expected auto or 0 or more");
  }
  if (likelihood_interval < 0) return Status::Usage("`likelihood_interval`: expected 0 or more");
  if (preview_interval < 0) return Status::Usage("`preview_interval`: expected 0 or more");
  if (!std::isfinite(checkpoint_minutes) || checkpoint_minutes < 0) {
    return Status::Usage("`checkpoint_minutes`: expected minutes, 0 or more");
  }
  if (!std::isfinite(max_hours) || max_hours < 0) {
    return Status::Usage("`max_hours`: expected hours, 0 or more");
  }
  if (!(save_wait_minutes >= 0 && save_wait_minutes <= kMaxSaveWait)) {
    return Status::Usage("`save_wait_minutes`: expected minutes, 0 to " +
                         FormatCount(static_cast<std::int64_t>(kMaxSaveWait)));
  }
  if (!fallback_model.empty() && fallback_model == model) {
    return Status::Usage("`fallback_model`: expected another directory than `model`");
  }
  return {};
}

}  // namespace lightlda
