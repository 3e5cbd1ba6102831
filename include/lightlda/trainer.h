// Train: a corpus directory in, a model directory out.
#ifndef LIGHTLDA_TRAINER_H_
#define LIGHTLDA_TRAINER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

enum class Resume { kNo, kAuto, kYes };

struct TrainConfig {
  // -- what is read and written
  std::string corpus;  // directory written by Preprocess
  // Directory to write; must not exist unless overwrite or resume. Empty: none, for Trainer alone.
  std::string model;
  // Begin anew. A model that is there stays until the new one is complete: the run works beside it,
  // in "MODEL.partial".
  bool overwrite = false;
  // kAuto: go on if there is a stopped run in `model` or beside it, else start.
  Resume resume = Resume::kNo;

  // -- the model
  std::uint32_t num_topics = 0;  // K, in [2, 2^24]
  // Per topic, > 0; used when alpha_vector is empty. 0: auto, alpha begins at 0.1 and is learned.
  double alpha = 0;
  std::vector<double> alpha_vector;  // [num_topics], each > 0: an asymmetric prior; or empty
  // Per word, > 0. 0: auto, beta begins at 0.01 and, where topics are drawn from full conditionals
  // and begin with nothing, is learned with alpha.
  double beta = 0;
  // Full iterations between updates of alpha, which is learned from the topics of the documents,
  // one value per topic; `alpha` and `alpha_vector` are where it begins. 0: the priors stay. -1:
  // auto, 5 if alpha is not given.
  int optimize_interval = -1;

  // -- where topics begin; of files and models that are read before the run
  // Model directory: its topics are the first ones here, words are matched by name. Topics beyond
  // them are new. Growth is off unless growth_stages is given; alpha, if learned, begins with the
  // model's.
  std::string init_model;
  // So many tokens stand for each token that the model counts, and count as tokens of its topics to
  // the end, in no document. 1: the corpus is added to the model's; 0: the model is where topics
  // begin, and no more. -1: auto, what predicts a sample best.
  double init_weight = -1;
  // Topics of init_model whose phi stays as it is there: "all", or numbers and ranges, "0-9,12".
  // For topics that are drawn from full conditionals.
  std::string frozen_topics;
  // File with a line per topic: its name, a tab, its words between blanks, and perhaps a tab and a
  // weight: so many tokens of the topic stand for each token that the corpus has of a word, beside
  // those. The topics are the first ones not of init_model (docs/formats.md#seed-words).
  std::string seed_words;

  // -- the run
  // Full iterations, after growth. 0: auto, until the run has settled: see IterationMetrics.
  std::int64_t num_iterations = 0;
  // M, proposals of each kind per token and iteration. 0: none, topics are drawn from their full
  // conditionals, of up to 256 topics; -1: auto
  int mh_steps = -1;
  int growth_stages = -1;     // doublings before the full corpus; -1: auto; 0: none
  int growth_iterations = 0;  // iterations of each growth stage; 0: auto
  double growth_beta = 0;     // beta of every growth stage, > 0; 0: auto
  std::uint64_t seed = 1;
  int num_threads = 0;          // 0: one per core. Does not change the result
  int likelihood_interval = 5;  // iterations; 0: only at the end
  int preview_interval = 20;    // full iterations between topic previews; 0: none
  // Held-out corpus, a directory; empty: none. Whenever the likelihood is computed, so is how well
  // the model predicts its documents, by document completion as in EvaluateCompletion; of more than
  // 300 a sample, the same in every run. Words are matched by name. The model does not depend on
  // it.
  std::string evaluate;
  // Minutes between checkpoints, which bound what a crash costs; 0: none but at a stop
  double checkpoint_minutes = 10;
  // Hours that the call may take: the run is stopped so early that, by the iterations and saves so
  // far, it is saved by then. 0: no limit.
  double max_hours = 0;
  // Minutes for which the save that ends the run is tried again while it cannot be written, as on a
  // full disk; another request to stop, or max_hours, ends them. 0: it is not tried again.
  double save_wait_minutes = 0;
  // New directory to save in after that, if `model` still cannot be written; empty: none.
  std::string fallback_model;
  std::uint64_t memory_budget = std::uint64_t{8} << 30;  // bytes the run may take; 0: no limit
  // Where token state beyond the budget lies during training; empty: in `model`.
  std::string scratch_directory;

  // What is out of range, as kUsage; directories are not looked at.
  LIGHTLDA_EXPORT Status Validate() const;
};

