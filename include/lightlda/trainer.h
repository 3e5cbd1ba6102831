// Train: a corpus directory in, a model directory out.
#ifndef LIGHTLDA_TRAINER_H_
#define LIGHTLDA_TRAINER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

enum class Resume { kNo, kAuto, kYes };

struct TrainConfig {
  // -- what is read and written
  std::string corpus;  // directory written by Preprocess
  std::string model;   // directory; must not exist unless overwrite or resume
  bool overwrite = false;
  Resume resume = Resume::kNo;  // kAuto: go on if there is a stopped run in `model`, else start

  // -- the model
  std::uint32_t num_topics = 0;      // K, in [2, 2^24]
  double alpha = 0.1;                // per topic, > 0; used when alpha_vector is empty
  std::vector<double> alpha_vector;  // [num_topics], each > 0: an asymmetric prior; or empty
  double beta = 0.01;                // per word, > 0

  // -- the run
  std::int64_t num_iterations = 100;  // full iterations, after growth
  // M, proposals of each kind a token an iteration. 0: none, topics are drawn from their full
  // conditionals, of up to 256 topics; -1: auto
  int mh_steps = -1;
  int growth_stages = -1;     // doublings before the full corpus; -1: auto; 0: none
  int growth_iterations = 0;  // iterations of each growth stage; 0: auto
  double growth_beta = 0;     // beta of every growth stage, > 0; 0: auto
  std::uint64_t seed = 1;
  int num_threads = 0;              // 0: one per core. Does not change the result
  int likelihood_interval = 5;      // iterations; 0: only at the end
  int preview_interval = 0;         // iterations between topic previews; 0: none
  double checkpoint_minutes = 0;    // minutes between checkpoints; 0: none but at a stop
  std::uint64_t memory_budget = 0;  // bytes the run may take; 0: no limit
  // Where token state beyond the budget lies during training; empty: in `model`.
  std::string scratch_directory;

  // What is out of range, as kUsage.
  Status Validate() const;
};

// What a run will do, computed from the corpus manifest alone.
struct TrainPlan {
  struct Stage {
    int level = 0;  // documents of this growth level and deeper are active
    Count documents = 0;
    Count tokens = 0;
    std::int64_t iterations = 0;
    int mh_steps = 0;        // 0: full conditionals
    double beta = 0;         // prior of words in a topic while the stage lasts
    double alpha_scale = 1;  // alpha is so many times the configuration's while the stage lasts
  };
  std::vector<Stage> stages;  // the last has level 0: all documents
  double total_work = 0;      // tokens sampled / num_tokens
  int num_threads = 0;        // of each process that samples
  int num_workers = 1;        // processes that sample
  int num_shards = 0;         // server shards; 0: the process is alone
  int num_slices = 1;         // of the vocabulary, exchanged one by one
  std::uint32_t staleness = 0;
  std::uint32_t wanted_staleness = 0;  // more, where topics have too few tokens for it
  // Predicted seconds of an iteration over all documents, on a machine like that of docs/scaling.md
  // and a network that does not limit it.
  double iteration_seconds = 0;
  // Memory at the peak, bytes, of the process with the most tokens. Where the run would take more
  // than the budget, token state is kept on disk and streamed.
  std::uint64_t token_state_bytes = 0;  // topics, proposals, numbers of the active tokens
  std::uint64_t index_bytes = 0;        // of tokens by word, mapped parts included
  std::uint64_t corpus_bytes = 0;       // mapped: tokens by document; when streamed, two blocks'
  std::uint64_t table_bytes = 0;        // where full conditionals are drawn from
  std::uint64_t thread_bytes = 0;
  std::uint64_t model_bytes = 0;     // upper bound of the packed rows, or what saving takes
  std::uint64_t exchange_bytes = 0;  // of several processes: own rows, rows under way, buffers
  std::uint64_t shard_bytes = 0;     // of a process that hosts a server shard
  std::uint64_t total_bytes = 0;
  bool streamed = false;
  std::uint64_t scratch_bytes = 0;  // on disk, when streamed
  // What token state may take in memory when streamed; 0: as much as it needs.
  std::uint64_t state_budget = 0;
};

// One iteration, as in a line of metrics.jsonl.
struct IterationMetrics {
  std::int64_t iteration = 0;       // 1-based over the whole run, growth included
  std::int64_t num_iterations = 0;  // of the whole run, growth included
  Count active_documents = 0;
  Count active_tokens = 0;
  double work = 0;               // cumulative: tokens sampled / num_tokens
  double seconds = 0;            // cumulative training time, evaluation and saving excluded
  double tokens_per_second = 0;  // of this iteration
  std::optional<double> log_likelihood_per_token;  // joint, over the active documents
  // Of runs of several processes, for the latest iteration that all have finished: bytes that they
  // exchanged with the servers an active token, and the share of their time that they waited.
  std::optional<double> exchanged_bytes_per_token;
  std::optional<double> waiting_share;
};

struct TopicPreview {
  TopicId topic = 0;
  Count tokens = 0;
  std::vector<std::string> top_words;
};

// Callbacks of a run; all are made from the thread that called Train.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void OnPlan(const TrainPlan&) {}
  virtual void OnIteration(const IterationMetrics&) {}
  virtual void OnPreview(const std::vector<TopicPreview>&) {}
  virtual void OnMessage(const std::string&) {}
};

struct TrainResult {
  IterationMetrics last;   // of the last iteration; log_likelihood_per_token is set
  std::string model_hash;  // of n_wk in canonical order; 16 hexadecimal digits
};

// Computes the plan and nothing else. Errors: kUsage, kBadInput.
Result<TrainPlan> PlanTraining(const TrainConfig& config);

// Trains and writes config.model. When `stop` is requested the iteration is finished, the state
// saved, and kStopped returned. Errors: kUsage, kBadInput,
// kCannotWrite, kFailure.
// The result is a function of corpus, num_topics, priors, schedule and seed alone: it is
// bit-identical for any number of threads and across stop and resume.
Result<TrainResult> Train(const TrainConfig& config, TrainObserver* observer = nullptr,
                          StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_TRAINER_H_
