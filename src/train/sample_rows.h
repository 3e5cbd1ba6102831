// Rows of a few words, wherever they are.
#ifndef LIGHTLDA_TRAIN_SAMPLE_ROWS_H_
#define LIGHTLDA_TRAIN_SAMPLE_ROWS_H_

#include <cstddef>
#include <vector>

#include "eval/completion.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/sampler.h"
#include "table/priors.h"

namespace lightlda {

// What a sample of documents needs of the counts. Not thread-safe.
class SampleRows {
 public:
  SampleRows() = default;
  // Collective; rank 0's words are everybody's. Any order, any number of times.
  static Result<SampleRows> Make(std::vector<WordId> words, ProcessGroup* group);

  // Reads their rows anew. A collective call between clocks: leaves every sampler's topic_totals up
  // to date, and no process returns before all have read. Errors: the sampler's and the group's;
  // kFailure for rows that cannot be.
  Status Read(Sampler* sampler, ProcessGroup* group);

  // The counts as of the last Read, as a model has them: of the words given to Make alone. This and
  // `priors` must outlive it. Any number of threads.
  CompletionModel ModelOf(const Priors& priors) const;

 private:
  Status Gather(const Sampler& sampler, ProcessGroup* group);
  const std::vector<TopicCount>& Row(WordId word) const;

  std::vector<WordId> words_;                  // ascending
  std::vector<std::vector<TopicCount>> rows_;  // [words_]
  std::vector<Count> totals_;                  // [num_topics]
  std::size_t num_words_ = 0;                  // of the vocabulary
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SAMPLE_ROWS_H_