struct PlanDetails;

// What a run will do, computed from the corpus manifest alone. Immutable; copies are cheap.
class LIGHTLDA_EXPORT TrainPlan {
 public:
  // For the library itself, as is details(): how it plans may change with any version.
  explicit TrainPlan(PlanDetails details);

  int num_growth_stages() const;
  std::int64_t num_iterations() const;  // of the whole run, growth included; at most, if auto
  double total_work() const;            // tokens sampled / num_tokens
  int num_threads() const;              // of each process that samples
  int num_workers() const;              // processes that sample
  // Predicted seconds of an iteration over all documents, on a machine like that of
  // docs/lab/007-scaling-model.md and a network that does not limit it.
  double iteration_seconds() const;
  // Memory at the peak, bytes, of the process with the most tokens.
  std::uint64_t total_bytes() const;
  // Predicted seconds of the whole run, likewise: those of an iteration times total_work().
  double total_seconds() const;
  // Bytes on disk that the model takes at most while it is saved, and the token state of streamed
  // runs; of all processes.
  std::uint64_t disk_bytes() const;
  // Whether token state is kept on disk, because the run would take more than the budget, and how
  // many bytes of it.
  bool streamed() const;
  std::uint64_t scratch_bytes() const;

  // All of it for people: lines of text, without a line end after the last.
  std::string ToString() const;

  const PlanDetails& details() const { return *details_; }

 private:
  std::shared_ptr<const PlanDetails> details_;
};

// Where a run is. What was asked for, num_iterations of the configuration, is counted apart from
// the growth that comes before it.
struct RunPosition {
  std::int64_t iteration = 0;       // 1-based over the whole run, growth included
  std::int64_t num_iterations = 0;  // of the whole run, growth included
  int stage = 0;                    // of growth, 1-based; 0: all documents are active
  int num_growth_stages = 0;
  std::int64_t full_iteration = 0;  // over all documents, 1-based; 0 in growth
  std::int64_t num_full_iterations = 0;
  // The numbers of iterations are the most: the run ends when it has settled, and its last
  // iteration is then number num_iterations.
  bool may_end_sooner = false;
};

// "growth 3/9", "iteration 5/100" or, if it may end sooner, "iteration 5".
LIGHTLDA_EXPORT std::string ToString(const RunPosition& position);

// One iteration, as in a line of metrics.jsonl.
struct IterationMetrics : RunPosition {
  Count active_documents = 0;
  Count active_tokens = 0;
  double work = 0;               // cumulative: tokens sampled / num_tokens
  double seconds = 0;            // cumulative training time, evaluation and saving excluded
  double tokens_per_second = 0;  // of this iteration
  std::optional<double> log_likelihood_per_token;  // joint, over the active documents
  // Of the held-out documents, per token predicted.
  std::optional<double> held_out_log_likelihood_per_token;
  // Where num_iterations is auto, after a few iterations, evenly spread over the doublings of their
  // number: the log-likelihood per token of a sample of up to 300 documents, drawn by the seed,
  // each predicted without its own counts. The run has settled, and ends, when twice the iterations
  // gain less than 0.02, but not before 100.
  std::optional<double> sample_log_likelihood_per_token;
  std::optional<double> alpha_sum;  // where alpha is learned: as it is now
  std::optional<double> beta;       // likewise
  // Of runs of several processes, for the latest iteration that all have finished: bytes per active
  // token that they exchanged with the servers, and the share of their time that they waited.
  std::optional<double> exchanged_bytes_per_token;
  std::optional<double> waiting_share;
};

// Within an iteration, which `iteration` and so on count already.
struct IterationTick : RunPosition {
  double seconds = 0;  // since the iteration began
  // How much of it this process has done, in [0, 1], judged by the iteration before; absent in the
  // first of a stage.
  std::optional<double> share_done;
};

struct TopicPreview {
  TopicId topic = 0;
  Count tokens = 0;
  std::vector<std::string> top_words;
};

// Callbacks of a run; all are made from the thread that called Train or the Trainer.
//
// What a callback throws ends the run and passes through that call, unchanged: not at once, but
// when the run has been wound up. Nothing is saved then: the model directory is as the last save
// left it, or gone if there was none. Other processes of the job end with kCancelled. No other
// callback is made after one has thrown.
class LIGHTLDA_EXPORT TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void OnPlan(const TrainPlan&) {}
  // About five times a second while an iteration samples; not while the process waits for others.
  // To throw here is the quickest way to end a run.
  virtual void OnTick(const IterationTick&) {}
  virtual void OnIteration(const IterationMetrics&) {}
  virtual void OnPreview(const std::vector<TopicPreview>&) {}
  virtual void OnMessage(const std::string&) {}
};

