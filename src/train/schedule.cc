#include "train/schedule.h"

#include <algorithm>
#include <cmath>

namespace lightlda {
namespace {

// The deepest stage has at least this many tokens. Fewer still raise the joint likelihood faster,
// but topics stay tied to the first documents and the held-out likelihood suffers
// (docs/benchmarks.md).
constexpr double kMinStageTokens = 50'000;
// ... and at least this many documents, so that one odd document cannot take over.
constexpr Count kMinStageDocuments = 32;
constexpr int kAutoGrowthIterations = 8;
// Two reach a given likelihood soonest on every corpus measured; four need fewer iterations and
// more time.
constexpr int kAutoMhSteps = 2;

int AutoGrowthStages(const CorpusSize& size) {
  int stages = 0;
  while (static_cast<double>(size.tokens) / std::ldexp(1.0, stages + 1) >= kMinStageTokens &&
         DocumentsAtLevel(size.documents, stages + 1) >= kMinStageDocuments) {
    ++stages;
  }
  return stages;
}

}  // namespace

Count DocumentsAtLevel(Count documents, int level) {
  return (documents + (Count{1} << level) - 1) >> level;
}

std::vector<TrainPlan::Stage> MakeSchedule(const TrainConfig& config, const CorpusSize& size) {
  const int wanted = config.growth_stages < 0 ? AutoGrowthStages(size) : config.growth_stages;
  const int depth = std::min(wanted, size.max_level);
  const int growth_iterations =
      config.growth_iterations > 0 ? config.growth_iterations : kAutoGrowthIterations;
  std::vector<TrainPlan::Stage> stages;
  for (int level = depth; level >= 0; --level) {
    TrainPlan::Stage stage;
    stage.level = level;
    stage.documents = DocumentsAtLevel(size.documents, level);
    stage.tokens = level == 0 || size.documents == 0
                       ? size.tokens
                       : static_cast<Count>(static_cast<double>(size.tokens) *
                                            static_cast<double>(stage.documents) /
                                            static_cast<double>(size.documents));
    stage.iterations = level == 0 ? config.num_iterations : growth_iterations;
    stage.mh_steps = config.mh_steps > 0 ? config.mh_steps : kAutoMhSteps;
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace lightlda
