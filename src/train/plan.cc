#include "train/plan.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "base/progress.h"
#include "base/thread_pool.h"
#include "corpus/word_parts.h"
#include "ps/job.h"
#include "ps/table_bytes.h"
#include "sampler/conditional_table.h"
#include "sampler/sampler_options.h"
#include "sampler/stage_index.h"
#include "sampler/token_view.h"
#include "sampler/topics_copy.h"
#include "train/block_assignment.h"
#include "train/budget.h"
#include "train/initial_topics.h"
#include "train/scaling_model.h"
#include "train/schedule.h"
#include "train/tables.h"

namespace lightlda {
namespace {

// A packed row takes at most about this per non-zero entry, and this beside them.
constexpr std::uint64_t kBytesPerEntry = 3;
constexpr std::uint64_t kBytesPerRow = 48;
// What a file of a model takes beside its content: head, entry in the manifest, end of a disk
// block.
constexpr std::uint64_t kBytesPerFile = 8 << 10;
// Per thread and topic: counts (4), change of totals (8), a row being listed (8) and counted (8),
// an alias bin (28).
constexpr std::uint64_t kThreadBytesPerTopic = 56;

// Moves of a group of documents, full conditionals alone: 8 bytes each, of a list that may have
// room for twice as many.
constexpr std::uint64_t kMoveBytesPerToken = 16 / kDocumentGroups;

std::uint64_t Unsigned(Count count) { return static_cast<std::uint64_t>(count); }

// A slice of the vocabulary should give a worker this much to do while the next is on its way, ...
constexpr std::uint64_t kSliceTokens = 1 << 17;
constexpr std::uint64_t kMaxSlicesByTokens = 12;
// ... and its rows should not take more memory than this.
constexpr std::uint64_t kSliceBytes = 32 << 20;
// A growth stage may have so many times the tokens of its share of the documents.
constexpr double kStageSlack = 1.125;

// What the tokens of one process come to.
struct Share {
  std::uint64_t tokens = 0;
  double of_all = 1;  // tokens / num_tokens
};

Share LargestShareOf(const Corpus& corpus, std::uint32_t num_workers) {
  Share share;
  share.tokens = LargestShare(corpus.blocks(), num_workers);
  share.of_all = static_cast<double>(share.tokens) /
                 static_cast<double>(std::max<Count>(1, corpus.num_tokens()));
  return share;
}

std::uint64_t Scale(std::uint64_t bytes, double factor) {
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * factor);
}

// A stage's bytes for its active tokens: records and, before the last, their numbers in the order
// of the documents (which the last has from the corpus).
std::uint64_t StageBytes(const PlanDetails::Stage& stage, std::uint32_t num_topics,
                         bool is_shared) {
  return Unsigned(stage.tokens) *
         (RecordLayout::Of(num_topics, stage.mh_steps, is_shared).bytes() +
          StageIndex::BytesPerToken(stage.level, stage.draws == Draws::kConditionals));
}

// With the numbers that the last stage has from the corpus: mapped, they are in memory all the
// same.
std::uint64_t MappedStageBytes(const PlanDetails::Stage& stage, std::uint32_t num_topics,
                               bool is_shared) {
  PlanDetails::Stage any = stage;
  any.level = std::max(stage.level, 1);
  return StageBytes(any, num_topics, is_shared);
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

// Non-zero counts of all rows at most.
std::uint64_t MaxEntries(const Corpus& corpus, std::uint32_t num_topics) {
  std::uint64_t entries = 0;
  for (const Count frequency : corpus.vocabulary().frequencies()) {
    entries += std::min<std::uint64_t>(Unsigned(frequency), num_topics);
  }
  return entries;
}

// What a process needs to train with others.
void AddTeam(const Corpus& corpus, const TeamShape& team, std::uint32_t num_topics,
             PlanDetails* plan) {
  plan->num_workers = static_cast<int>(team.num_workers);
  plan->num_shards = static_cast<int>(team.num_shards);
  plan->staleness =
      UsableStaleness(team.staleness, static_cast<double>(corpus.num_tokens()), num_topics);
  plan->wanted_staleness = team.staleness;
  if (team.num_shards == 0) return;
  const std::uint64_t rows = MaxEntries(corpus, num_topics) * kBytesPerEntry;
  const std::uint64_t by_tokens = std::clamp<std::uint64_t>(
      Unsigned(corpus.num_tokens()) / (kSliceTokens * team.num_workers), 1, kMaxSlicesByTokens);
  const std::uint64_t slices = std::min<std::uint64_t>(
      std::max(by_tokens, rows / kSliceBytes), std::max<std::size_t>(1, corpus.num_words()));
  plan->num_slices = static_cast<int>(slices);
  const JobOptions limits = JobOptions::ForShards(team.num_shards);
  plan->exchange_bytes = limits.num_buffers * limits.batch_bytes;
  const TableShape shape = {team.num_workers, team.num_shards, plan->staleness};
  for (const TableSpec& table : TrainingTables(corpus.vocabulary().frequencies(), num_topics,
                                               static_cast<std::uint32_t>(slices))) {
    const TableContent most = MostContent(table);
    plan->exchange_bytes += static_cast<std::uint64_t>(WorkerBytes(table, most));
    plan->shard_bytes += static_cast<std::uint64_t>(ItemBytes(table, most, team.num_shards));
    plan->answer_bytes += static_cast<std::uint64_t>(AnswerBytes(table, most, shape));
  }
}

double PredictSeconds(const Corpus& corpus, const TeamShape& team, const Share& share,
                      std::uint32_t num_topics, const PlanDetails& plan) {
  ScalingJob job;
  job.frequencies = corpus.vocabulary().frequencies();
  job.num_documents = corpus.num_documents();
  job.num_topics = num_topics;
  job.draws = plan.stages.back().draws;
  job.mh_steps = plan.stages.back().mh_steps;
  job.num_workers = team.num_workers;
  job.num_servers = team.dedicated_servers ? team.num_shards : 0;
  job.busiest_tokens = static_cast<Count>(share.tokens);
  // More threads than cores are no faster.
  job.num_threads = std::min(plan.num_threads, ResolveThreadCount(0));
  job.staleness = plan.staleness;
  job.num_slices = static_cast<std::uint32_t>(plan.num_slices);
  return PredictIteration(job).seconds;
}

// Keeps the token state on disk, of those stages that need more than is left for it. Rows are then
// packed a part at a time, within the state's share.
void Stream(const Corpus& corpus, std::uint64_t budget, std::uint64_t largest_block, int mh_steps,
            std::uint32_t num_topics, const Share& share, std::uint64_t hosted_shard,
            PlanDetails* plan) {
  const bool is_shared = plan->num_shards > 0;
  const std::uint64_t record = RecordLayout::Of(num_topics, mh_steps, is_shared).bytes();
  const bool has_document_words = plan->stages.back().draws == Draws::kConditionals;
  plan->streamed = true;
  plan->scratch_bytes =
      share.tokens * (record + StageIndex::BytesPerToken(/*level=*/0, has_document_words));
  plan->model_bytes = SavingBytes(corpus, largest_block);
  plan->corpus_bytes = 2 * largest_block * sizeof(std::uint32_t);
  const std::uint64_t fixed = plan->index_bytes + plan->corpus_bytes + plan->table_bytes +
                              plan->thread_bytes + plan->model_bytes + plan->exchange_bytes +
                              plan->prior_bytes + hosted_shard;
  const std::uint64_t least = kStreamedParts * largest_block * record;
  plan->state_budget = std::max(least, budget > fixed ? budget - fixed : 0);
  plan->token_state_bytes = plan->state_budget;
  plan->total_bytes = fixed + plan->token_state_bytes;
  for (PlanDetails::Stage& stage : plan->stages) {
    const std::uint64_t bytes = Scale(MappedStageBytes(stage, num_topics, is_shared), share.of_all);
    stage.streamed = (stage.level > 0 ? Scale(bytes, kStageSlack) : bytes) > plan->state_budget;
  }
}

// Checkpoints are written while sampling goes on where the process has all tokens in memory and
// room for a copy of the topics. Else they pause training.
void PlanCheckpoints(const TrainConfig& config, PlanDetails* plan) {
  if (config.checkpoint_minutes == 0 || config.model.empty()) return;
  plan->checkpoints = PlanDetails::Checkpoints::kPausing;
  if (plan->streamed || plan->num_shards > 0) return;
  std::uint64_t tokens = 0;
  for (const PlanDetails::Stage& stage : plan->stages) {
    tokens = std::max(tokens, Unsigned(stage.tokens));
  }
  const std::uint64_t copy = tokens * TopicsCopy::BytesPerToken(config.num_topics) +
                             config.num_topics * TopicsCopy::kBytesPerTopic;
  if (config.memory_budget > 0 && plan->total_bytes + copy > config.memory_budget) return;
  plan->checkpoints = PlanDetails::Checkpoints::kWhileSampling;
  plan->copy_bytes = copy;
  plan->total_bytes += copy;
}

// What saves take: topics compressed, the rows, and of each word its name and numbers.
void PlanDisk(const TrainConfig& config, const Corpus& corpus, PlanDetails* plan) {
  plan->num_topics = config.num_topics;
  plan->num_words = corpus.num_words();
  // Bytes of a topic are coded one by one, which takes up to two bits more than its own.
  const int bits = std::min<int>(std::bit_width(config.num_topics - 1) + 2, 32);
  std::uint64_t names = 0;
  for (WordId word = 0; word < corpus.num_words(); ++word) {
    names += corpus.vocabulary().word(word).size();
  }
  plan->saved_bytes =
      Unsigned(corpus.num_tokens()) * static_cast<std::uint64_t>(bits) / 8 +
      MaxEntries(corpus, config.num_topics) * kBytesPerEntry + corpus.num_words() * kBytesPerRow +
      names + corpus.blocks().size() * kBytesPerFile + config.num_topics * sizeof(Count) * 4;
  // The last two are kept while the next is written.
  plan->num_saves = plan->checkpoints == PlanDetails::Checkpoints::kNone ? 1 : 3;
}

}  // namespace

PlanDetails MakePlan(const TrainConfig& config, const Corpus& corpus, const TeamShape& team,
                     std::shared_ptr<const InitialTopics> initial) {
  PlanDetails plan;
  plan.ends_when_settled = config.num_iterations == 0;
  plan.initial = std::move(initial);
  if (plan.initial != nullptr) plan.prior_bytes = plan.initial->Bytes();
  const Share share = LargestShareOf(corpus, team.num_workers);
  plan.stages = MakeSchedule(config, {corpus.num_documents(),
                                      corpus.num_tokens(),
                                      {corpus.levels().begin(), corpus.levels().end()},
                                      corpus.num_words()});
  int most_steps = 0;  // stays 0 if there are no proposals in any stage
  for (const PlanDetails::Stage& stage : plan.stages) {
    most_steps = std::max(most_steps, stage.mh_steps);
    plan.total_work += static_cast<double>(stage.iterations) * static_cast<double>(stage.tokens) /
                       static_cast<double>(std::max<Count>(1, corpus.num_tokens()));
    const std::uint64_t bytes = StageBytes(stage, config.num_topics, team.num_shards > 0);
    plan.token_state_bytes = std::max(plan.token_state_bytes, Scale(bytes, share.of_all));
  }
  plan.learns_beta = config.beta == 0 && OptimizeInterval(config) > 0 && plan.initial == nullptr &&
                     plan.stages.back().draws == Draws::kConditionals;
  plan.num_threads = ResolveThreadCount(config.num_threads);
  std::uint64_t largest_block = 0;
  for (const BlockInfo& block : corpus.blocks()) {
    largest_block = std::max<std::uint64_t>(largest_block, block.num_tokens);
  }
  plan.index_bytes =
      Scale(IndexBytes(corpus, plan.stages.size() > 1) + DocumentBytes(corpus), share.of_all);
  plan.corpus_bytes = share.tokens * sizeof(std::uint32_t);
  if (plan.stages.back().draws == Draws::kConditionals) {
    plan.table_bytes = ConditionalTable::Bytes(corpus.num_words(), config.num_topics) +
                       share.tokens * kMoveBytesPerToken;
  }
  plan.thread_bytes =
      static_cast<std::uint64_t>(plan.num_threads) *
      (config.num_topics * kThreadBytesPerTopic +
       std::min<std::uint64_t>(largest_block, kStagedTokens) * StagedBytes(most_steps));
  plan.model_bytes = SavingBytes(corpus, largest_block);
  if (team.num_shards == 0) {
    plan.model_bytes += MaxEntries(corpus, config.num_topics) * kBytesPerEntry;
  }
  AddTeam(corpus, team, config.num_topics, &plan);
  plan.iteration_seconds = PredictSeconds(corpus, team, share, config.num_topics, plan);
  const std::uint64_t hosted_shard =
      team.dedicated_servers ? 0 : plan.shard_bytes + plan.answer_bytes;
  plan.total_bytes = plan.token_state_bytes + plan.index_bytes + plan.corpus_bytes +
                     plan.table_bytes + plan.thread_bytes + plan.model_bytes + plan.exchange_bytes +
                     plan.prior_bytes + hosted_shard;
  plan.in_memory_bytes = plan.total_bytes;
  if (config.memory_budget > 0 && plan.total_bytes > config.memory_budget) {
    Stream(corpus, config.memory_budget, largest_block, most_steps, config.num_topics, share,
           hosted_shard, &plan);
  }
  PlanCheckpoints(config, &plan);
  PlanDisk(config, corpus, &plan);
  return plan;
}

Result<PlanDetails> PlanRun(const TrainConfig& config, const Corpus& corpus,
                            const TeamShape& team) {
  LIGHTLDA_ASSIGN_OR_RETURN(auto initial, OpenInitialTopics(config, corpus));
  PlanDetails plan = MakePlan(config, corpus, team, std::move(initial));
  LIGHTLDA_RETURN_IF_ERROR(CheckInitialTopics(plan));
  LIGHTLDA_RETURN_IF_ERROR(CheckBudget(config, corpus, plan));
  return plan;
}

Result<Corpus> OpenForTraining(const TrainConfig& config) {
  if (config.corpus.empty()) return Status::Usage("`corpus`: expected a directory");
  if (config.model.empty()) return Status::Usage("`model`: expected a directory");
  LIGHTLDA_RETURN_IF_ERROR(config.Validate());
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, Corpus::Open(config.corpus));
  LIGHTLDA_RETURN_IF_ERROR(CheckTrainable(corpus));
  return corpus;
}

Status CheckTrainable(const Corpus& corpus) {
  if (corpus.num_tokens() == 0) return Status::BadInput(corpus.directory() + ": has no tokens");
  return CheckFrequencies(corpus.vocabulary()).WithContext(corpus.directory());
}

Status CheckFrequencies(const Vocabulary& vocabulary) {
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    if (vocabulary.frequency(word) <= kMaxWordTokens) continue;
    return Status::BadInput("word '" + std::string(vocabulary.word(word)) + "' has " +
                            FormatCount(vocabulary.frequency(word)) + " tokens, expected at most " +
                            FormatCount(kMaxWordTokens) + "; make it a stop word");
  }
  return {};
}

}  // namespace lightlda
