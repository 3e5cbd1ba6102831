// The schedule of a run: which share of the documents is trained on, for how long, how topics are
// drawn, and how often the processes exchange what they changed.
#ifndef LIGHTLDA_TRAIN_SCHEDULE_H_
#define LIGHTLDA_TRAIN_SCHEDULE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/trainer.h"
#include "lightlda/types.h"
#include "sampler/draws.h"
#include "sampler/sampler_options.h"
#include "train/plan_details.h"

namespace lightlda {

struct CorpusSize {
  Count documents = 0;
  Count tokens = 0;
  std::vector<LevelInfo> levels = {};  // documents and tokens by growth level; add up to the above
  std::size_t num_words = 1;           // of the vocabulary
};

// The stages of a run, deepest first; the last has level 0 and config.num_iterations iterations.
// Every stage has tokens, and more than the one before it: levels that add none are left out.
// What config leaves to choose ("auto") is chosen from the corpus; docs/growth.md has the
// measurements.
std::vector<PlanDetails::Stage> MakeSchedule(const TrainConfig& config, const CorpusSize& size);

// What the documents of level `level` and deeper come to.
LevelInfo DownFromLevel(const CorpusSize& size, int level);

// The staleness to train with where `wanted` is asked for: none where topics have few tokens. A
// word's few counts then change so much in an iteration that rows which lack others' latest changes
// make a worse model, however long it trains (docs/distributed.md#staleness).
std::uint32_t UsableStaleness(std::uint32_t wanted, double num_tokens, std::uint32_t num_topics);

// Where alpha begins, per topic, if there is no alpha_vector.
double StartAlpha(const TrainConfig& config);
// Full iterations at most.
std::int64_t MostIterations(const TrainConfig& config);
// beta of a new run.
double StartBeta(const TrainConfig& config);
// Full iterations between updates of the priors; 0: they stay.
int OptimizeInterval(const TrainConfig& config);

// How topics are drawn with so many proposals of each kind: configurations, flags and saved runs
// say 0 for full conditionals.
Draws DrawsOf(int mh_steps);

// What the plan says of one of its stages, for a sampler.
StageSettings SettingsOf(const PlanDetails& plan, const PlanDetails::Stage& stage);

// How many slices of the vocabulary a sweep pulls before it comes to them.
std::uint32_t SlicesAhead(std::uint32_t num_slices, ExchangeMode mode);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SCHEDULE_H_
