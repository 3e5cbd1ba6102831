#include "train/settings.h"

namespace lightlda {

nlohmann::ordered_json MakeSettings(const TrainConfig& config, const TrainPlan& plan) {
  nlohmann::ordered_json settings;
  settings["num_topics"] = config.num_topics;
  if (config.alpha_vector.empty()) {
    settings["alpha"] = config.alpha;
  } else {
    settings["alpha"] = config.alpha_vector;
  }
  settings["beta"] = config.beta;
  settings["seed"] = config.seed;
  settings["growth"] = nlohmann::ordered_json::array();
  for (const TrainPlan::Stage& stage : plan.stages) {
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

Status CheckResumable(const nlohmann::ordered_json& saved, const nlohmann::ordered_json& wanted) {
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

}  // namespace lightlda
