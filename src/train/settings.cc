#include "train/settings.h"

#include <nlohmann/json.hpp>

#include "train/initial_topics.h"
#include "train/schedule.h"

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;

// What a setting is for.
enum Use : unsigned {
  kSaved = 1,    // the model keeps it
  kShared = 2,   // all processes must have the same
  kDecides = 4,  // it decides the result: a run that goes on must have the same
};

Json AlphaOf(const TrainConfig& config) {
  if (config.alpha_vector.empty()) return StartAlpha(config);
  return config.alpha_vector;
}

Json IterationsOf(const TrainConfig& config) {
  if (config.num_iterations == 0) return "auto";
  return config.num_iterations;
}

Json GrowthOf(const PlanDetails& plan) {
  Json growth = Json::array();
  for (const PlanDetails::Stage& stage : plan.stages) {
    if (stage.level == 0) continue;
    growth.push_back({{"level", stage.level},
                      {"iterations", stage.iterations},
                      {"mh_steps", stage.mh_steps},
                      {"beta", stage.beta},
                      {"alpha_scale", stage.alpha_scale}});
  }
  return growth;
}

// For a message: alpha may be as many numbers as there are topics.
std::string Cut(const std::string& value) {
  constexpr std::size_t kMost = 500;
  return value.size() <= kMost ? value : value.substr(0, kMost) + "...";
}

}  // namespace

RunSettings::RunSettings(const TrainConfig& config, const PlanDetails& plan,
                         const std::string& corpus_checksum) {
  const auto add = [this](const char* name, const Json& value, unsigned uses) {
    // Paths may hold bytes that are not UTF-8; JSON may not.
    settings_.push_back({name, value.dump(-1, ' ', false, Json::error_handler_t::replace), uses});
  };
  add("num_topics", config.num_topics, kSaved | kShared | kDecides);
  add("alpha", AlphaOf(config), kSaved | kShared | kDecides);
  add("initial_topics", plan.initial == nullptr ? "" : plan.initial->hash,
      kSaved | kShared | kDecides);
  // Whether it is learned follows from those before.
  add("beta", plan.learns_beta ? Json("auto") : Json(StartBeta(config)),
      kSaved | kShared | kDecides);
  add("optimize_interval", OptimizeInterval(config), kSaved | kShared | kDecides);
  add("seed", config.seed, kSaved | kShared | kDecides);
  add("growth", GrowthOf(plan), kSaved | kShared | kDecides);
  add("mh_steps", plan.stages.back().mh_steps, kSaved | kShared | kDecides);
  add("num_iterations", IterationsOf(config), kSaved | kShared);
  add("likelihood_interval", config.likelihood_interval, kSaved | kShared);
  add("num_threads", plan.num_threads, kSaved);
  add("num_workers", plan.num_workers, kSaved | kShared);
  add("staleness", plan.staleness, kSaved | kShared);
  add("corpus", corpus_checksum, kShared);  // the manifest has it in a place of its own
  add("model", config.model, kShared);
  add("preview_interval", config.preview_interval, kShared);
  add("evaluate", config.evaluate, kShared);
  add("checkpoint_minutes", config.checkpoint_minutes, kShared);
  add("save_wait_minutes", config.save_wait_minutes, kShared);
  add("fallback_model", config.fallback_model, kShared);
  add("resume", static_cast<int>(config.resume), kShared);
}

std::string RunSettings::Select(unsigned use) const {
  std::string text;
  for (const Setting& setting : settings_) {
    if ((setting.uses & use) == 0) continue;
    text += (text.empty() ? "{\"" : ",\"") + std::string(setting.name) + "\":" + setting.value;
  }
  return text + "}";
}

std::string RunSettings::ToJson() const { return Select(kSaved); }

std::string RunSettings::Fingerprint() const { return Select(kShared); }

Status RunSettings::CheckResumable(const std::string& saved) const {
  const Json saved_settings = Json::parse(saved);
  for (const Setting& setting : settings_) {
    if ((setting.uses & kDecides) == 0) continue;
    const auto found = saved_settings.find(setting.name);
    if (found != saved_settings.end() && *found == Json::parse(setting.value)) continue;
    return Status::Usage(std::string("cannot resume: ") + setting.name + " of the saved run is " +
                         (found == saved_settings.end() ? "missing" : Cut(found->dump())) +
                         ", asked for is " + Cut(setting.value));
  }
  return {};
}

}  // namespace lightlda
