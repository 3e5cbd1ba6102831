#include "train/plan.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "sampler/run_index.h"
#include "sampler/sampler.h"
#include "train/schedule.h"

namespace lightlda {
namespace {

// Packed rows take at most about 3 bytes a non-zero entry, and there is at most one an entry a
// token.
constexpr std::uint64_t kBytesPerEntry = 3;

std::uint64_t RunIndexBytes(const Corpus& corpus) {
  const std::uint64_t most_runs = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(corpus.num_tokens()), corpus.num_words() * corpus.blocks().size());
  return most_runs * sizeof(Run) + corpus.num_words() * sizeof(std::size_t);
}

std::uint64_t CorpusBytes(const Corpus& corpus) {
  const std::uint64_t per_document = sizeof(std::uint32_t) + sizeof(DocId) + 1;
  return static_cast<std::uint64_t>(corpus.num_tokens()) * sizeof(std::uint32_t) +
         static_cast<std::uint64_t>(corpus.num_documents()) * per_document +
         corpus.num_words() * corpus.blocks().size() * sizeof(std::uint32_t);
}

}  // namespace

TrainPlan MakePlan(const TrainConfig& config, const Corpus& corpus) {
  TrainPlan plan;
  plan.stages =
      MakeSchedule(config, {corpus.num_documents(), corpus.num_tokens(), corpus.max_level()});
  int most_steps = 1;
  for (const TrainPlan::Stage& stage : plan.stages) {
    most_steps = std::max(most_steps, stage.mh_steps);
    plan.total_work += static_cast<double>(stage.iterations) * static_cast<double>(stage.tokens) /
                       static_cast<double>(std::max<Count>(1, corpus.num_tokens()));
  }
  plan.num_threads = ResolveThreadCount(config.num_threads);
  const auto tokens = static_cast<std::uint64_t>(corpus.num_tokens());
  std::uint64_t largest_block = 0;
  for (const BlockInfo& block : corpus.blocks()) {
    largest_block = std::max<std::uint64_t>(largest_block, block.num_tokens);
  }
  plan.token_state_bytes = tokens * TokenStateBytes(config.num_topics, most_steps);
  plan.run_index_bytes = RunIndexBytes(corpus);
  plan.corpus_bytes = CorpusBytes(corpus);
  // A thread: counts (4), change of totals (8), a row being listed (8), an alias bin (28).
  plan.thread_bytes = static_cast<std::uint64_t>(plan.num_threads) * config.num_topics * 48;
  // Rows at saving, and one block's topics being compressed.
  plan.model_bytes = tokens * kBytesPerEntry + largest_block * 2 * sizeof(TopicId);
  plan.total_bytes = plan.token_state_bytes + plan.run_index_bytes + plan.corpus_bytes +
                     plan.thread_bytes + plan.model_bytes;
  return plan;
}

}  // namespace lightlda
