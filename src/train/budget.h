// Whether a run fits the memory that it may take.
#ifndef LIGHTLDA_TRAIN_BUDGET_H_
#define LIGHTLDA_TRAIN_BUDGET_H_

#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "train/plan_details.h"

namespace lightlda {

// kUsage if the run takes more than config.memory_budget even with its token state on disk, or has
// no place on disk for it. The message says what would need less, and names a document that is too
// long; for that it opens the largest block.
Status CheckBudget(const TrainConfig& config, const Corpus& corpus, const PlanDetails& plan);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_BUDGET_H_
