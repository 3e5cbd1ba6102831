// The settings of a run as its manifest keeps them, and whether a run may go on under others.
#ifndef LIGHTLDA_TRAIN_SETTINGS_H_
#define LIGHTLDA_TRAIN_SETTINGS_H_

#include <nlohmann/json.hpp>

#include "lightlda/status.h"
#include "lightlda/trainer.h"

namespace lightlda {

nlohmann::ordered_json MakeSettings(const TrainConfig& config, const TrainPlan& plan);

// OK if a run saved under `saved` may be resumed under `wanted`: all that decides the result is
// equal, but for the number of full iterations, which may grow. Errors: kUsage, naming the setting.
Status CheckResumable(const nlohmann::ordered_json& saved, const nlohmann::ordered_json& wanted);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SETTINGS_H_
