// The sampler: LightLDA's cycle of two proposals, each in a pass of its own.
//
// An iteration is a document pass followed by a word pass. A pass sees counts that are frozen at
// its start (WarpLDA's delayed update), accepts the proposals that the other pass left with each
// token, and leaves proposals of its own:
//
//   document pass  accepts word proposals      with (n_dk + alpha_k) / (n_k + beta_sum),
//                  leaves document proposals   drawn from n_dk + alpha_k after the acceptances;
//   word pass      accepts document proposals  with (n_wk + beta) / (n_k + beta_sum),
//                  leaves word proposals       drawn from n_wk + beta after the acceptances.
//
// In growth stages documents are proposed from n_dk alone: topics new to a document come from its
// words. Such stages only prepare the last one, and topics form sooner and predict better so
// (docs/growth.md#proposals-in-growth).
//
// The factor that a proposal was drawn from cancels in its acceptance. A token's own count is taken
// out of its topic. z and the priors are the state between iterations: word proposals are a
// function of them and the iteration, so Restore brings back the very state a run was in.
//
// Few topics may be drawn from their full conditionals instead (Draws::kConditionals): an
// iteration is then a conditional pass over each of kDocumentGroups groups of documents, with
//
//   (n_dk + alpha_k) (n_wk + beta) / (n_k + beta_sum)
//
// without the token, where n_dk follows the document's tokens and the rest is frozen for a group.
//
// Where other processes have tokens of the same words, rows come from a table that all share. A
// word pass that exchanges twice pushes the document pass's changes before it pulls rows, and the
// acceptances' before it draws proposals. If all passes do so it sees the counts that one process
// with all tokens would see, and does what it would do. In a pass that exchanges once, rows lack
// the latest changes of others, and this process's own are added to them here.
#ifndef LIGHTLDA_SAMPLER_SAMPLER_H_
#define LIGHTLDA_SAMPLER_SAMPLER_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/kernels.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/conditional_table.h"
#include "sampler/document_pass.h"
#include "sampler/pass_context.h"
#include "sampler/proposal.h"
#include "sampler/sampler_options.h"
#include "sampler/slice_exchange.h"
#include "sampler/stage.h"
#include "sampler/stage_index.h"
#include "sampler/table_client.h"
#include "sampler/topic_histograms.h"
#include "sampler/topics_copy.h"
#include "sampler/word_worker.h"

namespace lightlda {

// Of the slices of a table those with number % count == index. Without a table nothing is divided.
struct RowShare {
  std::uint32_t index = 0;
  std::uint32_t count = 1;
};

// A document of a block.
struct DocumentPlace {
  std::uint32_t block = 0;  // of those that the sampler has
  std::uint32_t document = 0;

  friend auto operator<=>(const DocumentPlace&, const DocumentPlace&) = default;
};

// One call at a time, from one thread; the work is spread over the pool. What it computes does not
// depend on the number of threads, the kernels or what is streamed, nor, if all passes exchange
// twice, on who has which blocks. Errors of all calls: kCannotWrite and kFailure, of the scratch
// directory and the table alone; a sampler that failed is of no more use.
class Sampler {
 public:
  // table: where rows are shared with the samplers of other blocks, which make the same calls; null
  // if `blocks` are all there are. `blocks`, `pool` and `table` must outlive it.
  Sampler(SamplerOptions options, std::span<const std::unique_ptr<const Block>> blocks,
          ThreadPool* pool, TableClient* table = nullptr);
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  // Makes the documents of the stage active: those that join get topics drawn from their words'
  // rows (uniform where there are none yet), then every active token gets its word proposals.
  // `iteration` is the number of iterations done so far. REQUIRES: a level below that of the stage
  // before.
  Status StartStage(const StageSettings& settings, std::uint32_t iteration);

  // As if the stage had run up to the end of `iteration` with these topics: read_topics(block)
  // gives those of the block, [num_tokens], position order; inactive tokens are ignored. REQUIRES:
  // nothing started yet; topics < num_topics. Errors: those of read_topics too.
  using TopicsReader = std::function<Result<std::vector<TopicId>>(std::size_t block)>;
  Status Restore(const StageSettings& settings, std::uint32_t iteration,
                 const TopicsReader& read_topics);

  // Runs iteration number `iteration`, 1-based over the whole run.
  Status Iterate(std::uint32_t iteration);

  // n_k over the active documents, [num_topics], kept up by the passes; of a table as this process
  // last saw them, until RefreshTotals.
  std::span<const Count> topic_totals() const { return totals_; }
  Status RefreshTotals();
  // What is active, of the tokens that this sampler has.
  const StageIndex& active() const { return stage_->index(); }
  const SamplerOptions& options() const { return options_; }
  int num_threads() const { return pool_.size(); }

  // Calls visit(word, row, thread) for every word that has active tokens, of the share of a table;
  // row holds its non-zero counts, topics ascending. Different words in parallel; thread in [0,
  // pool size). Between parts of the vocabulary calls part_done(end), if given: the words below
  // `end`, and no others, have been visited.
  using RowVisitor = std::function<void(WordId word, std::span<const TopicCount> row, int thread)>;
  using PartDone = std::function<void(WordId end)>;
  Status ForEachRow(RowShare share, const RowVisitor& visit, const PartDone& part_done = {}) const;

