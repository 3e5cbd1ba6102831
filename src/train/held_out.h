// Held-out documents that a run is judged by as it goes.
#ifndef LIGHTLDA_TRAIN_HELD_OUT_H_
#define LIGHTLDA_TRAIN_HELD_OUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "lightlda/vocabulary.h"
#include "sampler/sampler.h"
#include "table/priors.h"
#include "train/sample_rows.h"

namespace lightlda {

// A sample of the documents of a held-out corpus, so small that to look at it costs little beside
// an iteration. The leader of a team has the documents; all know which words these have. Not
// thread-safe.
class HeldOutSample {
 public:
  // No more documents are looked at: of those with two tokens that the model knows the ones whose
  // index has the smallest hash. The same for all runs, so that these can be compared.
  static constexpr std::size_t kMostDocuments = 300;

  // Collective; rank 0 alone reads the corpus in `directory`. vocabulary: the model's. Errors:
  // kBadInput, also for a corpus without such a document.
  static Result<HeldOutSample> Open(const std::string& directory, const Vocabulary& vocabulary,
                                    ProcessGroup* group);

  // Log-likelihood per token by document completion, as EvaluateCompletion has it with seed 1: of
  // the sampler's counts and of `priors`. A collective call between clocks: leaves every sampler's
  // topic_totals up to date, and no process returns before all have read the rows. 0 but in rank 0.
  // Errors: the sampler's and the group's.
  Result<double> LogLikelihoodPerToken(const Priors& priors, Sampler* sampler, ProcessGroup* group,
                                       ThreadPool* pool);

 private:
  Status Read(const std::string& directory, const Vocabulary& vocabulary);

  std::vector<std::vector<WordId>> documents_;
  std::vector<std::uint64_t> numbers_;  // of the documents in their corpus
  SampleRows rows_;                     // of their words
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_HELD_OUT_H_
