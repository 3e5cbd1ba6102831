// Some of the documents that a run is trained on, by which it judges whether it still gains.
#ifndef LIGHTLDA_TRAIN_OWN_SAMPLE_H_
#define LIGHTLDA_TRAIN_OWN_SAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "eval/own_completion.h"
#include "lightlda/corpus.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "sampler/sampler.h"
#include "table/priors.h"
#include "train/sample_rows.h"

namespace lightlda {

// The same documents whoever has their blocks. Every process finds the topics of those in its own
// blocks, and all learn of all, as they are few. Not thread-safe.
class OwnSample {
 public:
  // No more documents: of those with two tokens the ones whose place has the smallest hash under
  // the seed.
  static constexpr std::size_t kMostDocuments = 300;

  // Collective. blocks: this process's, which must outlive it. Errors: kFailure; the group's.
  static Result<OwnSample> Open(std::span<const std::unique_ptr<const Block>> blocks,
                                std::uint64_t seed, ProcessGroup* group);

  // Log-likelihood per token, as CompleteOwnDocuments has it; the same everywhere. Collective, as
  // SampleRows::Read. REQUIRES: all documents are active. Errors: the sampler's and the group's.
  Result<double> LogLikelihoodPerToken(const Priors& priors, Sampler* sampler, ProcessGroup* group,
                                       ThreadPool* pool);

 private:
  Status ReadTopics(const Sampler& sampler, ProcessGroup* group);

  std::uint64_t seed_ = 0;
  std::vector<DocumentPlace> places_;   // of those that this process has, ascending
  std::vector<std::uint32_t> indices_;  // [places_]: in documents_
  std::vector<OwnDocument> documents_;  // of all processes
  SampleRows rows_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_OWN_SAMPLE_H_
