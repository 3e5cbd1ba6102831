#include "train/settings.h"

#include <nlohmann/json.hpp>

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;

Json SettingsJson(const TrainConfig& config, const PlanDetails& plan) {
  Json settings;
  settings["num_topics"] = config.num_topics;
  if (config.alpha_vector.empty()) {
    settings["alpha"] = config.alpha;
  } else {
    settings["alpha"] = config.alpha_vector;
  }
  settings["beta"] = config.beta;
  settings["seed"] = config.seed;
  settings["growth"] = Json::array();
  for (const PlanDetails::Stage& stage : plan.stages) {
    if (stage.level == 0) continue;
    settings["growth"].push_back({{"level", stage.level},
                                  {"iterations", stage.iterations},
                                  {"mh_steps", stage.mh_steps},
                                  {"beta", stage.beta},
                                  {"alpha_scale", stage.alpha_scale}});
  }
  settings["mh_steps"] = plan.stages.back().mh_steps;
  settings["num_iterations"] = config.num_iterations;
  settings["likelihood_interval"] = config.likelihood_interval;
  settings["num_threads"] = plan.num_threads;
  settings["num_workers"] = plan.num_workers;
  settings["staleness"] = plan.staleness;
  return settings;
}

}  // namespace

std::string MakeSettings(const TrainConfig& config, const PlanDetails& plan) {
  return SettingsJson(config, plan).dump();
}

Status CheckResumable(const std::string& saved_text, const std::string& wanted_text) {
  const Json saved = Json::parse(saved_text);
  const Json wanted = Json::parse(wanted_text);
  for (const char* name : {"num_topics", "alpha", "beta", "seed", "growth", "mh_steps"}) {
    const auto found = saved.find(name);
    if (found == saved.end() || *found != wanted.at(name)) {
      return Status::Usage(std::string("cannot resume: ") + name + " of the saved run is " +
                           (found == saved.end() ? "missing" : found->dump()) + ", asked for is " +
                           wanted.at(name).dump());
    }
  }
  return {};
}

std::string Fingerprint(const TrainConfig& config, const PlanDetails& plan,
                        const std::string& corpus_checksum) {
  Json settings = SettingsJson(config, plan);
  settings.erase("num_threads");
  settings["corpus"] = corpus_checksum;
  settings["model"] = config.model;
  settings["preview_interval"] = config.preview_interval;
  settings["checkpoint_minutes"] = config.checkpoint_minutes;
  settings["resume"] = static_cast<int>(config.resume);
  return settings.dump();
}

}  // namespace lightlda
