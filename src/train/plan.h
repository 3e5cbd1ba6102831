// What a run will do and need, from the corpus manifest alone.
#ifndef LIGHTLDA_TRAIN_PLAN_H_
#define LIGHTLDA_TRAIN_PLAN_H_

#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

// REQUIRES: config.Validate() is OK.
TrainPlan MakePlan(const TrainConfig& config, const Corpus& corpus);

// Whether counts of one word in one topic can outgrow 31 bits, as kBadInput naming the word.
Status CheckFrequencies(const Vocabulary& vocabulary);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PLAN_H_
