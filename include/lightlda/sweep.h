// Sweep: how many topics? Trains models of several numbers of topics and compares them.
#ifndef LIGHTLDA_SWEEP_H_
#define LIGHTLDA_SWEEP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"

namespace lightlda {

struct SweepConfig {
  SweepConfig() { training.num_iterations = 100; }  // models tell apart long before they settle

  // Directory of the models, "k-100-seed-1" and so on; made if it is not there. A model that is
  // there is not trained again, and a stopped run goes on, if they have the same settings.
  std::string output;
  std::vector<std::uint32_t> topics;  // numbers of topics to try; in any order
  int seeds = 2;                      // models of each, with seeds 1, 2 and so on
  // Of each model. Not read: corpus, model, overwrite, resume, num_topics, seed, evaluate, the
  // intervals of likelihoods and previews.
  TrainConfig training;
  std::size_t top_words = 10;  // of a topic, for its coherence; from 2
  // More topics are not tried when two numbers of topics in a row each predict held-out documents
  // by less than this better, in nats per token, than the best before them.
  double min_gain = 0.01;
  bool stop_early = true;  // false: all are tried

  // What is out of range, as kUsage.
  LIGHTLDA_EXPORT Status Validate() const;
};

// What is known of one number of topics. Means over its models, but for `seconds`.
struct SweepRow {
  std::uint32_t num_topics = 0;
  int num_models = 0;
  double held_out_log_likelihood_per_token = 0;  // as EvaluateCompletion has it, with seed 1
  double perplexity = 0;                         // exp(-held_out_log_likelihood_per_token)
  // Coherence against the training corpus, as EvaluateCoherence has it; of all topics.
  double u_mass = 0;
  std::optional<double> c_npmi;
  std::optional<double> c_v;
  double diversity = 0;  // TopicDiversity, of 25 words
  // How alike the models are: ModelComparison::stability, the mean over all pairs of them. Absent
  // for one model.
  std::optional<double> stability;
  double seconds = 0;  // of training, all models
};

struct SweepRecommendation {
  std::uint32_t num_topics = 0;
  // Whether held-out likelihood and coherence are both within 1 % of their best.
  bool within_bound = false;
  std::string reason;  // one line
};

struct SweepResult {
  std::vector<SweepRow> rows;  // numbers of topics ascending
  bool stopped_early = false;  // more topics did not help
  SweepRecommendation recommendation;
};

// Of the numbers of topics whose held-out likelihood and coherence (c_v, or u_mass where that is
// absent) are both within 1 % of the best of all rows, the most stable, then the smallest. If there
// is none, the one that is least far from either best, as a share of it. REQUIRES: rows.
LIGHTLDA_EXPORT SweepRecommendation Recommend(std::span<const SweepRow> rows);

struct SweepProgress {
  std::uint32_t num_topics = 0;
  int seed = 0;   // of the model that is trained; 0: the models are judged
  int model = 0;  // of num_models, 1-based
  int num_models = 0;
  std::optional<IterationMetrics> iteration;  // the last one
};

// Callbacks of a sweep, from the thread that called it. They must not throw.
class LIGHTLDA_EXPORT SweepObserver {
 public:
  virtual ~SweepObserver() = default;
  virtual void OnProgress(const SweepProgress&) {}
  // A failure ends the sweep and is what it returns.
  virtual Status OnRow(const SweepRow&) { return {}; }
  virtual void OnMessage(const std::string&) {}
};

// Trains and compares, from few topics to many. Models are trained by Trainer on `corpus` and
// judged by the documents of `held_out`. When `stop` is requested, what is trained is saved, and
// the same sweep goes on from there: kStopped. Errors: kUsage, also for one corpus as both, and for
// models of other settings in config.output; kBadInput, also if the corpora have no word in common;
// kCannotWrite, kOutOfMemory, kFailure.
LIGHTLDA_EXPORT Result<SweepResult> Sweep(const Corpus& corpus, const Corpus& held_out,
                                          const SweepConfig& config,
                                          SweepObserver* observer = nullptr, StopToken stop = {});

// Sweep, written to `sink` row by row as each is known, with the fields of SweepRow. Text begins
// with a line of their names; text and JSON end with the recommendation. The observer is told of a
// row before it is written. Absent values are "-" in
// text, null in JSON, empty fields in tables. Errors: Sweep's; the sink's.
LIGHTLDA_EXPORT Result<SweepResult> ExportSweep(const Corpus& corpus, const Corpus& held_out,
                                                const SweepConfig& config, ExportFormat format,
                                                const ExportSink& sink,
                                                SweepObserver* observer = nullptr,
                                                StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_SWEEP_H_
