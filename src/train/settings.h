// The settings of a run as its manifest keeps them, and whether a run may go on under others.
#ifndef LIGHTLDA_TRAIN_SETTINGS_H_
#define LIGHTLDA_TRAIN_SETTINGS_H_

#include <string>

#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "train/plan_details.h"

namespace lightlda {

// The text of a JSON object.
std::string MakeSettings(const TrainConfig& config, const PlanDetails& plan);

// OK if a run saved under `saved` (a text of MakeSettings, as is `wanted`) may be resumed under
// `wanted`: all that decides the result is equal, but for the number of full iterations, which may
// grow. Errors: kUsage, naming the setting.
Status CheckResumable(const std::string& saved, const std::string& wanted);

// A text that differs if two processes would not make one model of the corpus with this checksum.
std::string Fingerprint(const TrainConfig& config, const PlanDetails& plan,
                        const std::string& corpus_checksum);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SETTINGS_H_
