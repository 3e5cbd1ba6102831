// What stands behind a TrainPlan: the stages, and where memory goes.
#ifndef LIGHTLDA_TRAIN_PLAN_DETAILS_H_
#define LIGHTLDA_TRAIN_PLAN_DETAILS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lightlda/trainer.h"
#include "lightlda/types.h"
#include "sampler/draws.h"

namespace lightlda {

struct InitialTopics;

struct PlanDetails {
  struct Stage {
    int level = 0;  // documents of this growth level and deeper are active
    Count documents = 0;
    Count tokens = 0;
    std::int64_t iterations = 0;
    Draws draws = Draws::kProposals;
    int mh_steps = 0;        // proposals of each kind per token; 0 with kConditionals
    double beta = 0;         // prior of words in a topic while the stage lasts
    double alpha_scale = 1;  // alpha is so many times the configuration's while the stage lasts
    bool streamed = false;   // token state is kept on disk while the stage lasts
  };
  std::vector<Stage> stages;       // the last has level 0: all documents
  bool ends_when_settled = false;  // the last stage's iterations are the most that there will be
  bool learns_beta = false;        // with alpha
  double total_work = 0;           // tokens sampled / num_tokens
  int num_threads = 0;             // of each process that samples
  int num_workers = 1;             // processes that sample
  int num_shards = 0;              // server shards; 0: the process is alone
  int num_slices = 1;              // of the vocabulary, exchanged one by one
  std::uint32_t staleness = 0;
  std::uint32_t wanted_staleness = 0;  // more, where topics have too few tokens for it
  double iteration_seconds = 0;        // predicted, over all documents
  std::uint32_t num_topics = 0;
  std::size_t num_words = 0;
  // Memory at the peak, bytes, of the process with the most tokens. Where the run would take more
  // than the budget, token state is kept on disk and streamed.
  std::uint64_t token_state_bytes = 0;  // topics, proposals, numbers of the active tokens
  std::uint64_t index_bytes = 0;        // of tokens by word, mapped parts included
  std::uint64_t corpus_bytes = 0;       // mapped: tokens by document; when streamed, two blocks'
  std::uint64_t table_bytes = 0;        // where full conditionals are drawn from
  std::uint64_t thread_bytes = 0;
  std::uint64_t model_bytes = 0;     // upper bound of the packed rows, or what saving takes
  std::uint64_t copy_bytes = 0;      // of the topics, while a checkpoint is written
  std::uint64_t exchange_bytes = 0;  // of several processes: own rows, rows under way, buffers
  std::uint64_t shard_bytes = 0;     // of a process that hosts a server shard: rows and totals, ...
  std::uint64_t answer_bytes = 0;    // ... and its answers that are kept or under way
  std::uint64_t prior_bytes = 0;     // of the initial topics
  std::uint64_t total_bytes = 0;
  std::uint64_t in_memory_bytes = 0;  // what total_bytes is or would be with all in memory
  bool streamed = false;
  std::uint64_t scratch_bytes = 0;  // on disk, when streamed
  std::uint64_t saved_bytes = 0;    // on disk: one save of the model, at most
  int num_saves = 1;                // that are there at a time, at most
  // How checkpoints are written: while training pauses, or from a copy while sampling goes on.
  enum class Checkpoints { kNone, kPausing, kWhileSampling };
  Checkpoints checkpoints = Checkpoints::kNone;
  std::shared_ptr<const InitialTopics> initial;  // null: topics begin with nothing
  // What token state may take in memory when streamed; 0: as much as it needs.
  std::uint64_t state_budget = 0;

  // Whether all rows together may be too much for this process, so that saving goes part by part.
  bool streams_rows() const { return streamed || num_shards > 0; }
};

// Of the whole run, growth included.
std::int64_t NumIterations(const PlanDetails& plan);

// The stage that iteration number `iteration`, 1-based over the whole run, belongs to.
struct StagePlace {
  const PlanDetails::Stage* stage = nullptr;  // of the plan; the last for iterations beyond it
  bool first = false;                         // the iteration is the stage's first
  RunPosition position;
};
StagePlace PlaceOf(const PlanDetails& plan, std::int64_t iteration);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PLAN_DETAILS_H_
