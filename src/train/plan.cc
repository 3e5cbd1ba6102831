#include "train/plan.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/progress.h"
#include "base/thread_pool.h"
#include "sampler/sampler.h"
#include "train/schedule.h"

namespace lightlda {
namespace {

// A packed row takes at most about this a non-zero entry, and this beside them.
constexpr std::uint64_t kBytesPerEntry = 3;
constexpr std::uint64_t kBytesPerRow = 48;
// A thread: counts (4), change of totals (8), a row being listed (8), an alias bin (28).
constexpr std::uint64_t kThreadBytesPerTopic = 48;

// Counts of a word in a topic have 31 bits while sampling.
constexpr Count kMaxWordFrequency = std::numeric_limits<std::int32_t>::max();

std::uint64_t Unsigned(Count count) { return static_cast<std::uint64_t>(count); }

// A stage's bytes for its active tokens: records and, before the last, their numbers in the order
// of the documents (which the last has from the corpus).
std::uint64_t StageBytes(const TrainPlan::Stage& stage, std::uint32_t num_topics) {
  const std::uint64_t numbers = stage.level > 0 ? sizeof(std::uint32_t) : 0;
  return Unsigned(stage.tokens) * (TokenStateBytes(num_topics, stage.mh_steps) + numbers);
}

// Offsets of the words in every block: the corpus's, this stage's and those of the stage before.
std::uint64_t IndexBytes(const Corpus& corpus, bool grows) {
  const std::uint64_t offsets = corpus.num_words() * corpus.blocks().size() * sizeof(std::uint32_t);
  return offsets * (grows ? 3 : 1);
}

std::uint64_t DocumentBytes(const Corpus& corpus) {
  return Unsigned(corpus.num_documents()) * (sizeof(std::uint32_t) + sizeof(DocId) + 1);
}

// What saving takes beside the rows: their index, and one block's topics being compressed.
std::uint64_t SavingBytes(const Corpus& corpus, std::uint64_t largest_block) {
  return corpus.num_words() * kBytesPerRow + largest_block * 2 * sizeof(TopicId);
}

std::uint64_t RowBytes(const Corpus& corpus, std::uint32_t num_topics) {
  std::uint64_t entries = 0;
  for (WordId word = 0; word < corpus.num_words(); ++word) {
    entries += std::min<std::uint64_t>(Unsigned(corpus.vocabulary().frequency(word)), num_topics);
  }
  return entries * kBytesPerEntry;
}

// Keeps the token state on disk. Rows are then packed a part at a time, within the state's share.
void Stream(const Corpus& corpus, std::uint64_t budget, std::uint64_t largest_block, int mh_steps,
            std::uint32_t num_topics, TrainPlan* plan) {
  const std::uint64_t record = TokenStateBytes(num_topics, mh_steps);
  plan->streamed = true;
  plan->scratch_bytes = Unsigned(corpus.num_tokens()) * record;
  plan->model_bytes = SavingBytes(corpus, largest_block);
  plan->corpus_bytes = 2 * largest_block * sizeof(std::uint32_t);
  const std::uint64_t fixed =
      plan->index_bytes + plan->corpus_bytes + plan->thread_bytes + plan->model_bytes;
  const std::uint64_t least = kStreamedParts * largest_block * record;
  plan->state_budget = std::max(least, budget > fixed ? budget - fixed : 0);
  plan->token_state_bytes = plan->state_budget;
  plan->total_bytes = fixed + plan->token_state_bytes;
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
    plan.token_state_bytes = std::max(plan.token_state_bytes, StageBytes(stage, config.num_topics));
  }
  plan.num_threads = ResolveThreadCount(config.num_threads);
  std::uint64_t largest_block = 0;
  for (const BlockInfo& block : corpus.blocks()) {
    largest_block = std::max<std::uint64_t>(largest_block, block.num_tokens);
  }
  plan.index_bytes = IndexBytes(corpus, plan.stages.size() > 1) + DocumentBytes(corpus);
  plan.corpus_bytes = Unsigned(corpus.num_tokens()) * sizeof(std::uint32_t);
  plan.thread_bytes =
      static_cast<std::uint64_t>(plan.num_threads) * config.num_topics * kThreadBytesPerTopic;
  plan.model_bytes = RowBytes(corpus, config.num_topics) + SavingBytes(corpus, largest_block);
  plan.total_bytes = plan.token_state_bytes + plan.index_bytes + plan.corpus_bytes +
                     plan.thread_bytes + plan.model_bytes;
  if (config.memory_budget > 0 && plan.total_bytes > config.memory_budget) {
    Stream(corpus, config.memory_budget, largest_block, most_steps, config.num_topics, &plan);
  }
  return plan;
}

Status CheckFrequencies(const Vocabulary& vocabulary) {
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    if (vocabulary.frequency(word) <= kMaxWordFrequency) continue;
    return Status::BadInput("word '" + std::string(vocabulary.word(word)) + "' has " +
                            FormatCount(vocabulary.frequency(word)) + " tokens, expected at most " +
                            FormatCount(kMaxWordFrequency) + "; make it a stop word");
  }
  return {};
}

}  // namespace lightlda