  // z of a block in position order, [num_tokens]; 0 for inactive tokens.
  Status ReadTopics(std::size_t block, std::vector<TopicId>* topics) const;

  // What is active, in memory, and as it is now. REQUIRES: nothing of the stage is streamed, and
  // there is no table. Throws std::bad_alloc.
  std::unique_ptr<const TopicsCopy> CopyTopics() const;

  // log p(z of a block's active documents | alpha), [num_blocks].
  Result<std::vector<double>> DocumentLogLikelihoods() const;
  // How the active documents' tokens are spread over topics.
  Result<TopicHistograms> CountTopicsOfDocuments() const;
  // The topics of some documents, places ascending: calls visit(i, topics) for number i of them, in
  // the order of its tokens, from several threads at once. REQUIRES: all documents are active.
  using DocumentTopicsVisitor = std::function<void(std::size_t i, std::span<const TopicId> topics)>;
  Status ReadDocuments(std::span<const DocumentPlace> places,
                       const DocumentTopicsVisitor& visit) const;
  // The prior of topics in documents from the next iteration on. REQUIRES: a stage has started;
  // [num_topics], each > 0.
  void SetAlpha(std::vector<double> alpha);
  // Likewise that of words in topics, > 0. REQUIRES: topics are drawn from their full conditionals,
  // as proposals that wait are drawn with beta; the stage has none of its own.
  void SetBeta(double beta);

 private:
  // Makes stage_ and what else lasts as long.
  Status MakeStage(const StageSettings& settings);
  const StageSettings& settings() const { return stage_->settings(); }
  // Of the passes that begin a stage: nothing of it is known anywhere yet.
  ExchangeMode ExchangeAtStart() const;

  // Takes totals_ as they are for what the next passes see.
  void FreezeTotals();
  // Of a pass that begins now. previous: where tokens join.
  PassContext ContextOf(std::uint32_t iteration, const StageIndex* previous = nullptr) const;

  // A pass over documents, one worker per thread: those of group `group` of so many.
  Status DocumentPass(std::span<const std::unique_ptr<DocumentWorker>> workers, std::uint32_t group,
                      std::uint32_t num_groups);
  Status ProposalPass(std::uint32_t iteration);
  // One pass per group of documents, after each of which the counts of words follow.
  Status ConditionalPasses(std::uint32_t iteration, ExchangeMode mode);
  // The first document of one of so many groups in a block.
  std::uint32_t GroupBegin(std::size_t block, std::uint32_t group, std::uint32_t num_groups) const;
  // Whether a group has so many tokens, for long documents, that a list of those that moved would
  // take more than its share of memory.
  bool IsLarge(std::uint32_t group) const;

  // A pass over words. unpublished: the visit that pushes what happened before it, if it exchanges
  // twice.
  struct WordPass {
    std::uint32_t iteration = 0;
    WordVisit::Change change = WordVisit::Change::kNone;
    WordVisit unpublished;
    const StageIndex* previous = nullptr;
  };
  Status RunWordPass(const WordPass& pass, ExchangeMode mode);
  Status ExchangeOnce(const WordPass& pass);
  Status ExchangeTwice(const WordPass& pass);
  // Visits every word, and exchanges slices around it.
  Status Sweep(const PassContext& context, const WordVisit& visit, const SweepExchange& exchange);
  // Visits the words of a task, and pushes their changes if `pushes`.
  struct Visitor;  // one thread's of a sweep
  Status VisitTask(Visitor* visitor, WordTask task, bool pushes);
  WordVisit::Leave leave() const;

  // Calls visit(task, counts, num_tokens, thread) for every active document.
  using DocumentVisitor = std::function<void(const DocumentTask& task, TopicCounter& counts,
                                             std::uint32_t num_tokens, int thread)>;
  Status ForEachDocument(const DocumentVisitor& visit) const;
  void PreparePriors(const StageSettings& settings);
  Status ForEachOwnRow(const RowVisitor& visit, const PartDone& part_done) const;
  Status ForEachTableRow(RowShare share, const RowVisitor& visit, const PartDone& part_done) const;

  SamplerOptions options_;
  const Kernels& kernels_;
  const std::span<const std::unique_ptr<const Block>> blocks_;
  ThreadPool& pool_;
  std::optional<SliceExchange> exchange_;  // with the table, if there is one
  const std::vector<WordId> all_words_;    // {0, num_words}: the slice of a sampler without table
  const WordSlices slices_;
  std::unique_ptr<Stage> stage_;
  double beta_ = 0;           // of the stage, likewise below
  std::vector<float> prior_;  // [num_topics]: alpha
  std::optional<DocumentProposal> document_proposal_;
  std::unique_ptr<ConditionalTable> conditionals_;  // null: it draws from proposals
  std::uint32_t num_iterations_ = 0;                // since it began, or was restored
  std::vector<Count> totals_;                       // [num_topics]
  std::vector<float> frozen_totals_;  // [num_topics]: n_k + beta_sum as the passes see them
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SAMPLER_H_
