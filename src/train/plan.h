// What a run will do and need, from the corpus manifest alone.
#ifndef LIGHTLDA_TRAIN_PLAN_H_
#define LIGHTLDA_TRAIN_PLAN_H_

#include <cstdint>
#include <memory>

#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "lightlda/vocabulary.h"
#include "train/plan_details.h"

namespace lightlda {

// The processes of a run.
struct TeamShape {
  std::uint32_t num_workers = 1;
  std::uint32_t num_shards = 0;  // 0: one process, no servers
  bool dedicated_servers = false;
  std::uint32_t staleness = 0;
};

// initial: of OpenInitialTopics. REQUIRES: config.Validate() is OK.
PlanDetails MakePlan(const TrainConfig& config, const Corpus& corpus, const TeamShape& team = {},
                     std::shared_ptr<const InitialTopics> initial = nullptr);

// Opens the initial topics that config asks for, makes the plan and checks both: all that is to be
// known before a run begins. Errors: kUsage, kBadInput.
Result<PlanDetails> PlanRun(const TrainConfig& config, const Corpus& corpus,
                            const TeamShape& team = {});

// The corpus that config names, to train on and write config.model. Errors: kUsage, kBadInput.
Result<Corpus> OpenForTraining(const TrainConfig& config);

// Whether a corpus can be trained on. Errors: kBadInput, naming it.
Status CheckTrainable(const Corpus& corpus);

// Whether counts of one word in one topic can outgrow 31 bits, as kBadInput naming the word.
Status CheckFrequencies(const Vocabulary& vocabulary);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PLAN_H_
