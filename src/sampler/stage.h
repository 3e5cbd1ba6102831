// The tokens of a stage of training and the ways to walk over them: by slices of words, by
// document.
#ifndef LIGHTLDA_SAMPLER_STAGE_H_
#define LIGHTLDA_SAMPLER_STAGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/sampler_options.h"
#include "sampler/stage_index.h"
#include "sampler/token_state.h"
#include "sampler/token_view.h"
#include "sampler/topics_copy.h"

namespace lightlda {

// Index and records together. One call at a time, from one thread.
class Stage {
 public:
  using Access = TokenState::Access;
  using Blocks = std::span<const std::unique_ptr<const Block>>;
  using Tokens = std::span<const TokenView>;  // [num_blocks]

  // All records are zero. slices: what SweepWords goes through, at least one. What is pointed to
  // must outlive it. Errors: kCannotWrite.
  static Result<std::unique_ptr<Stage>> Make(const SamplerOptions& options, Blocks blocks,
                                             ThreadPool* pool, const StageSettings& settings,
                                             const WordSlices& slices);

  const StageIndex& index() const { return *index_; }
  // For who needs what active tokens are where after the stage has ended.
  std::shared_ptr<const StageIndex> shared_index() const { return index_; }
  const StageSettings& settings() const { return settings_; }
  const RecordLayout& layout() const { return layout_; }

  // What happens in a sweep over words; all but `run` may be empty.
  struct WordSweep {
    std::function<Status(std::uint32_t slice)> begin;
    // Word tasks that have all words of the slice with tokens, spread over the pool.
    std::function<Status(Tokens tokens, WordTask task, int thread)> run;
    std::function<Status(std::uint32_t slice)> end;
    // Before each part of the records but the first. REQUIRES: the first slice is 0.
    std::function<void(WordId word)> begin_part;  // word: its first
  };
  // For each slice in their order: begin, run, end. The first error ends the sweep.
  Status SweepWords(Access access, const WordSweep& sweep) const;
  // Begins and ends the slices alone, and reads no records.
  Status SweepSlices(const WordSweep& sweep) const;

  // Calls run(tokens, task, thread) for the document tasks of every part, spread over the pool.
  // Beside the records this reads their numbers in the order of the documents; where the records
  // are on disk so are these.
  using DocumentRun = std::function<void(Tokens tokens, const DocumentTask& task, int thread)>;
  Status SweepDocuments(Access access, const DocumentRun& run) const;

  // Fills the topics of the block's records, word by word: fill(word, topics of its records).
  using TopicsFill = std::function<void(WordId word, std::span<TopicId> topics)>;
  Status WriteTopics(std::size_t block, const TopicsFill& fill);

  // The topics of the block's active tokens in position order: topics is [num_tokens] of the block.
  Status ReadTopics(std::size_t block, std::span<TopicId> topics) const;

  // The topics of all active tokens, by record. REQUIRES: not streamed.
  void CopyTopics(TopicsCopy* copy) const;

  // Gives the tokens that were active in the stage before their topics; that stage is of no use
  // after that but for its word tasks and runs.
  Status CarryOver(Stage* previous);

 private:
  Stage(Blocks blocks, ThreadPool* pool, const StageSettings& settings, const WordSlices& slices,
        const RecordLayout& layout)
      : blocks_(blocks), pool_(*pool), settings_(settings), slices_(slices), layout_(layout) {}

  Status Prepare(const SamplerOptions& options);

  TokenView View(const RecordWindow& window) const {
    return TokenView(window.data, window.first, layout_);
  }
  std::vector<TokenView> Views(std::span<const RecordWindow> windows) const;
  // A sweep over the records of a block, all in one part.
  Status VisitBlock(std::size_t block, Access access,
                    const std::function<void(const TokenView&)>& visit) const;
  Status RunTasks(std::span<const WordTask> tasks, Tokens tokens, const WordSweep& sweep) const;
  // Hints at what the document parts from number `part` on read.
  void BeginDocumentPart(std::size_t part) const;

  Blocks blocks_;
  ThreadPool& pool_;
  StageSettings settings_;
  WordSlices slices_;
  RecordLayout layout_;
  std::shared_ptr<StageIndex> index_;
  std::unique_ptr<TokenState> state_;
  std::vector<StatePart> word_parts_;
  std::vector<StatePart> document_parts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_STAGE_H_
