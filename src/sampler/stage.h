// The tokens of a stage of training and the ways to walk over them: by word, by slices of words, by
// document.
#ifndef LIGHTLDA_SAMPLER_STAGE_H_
#define LIGHTLDA_SAMPLER_STAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/sampler.h"
#include "sampler/stage_index.h"
#include "sampler/token_state.h"
#include "sampler/token_view.h"

namespace lightlda {

// Index and records together. Topic is uint16_t or uint32_t. One call at a time, from one thread.
template <typename Topic>
class Stage {
 public:
  using Access = TokenState::Access;
  using Blocks = std::span<const std::unique_ptr<const Block>>;
  using Tokens = std::span<const TokenView<Topic>>;  // [num_blocks]

  // Of the documents of `level` and deeper; all records are zero. mh_steps: of proposals a token;
  // 0: the index has the words of documents instead. has_published: records have published topics,
  // which are as CarryOver finds the topics. slices: what SweepSlices goes through. What is pointed
  // to must outlive it. Errors: kCannotWrite.
  static Result<std::unique_ptr<Stage>> Make(const SamplerOptions& options, Blocks blocks,
                                             ThreadPool* pool, int level, int mh_steps,
                                             bool has_published, const WordSlices& slices) {
    std::unique_ptr<Stage> stage(new Stage(blocks, pool, level, mh_steps, has_published, slices));
    LIGHTLDA_RETURN_IF_ERROR(stage->Prepare(options));
    return stage;
  }

  const StageIndex& index() const { return *index_; }
  int level() const { return level_; }
  int mh_steps() const { return mh_steps_; }

  // Calls run(tokens, task, thread) for the word tasks of every part, spread over the pool, and
  // begin_part(number) before those of each.
  template <typename BeginPart, typename Run>
  Status SweepWords(Access access, BeginPart&& begin_part, Run&& run) const {
    return Sweep(word_parts_, access, begin_part, run);
  }

  // Likewise for the document tasks. Beside the records this reads their numbers in the order of
  // the documents; where the records are on disk so are these.
  template <typename Run>
  Status SweepDocuments(Access access, Run&& run) const {
    const auto begin_part = [&](std::size_t part) {
      if (!streamed_) return;
      if (part > 0) {
        for (const RecordRange& range : document_parts_[part - 1].ranges) {
          index_->WillNotNeedDocuments(range.block);
        }
      }
      if (part + 1 == document_parts_.size()) return;
      for (const RecordRange& range : document_parts_[part + 1].ranges) {
        index_->WillNeedDocuments(range.block);
      }
    };
    return Sweep(document_parts_, access, begin_part, run);
  }

  // For each slice in their order: begin(slice), then run(tokens, task, thread) for word tasks that
  // have all its words with tokens, spread over the pool, then end(slice). All return a Status; the
  // first error ends the sweep.
  template <typename Begin, typename Run, typename End>
  Status SweepSlices(Access access, Begin&& begin, Run&& run, End&& end) const {
    std::uint32_t position = 0;
    bool is_open = false;
    // Opens the slice at a position, after closing those before it.
    const auto go_to = [&](std::uint32_t wanted) -> Status {
      while (!(is_open && position == wanted)) {
        LIGHTLDA_RETURN_IF_ERROR(is_open ? end(slices_.At(position)) : begin(slices_.At(position)));
        position += is_open ? 1 : 0;
        is_open = !is_open;
      }
      return {};
    };
    const auto tasks = index_->word_tasks();
    const auto run_part = [&](const StatePart& part, Tokens tokens) -> Status {
      for (std::size_t first = part.first_task; first < part.last_task;) {
        const std::uint32_t slice = slices_.Of(tasks[first].begin);
        std::size_t last = first;
        while (last < part.last_task && tasks[last].end <= slices_.begins[slice + 1]) ++last;
        LIGHTLDA_RETURN_IF_ERROR(go_to(slices_.PositionOf(slice)));
        LIGHTLDA_RETURN_IF_ERROR(RunTasks(tasks.subspan(first, last - first), tokens, run));
        first = last;
      }
      return {};
    };
    Status status;
    const auto run_windows = [&](const StatePart& part, std::span<const RecordWindow> windows) {
      const std::vector<TokenView<Topic>> tokens = Views(windows);
      if (status.ok()) status = run_part(part, tokens);
    };
    LIGHTLDA_RETURN_IF_ERROR(state_->Sweep(word_parts_, access, run_windows));
    if (status.ok()) status = go_to(slices_.size() - 1);
    return status.ok() ? end(slices_.At(position)) : status;
  }

  // Fills the topics of the block's records, word by word: fill(word, topics of its records).
  template <typename Fill>
  Status WriteTopics(std::size_t block, Fill&& fill) {
    const auto records = index_->record_offsets(block);
    std::vector<TopicId> topics;
    const StatePart whole = WholeBlock(block);
    return state_->Sweep({&whole, 1}, Access::kUpdate,
                         [&](const StatePart&, std::span<const RecordWindow> windows) {
                           const TokenView<Topic> tokens = View(windows[block]);
                           for (WordId word = 0; word + 1 < records.size(); ++word) {
                             topics.assign(records[word + 1] - records[word], 0);
                             fill(word, topics);
                             tokens.StoreTopics(records[word], topics.size(), topics.data());
                           }
                         });
  }