struct TrainResult {
  IterationMetrics last;   // of the last iteration; log_likelihood_per_token is set
  std::string model_hash;  // of n_wk in canonical order; 16 hexadecimal digits
};

// Computes the plan of Train and nothing else. Errors: kUsage, kBadInput, kOutOfMemory.
LIGHTLDA_EXPORT Result<TrainPlan> PlanTraining(const TrainConfig& config);

// Trains and writes config.model. When `stop` is requested the iteration is finished, the state
// saved, and kStopped returned; before the first iteration config.model is left as it was. When a
// checkpoint is requested it is made after the iteration. Errors: kUsage, kBadInput, kCannotWrite,
// kOutOfMemory, kFailure. The result is a function of corpus, num_topics, priors, schedule and seed
// alone: it is bit-identical for any number of threads and across stop and resume.
LIGHTLDA_EXPORT Result<TrainResult> Train(const TrainConfig& config,
                                          TrainObserver* observer = nullptr, StopToken stop = {});

// A training run step by step: Train is Start, Step until done, Finish.
//
//   Result<Trainer> trainer = Trainer::Start(corpus, config);
//   while (trainer.ok() && !trainer->done()) {
//     Result<IterationMetrics> metrics = trainer->Step();
//     if (!metrics.ok()) return metrics.status();
//   }
//
// With config.model, a directory, it writes what Train writes and may go on with a stopped run.
// With an empty config.model the run is in memory alone, until Save. Not thread-safe. When the run
// has failed, or stopped with kStopped, all calls that follow return that status. It is as before
// after errors of Save and CurrentModel, kUsage of Step and Finish, and kCancelled of a stop in
// memory.
class LIGHTLDA_EXPORT Trainer {
 public:
  // corpus and observer, which may be null, must outlive the Trainer; config.corpus is not read.
  // Errors: as Train's.
  static Result<Trainer> Start(const Corpus& corpus, const TrainConfig& config,
                               TrainObserver* observer = nullptr, StopToken stop = {});
  // Goes on, in memory, with the run that `model` is a state of: what CurrentModel returned, or
  // Model::Load read, of a stopped run or a complete one. The result is that of a run that was
  // never interrupted. config: as it was then, but for num_iterations, which are those of the whole
  // run, and what does not decide the result; config.model is empty. The model is not changed.
  // Errors: as Start's; kUsage, naming the setting that differs, or if more iterations are done
  // than asked for; kBadInput for a model of another corpus or without topics of documents.
  static Result<Trainer> Resume(const Corpus& corpus, const Model& model, const TrainConfig& config,
                                TrainObserver* observer = nullptr, StopToken stop = {});
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  // Leaves config.model as the last save left it; one that was made here and never saved is
  // removed. Until then no other run may write it.
  ~Trainer();

  const TrainPlan& plan() const;
  // Whether all iterations are done. So it is from the start for a run that was complete already.
  bool done() const;
  // Runs one iteration. Errors: kUsage if done(); when a stop was requested, kStopped after the
  // iteration, with the run saved in config.model, or kCancelled without an iteration if there is
  // no directory; else as Train's.
  Result<IterationMetrics> Step();
  // Ends the run and gives its result; config.model then holds the complete model. Errors: kUsage
  // unless done(); as Save's.
  Result<TrainResult> Finish();

  // Saves the model as it is, in growth or after any iteration, into a new directory, or the one it
  // saved before. Train with config.resume goes on from there. Returns the model hash, 16
  // hexadecimal digits. Errors: kCannotWrite, kFailure.
  Result<std::string> Save(const std::string& directory);

  // The model as it is, in memory, with the topics of documents: a copy, which later steps leave
  // alone and which outlives the Trainer. Memory: what Save would write. Errors: kUsage before the
  // first iteration, kOutOfMemory, kFailure.
  Result<Model> CurrentModel();

  // n_k of the active documents, [num_topics]. Valid until the next call of Step.
  std::span<const Count> topic_totals() const;

 private:
  struct Impl;
  static Result<Trainer> Make(const Corpus& corpus, const TrainConfig& config, const Model* from,
                              TrainObserver* observer, StopToken stop);
  explicit Trainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAINER_H_
