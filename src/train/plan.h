// What a run will do and need, from the corpus manifest alone.
#ifndef LIGHTLDA_TRAIN_PLAN_H_
#define LIGHTLDA_TRAIN_PLAN_H_

#include "lightlda/corpus.h"
#include "lightlda/trainer.h"

namespace lightlda {

// REQUIRES: config.Validate() is OK.
TrainPlan MakePlan(const TrainConfig& config, const Corpus& corpus);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PLAN_H_