  // Calls read(word, record, num_records, tokens) for every word, in order.
  template <typename Read>
  Status ReadWords(std::size_t block, Read&& read) const {
    const auto records = index_->record_offsets(block);
    const StatePart whole = WholeBlock(block);
    return state_->Sweep({&whole, 1}, Access::kRead,
                         [&](const StatePart&, std::span<const RecordWindow> windows) {
                           const TokenView<Topic> tokens = View(windows[block]);
                           for (WordId word = 0; word + 1 < records.size(); ++word) {
                             read(word, records[word], records[word + 1] - records[word], tokens);
                           }
                         });
  }

  // Gives the tokens that were active in the stage before their topics; that stage is of no use
  // after that but for its word tasks and runs.
  Status CarryOver(Stage* previous) {
    for (std::size_t b = 0; b < index_->num_blocks(); ++b) {
      if (previous->index_->num_records(b) == 0) continue;
      const auto records = previous->index_->record_offsets(b);
      Status written;
      const StatePart whole = previous->WholeBlock(b);
      LIGHTLDA_RETURN_IF_ERROR(previous->state_->Sweep(
          {&whole, 1}, Access::kRead, [&](const StatePart&, std::span<const RecordWindow> windows) {
            const TokenView<Topic> tokens = previous->View(windows[b]);
            written = WriteTopics(b, [&](WordId word, std::span<TopicId> topics) {
              tokens.LoadTopics(records[word], records[word + 1] - records[word], topics.data());
            });
          }));
      LIGHTLDA_RETURN_IF_ERROR(written);
      previous->state_->Release(b);
      previous->index_->ReleaseDocuments(b);
    }
    return {};
  }

  // The first word of a part of the vocabulary. REQUIRES: part is one of SweepWords.
  WordId PartBegin(std::size_t part) const {
    return index_->word_tasks()[word_parts_[part].first_task].begin;
  }

 private:
  Stage(Blocks blocks, ThreadPool* pool, int level, int mh_steps, bool has_published,
        const WordSlices& slices)
      : blocks_(blocks),
        pool_(*pool),
        level_(level),
        mh_steps_(mh_steps),
        has_published_(has_published),
        slices_(slices) {}

  Status Prepare(const SamplerOptions& options) {
    Count tokens = 0;
    for (const auto& block : blocks_) {
      tokens += block->document_offsets[CountActiveDocuments(*block, level_)];
    }
    StateShape shape;
    shape.record_bytes = RecordBytes<Topic>(mh_steps_, has_published_);
    const bool has_document_words = mh_steps_ == 0;
    const std::size_t a_token =
        shape.record_bytes + sizeof(std::uint32_t) + TokenIndexBytes(/*level=*/0, mh_steps_);
    streamed_ = options.state_budget > 0 &&
                static_cast<std::size_t>(tokens) * a_token > options.state_budget;
    const std::string& directory = streamed_ ? options.scratch_directory : std::string();
    LIGHTLDA_ASSIGN_OR_RETURN(StageIndex index,
                              StageIndex::Make(blocks_, options.num_words, level_, directory,
                                               slices_.begins, has_document_words));
    index_ = std::make_unique<StageIndex>(std::move(index));
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      shape.block_records.push_back(index_->num_records(b));
    }
    if (streamed_) {
      LIGHTLDA_ASSIGN_OR_RETURN(
          state_, MakeStreamedState(shape, directory, options.state_budget / kStreamedParts));
    } else {
      state_ = MakeResidentState(shape);
    }
    const std::size_t part_records = state_->part_bytes() / shape.record_bytes;
    word_parts_ = index_->WordParts(part_records, slices_.first_word());
    document_parts_ = index_->DocumentParts(part_records);
    return {};
  }

  TokenView<Topic> View(const RecordWindow& window) const {
    return TokenView<Topic>(window.data, window.first, mh_steps_, has_published_);
  }
  std::vector<TokenView<Topic>> Views(std::span<const RecordWindow> windows) const {
    std::vector<TokenView<Topic>> tokens;
    for (const RecordWindow& window : windows) tokens.push_back(View(window));
    return tokens;
  }
  StatePart WholeBlock(std::size_t block) const {
    return {0, 0, {{static_cast<std::uint32_t>(block), 0, index_->num_records(block)}}};
  }

  template <typename Run>
  Status RunTasks(std::span<const WordTask> tasks, Tokens tokens, Run& run) const {
    std::vector<Status> failed(static_cast<std::size_t>(pool_.size()));
    pool_.ParallelFor(tasks.size(), [&](std::size_t i, int thread) {
      Status& failure = failed[static_cast<std::size_t>(thread)];
      if (failure.ok()) failure = run(tokens, tasks[i], thread);
    });
    for (const Status& failure : failed) LIGHTLDA_RETURN_IF_ERROR(failure);
    return {};
  }

  template <typename BeginPart, typename Run>
  Status Sweep(const std::vector<StatePart>& parts, Access access, BeginPart&& begin_part,
               Run&& run) const {
    std::size_t number = 0;
    return state_->Sweep(
        parts, access, [&](const StatePart& part, std::span<const RecordWindow> windows) {
          begin_part(number++);
          const std::vector<TokenView<Topic>> tokens = Views(windows);
          pool_.ParallelFor(part.last_task - part.first_task, [&](std::size_t i, int thread) {
            run(Tokens(tokens), part.first_task + i, thread);
          });
        });
  }

  Blocks blocks_;
  ThreadPool& pool_;
  int level_;
  int mh_steps_;
  bool has_published_;
  WordSlices slices_;
  bool streamed_ = false;  // the records are on disk
  std::unique_ptr<StageIndex> index_;
  std::unique_ptr<TokenState> state_;
  std::vector<StatePart> word_parts_;
  std::vector<StatePart> document_parts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_STAGE_H_
