// Training in one process.
#include "lightlda/trainer.h"

#include <utility>

#include "collective/solo_group.h"
#include "train/plan.h"
#include "train/train_run.h"

namespace lightlda {

Result<TrainPlan> PlanTraining(const TrainConfig& config) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenForTraining(config));
  return MakePlan(config, corpus);
}

Result<TrainResult> Train(const TrainConfig& config, TrainObserver* observer, StopToken stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, OpenForTraining(config));
  TrainPlan plan = MakePlan(config, corpus);
  SoloGroup alone;
  TrainTeam team;
  team.group = &alone;
  return TrainRun(config, std::move(corpus), std::move(plan), team, observer, std::move(stop))
      .Run();
}

}  // namespace lightlda
