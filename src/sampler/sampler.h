// The sampler: LightLDA's cycle of two proposals, each in a pass of its own.
//
// An iteration is a document pass followed by a word pass (design section 3). A pass sees counts
// that are frozen at its start (WarpLDA's delayed update), accepts the proposals that the other
// pass left with each token, and leaves proposals of its own:
//
//   document pass  accepts word proposals      with (n_dk + alpha_k) / (n_k + beta_sum),
//                  leaves document proposals   drawn from n_dk + alpha_k after the acceptances;
//   word pass      accepts document proposals  with (n_wk + beta) / (n_k + beta_sum),
//                  leaves word proposals       drawn from n_wk + beta after the acceptances.
//
// In growth stages documents are proposed from n_dk alone: topics new to a document come from its
// words. Such stages only prepare the last one, and topics form sooner and predict better so
// (docs/design.md).
//
// The factor that a proposal was drawn from cancels in its acceptance. A token's own count is taken
// out of its topic. z and the priors are the state between iterations: word proposals are a
// function of them and the iteration, so Restore brings back the very state a run was in.
//
// Few topics may be drawn from their full conditionals instead (StageSettings::mh_steps 0): an
// iteration is then a conditional pass over each of kDocumentGroups groups of documents, with
//
//   (n_dk + alpha_k) (n_wk + beta) / (n_k + beta_sum)
//
// without the token, where n_dk follows the document's tokens and the rest is frozen for a group.
#ifndef LIGHTLDA_SAMPLER_SAMPLER_H_
#define LIGHTLDA_SAMPLER_SAMPLER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/kernels.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/stage_index.h"
#include "sampler/table_client.h"

namespace lightlda {

// Groups of documents, a part of every block each, whose topics are drawn one group after the other
// in an iteration of conditional passes. What a group changed in the rows the next one sees.
inline constexpr std::uint32_t kDocumentGroups = 8;

struct SamplerOptions {
  std::uint32_t num_topics = 0;
  std::vector<double> alpha;  // [num_topics], each > 0
  double beta = 0;            // > 0
  std::size_t num_words = 0;
  std::uint64_t seed = 1;
  const Kernels* kernels = nullptr;  // null: BestKernels()
  // Bytes that what is kept a token may take in memory; stages that need more keep it on the file
  // system of scratch_directory, which must then be given, and stream it. 0: no limit.
  std::size_t state_budget = 0;
  std::string scratch_directory;
};

// Parts of a streamed stage that share the budget: three are in memory; the fourth stands for the
// packed rows of one and the page cache.
inline constexpr std::size_t kStreamedParts = 4;

// What one stage of training differs in from others.
struct StageSettings {
  int level = 0;  // documents of this growth level and deeper are active; above 0: growth
  // Proposals of each kind a token, up to Sampler::kMaxMhSteps. 0: none, topics are drawn from
  // their full conditionals; REQUIRES at most kMaxConditionalTopics topics.
  int mh_steps = 1;
  double beta = 0;         // >= 0, prior of words in a topic while it lasts; 0: that of the options
  double alpha_scale = 1;  // > 0: alpha is so many times that of the options
};

// Of the slices of a shared table those with number % count == index. Nothing that is not shared is
// divided.
struct RowShare {
  std::uint32_t index = 0;
  std::uint32_t count = 1;
};

// One call at a time, from one thread; the work is spread over the pool. What it computes does not
// depend on the number of threads, the kernels or the budget, nor, with an exact shared table, on
// who has which blocks. `blocks`, `pool` and `table` must outlive it. Errors of all calls:
// kCannotWrite and kFailure, of the scratch directory and the table alone; a sampler that failed is
// of no more use.
class Sampler {
 public:
  virtual ~Sampler() = default;

  // Makes the documents of the stage active: those that join get topics drawn from their words'
  // rows (uniform where there are none yet), then every active token gets its word proposals.
  // `iteration` is the number of iterations done so far. REQUIRES: a level below that of the stage
  // before.
  virtual Status StartStage(const StageSettings& settings, std::uint32_t iteration) = 0;

  // As if the stage had run up to the end of `iteration` with these topics: read_topics(block)
  // gives those of the block, [num_tokens], position order; inactive tokens are ignored. REQUIRES:
  // nothing started yet; topics < num_topics. Errors: those of read_topics too.
  using TopicsReader = std::function<Result<std::vector<TopicId>>(std::size_t block)>;
  virtual Status Restore(const StageSettings& settings, std::uint32_t iteration,
                         const TopicsReader& read_topics) = 0;

  // Runs iteration number `iteration`, 1-based over the whole run.
  virtual Status Iterate(std::uint32_t iteration) = 0;

  // n_k over the active documents, [num_topics], kept up by the passes; of a shared table as this
  // process last saw them, until RefreshTotals.
  virtual std::span<const Count> topic_totals() const = 0;
  virtual Status RefreshTotals() { return {}; }
  // What is active, of the tokens that this sampler has.
  virtual const StageIndex& active() const = 0;
  virtual const SamplerOptions& options() const = 0;
  virtual int num_threads() const = 0;  // of the pool

  // Calls visit(word, row, thread) for every word that has active tokens, of the share of a table
  // that is shared; row holds its non-zero counts, topics ascending. Different words in parallel;
  // thread in [0, pool size). Between parts of the vocabulary calls part_done(end), if given: the
  // words below `end`, and no others, have been visited.
  using RowVisitor = std::function<void(WordId word, std::span<const TopicCount> row, int thread)>;
  using PartDone = std::function<void(WordId end)>;
  virtual Status ForEachRow(RowShare share, const RowVisitor& visit,
                            const PartDone& part_done = {}) const = 0;

  // z of a block in position order, [num_tokens]; 0 for inactive tokens.
  virtual Status ReadTopics(std::size_t block, std::vector<TopicId>* topics) const = 0;

  // log p(z of a block's active documents | alpha), [num_blocks].
  virtual Result<std::vector<double>> DocumentLogLikelihoods() const = 0;

  static constexpr int kMaxMhSteps = 64;
};

// table: where rows are shared with the samplers of other blocks, which make the same calls; null
// if `blocks` are all there are.
std::unique_ptr<Sampler> MakeSampler(SamplerOptions options,
                                     std::span<const std::unique_ptr<const Block>> blocks,
                                     ThreadPool* pool, TableClient* table = nullptr);

// Bytes of token state a token for the sampler that MakeSampler chooses. is_shared: with a table.
std::size_t TokenStateBytes(std::uint32_t num_topics, int mh_steps, bool is_shared);
// Bytes a token beside it, which lie where the token state does: numbers of records while not all
// documents are active, words of documents for draws from full conditionals.
std::size_t TokenIndexBytes(int level, int mh_steps);
// Bytes that draws from full conditionals (mh_steps 0) take beside it.
std::size_t ConditionalTableBytes(std::size_t num_words, std::uint32_t num_topics);

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SAMPLER_H_
