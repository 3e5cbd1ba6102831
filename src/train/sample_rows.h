// Rows of a few words, wherever they are.
#ifndef LIGHTLDA_TRAIN_SAMPLE_ROWS_H_
#define LIGHTLDA_TRAIN_SAMPLE_ROWS_H_

#include <span>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/sampler.h"

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

  // As the model has them, as of the last Read; any number of threads. Non-zero counts of one of
  // the words, and n_k, [num_topics].
  const std::vector<TopicCount>& Row(WordId word) const;
  std::span<const Count> totals() const { return totals_; }

 private:
  Status Gather(const Sampler& sampler, ProcessGroup* group);

  std::vector<WordId> words_;                  // ascending
  std::vector<std::vector<TopicCount>> rows_;  // [words_]
  std::vector<Count> totals_;                  // [num_topics]
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SAMPLE_ROWS_H_
