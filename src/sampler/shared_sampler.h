// The sampler of a process that has a part of the tokens: rows come from a table that all such
// processes share.
//
// A pass that exchanges twice tells the document pass's changes before it asks for rows, and the
// acceptances' before it draws proposals. With an exact table it thus sees the counts that one
// process with all tokens would see, and does what it would do. In a pass that exchanges once, rows
// lack the latest changes of others, and this process's own are added to them here.
#ifndef LIGHTLDA_SAMPLER_SHARED_SAMPLER_H_
#define LIGHTLDA_SAMPLER_SHARED_SAMPLER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sampler/sampler_base.h"
#include "sampler/shared_table.h"
#include "sampler/shared_word_pass.h"
#include "table/word_topic_table.h"

namespace lightlda {

template <typename Topic>
class SharedSampler final : public SamplerBase<Topic> {
  using Base = SamplerBase<Topic>;
  using typename Base::Tokens;
  using Worker = SharedWordWorker<Topic>;
  using Access = typename Stage<Topic>::Access;
  using Step = SharedTable::Step;

 public:
  SharedSampler(SamplerOptions options, typename Base::Blocks blocks, ThreadPool* pool,
                SharedTable* table)
      : Base(std::move(options), blocks, pool),
        table_(*table),
        told_(Base::options_.num_words, Base::options_.num_topics) {}

  Status StartStage(int level, int mh_steps, std::uint32_t iteration) override {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto previous,
                              Base::NextStage(level, mh_steps, table_.slice_begins()));
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(/*twice=*/true));
    return FreshPass(iteration, &previous->index(), &Worker::Join);
  }

  Status Restore(int level, int mh_steps, std::uint32_t iteration,
                 const Sampler::TopicsReader& read_topics) override {
    LIGHTLDA_RETURN_IF_ERROR(
        Base::RestoreStage(level, mh_steps, table_.slice_begins(), read_topics));
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(/*twice=*/true));
    return FreshPass(iteration, nullptr, nullptr);
  }

  Status Iterate(std::uint32_t iteration) override {
    // While the model grows, topics take shape from few tokens, and stale rows would cost more
    // iterations than they save time.
    const bool twice = table_.exact() || Base::stage_->level() > 0;
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(twice));
    if (!twice) LIGHTLDA_RETURN_IF_ERROR(TakeTotals(Step::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(Base::RunDocumentPass(iteration));
    return twice ? FreshPass(iteration, nullptr, &Worker::Accept) : StalePass(iteration);
  }

  Status RefreshTotals() override {
    LIGHTLDA_ASSIGN_OR_RETURN(Base::totals_, table_.InspectTotals());
    seen_totals_ = Base::totals_;
    return {};
  }

  Status ForEachRow(RowShare share, const Sampler::RowVisitor& visit,
                    const Sampler::PartDone& part_done) const override {
    std::vector<std::vector<TopicCount>> rows(Base::PoolSize());
    std::vector<Status> failed(rows.size());
    for (std::uint32_t slice = share.index; slice < table_.num_slices(); slice += share.count) {
      const WordId begin = table_.slice_begins()[slice];
      const WordId end = table_.slice_begins()[slice + 1];
      LIGHTLDA_ASSIGN_OR_RETURN(const auto source, table_.Inspect(slice));
      const std::size_t num_tasks = (end - begin + kTaskWords - 1) / kTaskWords;
      Base::pool_.ParallelFor(num_tasks, [&](std::size_t task, int thread) {
        const auto t = static_cast<std::size_t>(thread);
        const WordId first = begin + static_cast<WordId>(task) * kTaskWords;
        for (WordId w = first; w < std::min(first + kTaskWords, end) && failed[t].ok(); ++w) {
          failed[t] = source->Get(w, &rows[t]);
          if (failed[t].ok() && !rows[t].empty()) visit(w, rows[t], thread);
        }
      });
      for (const Status& failure : failed) LIGHTLDA_RETURN_IF_ERROR(failure);
      if (part_done) part_done(end);
    }
    return {};
  }

 private:
  // What a worker does with a word and everybody's row of it; leaves what to tell in changes().
  using Process = bool (Worker::*)(WordId word, std::span<const TopicCount> row);

  static constexpr WordId kTaskWords = 256;
  static constexpr std::uint32_t kMaxAhead = 8;

  std::span<const WordId> slices() const { return table_.slice_begins(); }
  std::uint32_t Ahead() const {
    return std::min({kMaxAhead, table_.num_slices(), std::max(1u, table_.max_asked() / 2)});
  }

  // Totals of all, with nothing of this process untold.
  Status TakeTotals(Step step) {
    LIGHTLDA_RETURN_IF_ERROR(table_.AskTotals(step));
    return FinishTotals();
  }
  Status FinishTotals() {
    LIGHTLDA_ASSIGN_OR_RETURN(Base::totals_, table_.WaitTotals());
    seen_totals_ = Base::totals_;
    return {};
  }
  // Tells what the passes changed in the totals since they were last seen.
  Status TellTotals(Step step) {
    std::vector<Count> changes = Base::totals_;
    for (std::size_t k = 0; k < changes.size(); ++k) changes[k] -= seen_totals_[k];
    seen_totals_ = Base::totals_;
    return table_.TellTotals(step, changes);
  }
  Status AskFirst(Step step) {
    for (std::uint32_t slice = 0; slice < Ahead(); ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(table_.Ask(slice, step));
    }
    return {};
  }
  // Waits for the rows of a slice, having asked for some more.
  Status NextRows(std::uint32_t slice, Step step) {
    if (slice + Ahead() < table_.num_slices()) {
      LIGHTLDA_RETURN_IF_ERROR(table_.Ask(slice + Ahead(), step));
    }
    LIGHTLDA_ASSIGN_OR_RETURN(rows_, table_.WaitRows(slice));
    return {};
  }

  // A pass that exchanges twice. second: what happens to z between the steps; null: nothing. The
  // document pass, or Restore, has happened before.
  Status FreshPass(std::uint32_t iteration, const StageIndex* previous, Process second) {
    LIGHTLDA_RETURN_IF_ERROR(TellTotals(Step::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(table_.AskTotals(Step::kFirst));
    // Tokens that are about to join have no topics to count yet.
    LIGHTLDA_RETURN_IF_ERROR(previous == nullptr ? TellChanges(iteration) : TellNothing());
    LIGHTLDA_RETURN_IF_ERROR(AskFirst(Step::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(FinishTotals());

    const PassContext<Topic> context = Base::FreezeTotals(iteration, previous);
    auto workers = Base::template MakeWorkers<Worker>(context, &told_);
    const auto begin = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(NextRows(slice, Step::kFirst));
      return table_.BeginTell(slice, Step::kSecond);
    };
    const auto change = [&](Tokens tokens, WordId word, int thread) {
      return second == nullptr ? Status() : Visit(workers, second, tokens, word, thread);
    };
    const auto end = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(table_.EndTell());
      return slice < Ahead() ? table_.Ask(slice, Step::kSecond) : Status();
    };
    LIGHTLDA_RETURN_IF_ERROR(
        Base::stage_->SweepSlices(Access::kUpdate, slices(), begin, change, end));
    Base::FlushTotals(workers);
    LIGHTLDA_RETURN_IF_ERROR(TellTotals(Step::kSecond));
    LIGHTLDA_RETURN_IF_ERROR(table_.AskTotals(Step::kSecond));

    const auto next = [&](std::uint32_t slice) { return NextRows(slice, Step::kSecond); };
    const auto propose = [&](Tokens tokens, WordId word, int thread) {
      return Visit(workers, &Worker::Propose, tokens, word, thread);
    };
    const auto done = [](std::uint32_t) { return Status(); };
    LIGHTLDA_RETURN_IF_ERROR(
        Base::stage_->SweepSlices(Access::kUpdate, slices(), next, propose, done));
    rows_.reset();
    return FinishTotals();
  }

  // Tells what the document pass, or Restore, changed.
  Status TellChanges(std::uint32_t iteration) {
    const PassContext<Topic> context = Base::FreezeTotals(iteration, nullptr);
    auto workers = Base::template MakeWorkers<Worker>(context, &told_);
    return Base::stage_->SweepSlices(
        Access::kRead, slices(),
        [&](std::uint32_t slice) { return table_.BeginTell(slice, Step::kFirst); },
        [&](Tokens tokens, WordId word, int thread) {
          Worker& worker = *workers[static_cast<std::size_t>(thread)];
          worker.set_tokens(tokens);
          worker.CountChanges(word);
          return Tell(word, worker);
        },
        [&](std::uint32_t) { return table_.EndTell(); });
  }

  Status TellNothing() {
    for (std::uint32_t slice = 0; slice < table_.num_slices(); ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(table_.BeginTell(slice, Step::kFirst));
      LIGHTLDA_RETURN_IF_ERROR(table_.EndTell());
    }
    return {};
  }

  // A pass that exchanges once.
  Status StalePass(std::uint32_t iteration) {
    const PassContext<Topic> context = Base::FreezeTotals(iteration, nullptr);
    auto workers = Base::template MakeWorkers<Worker>(context, &told_);
    LIGHTLDA_RETURN_IF_ERROR(AskFirst(Step::kFirst));
    const auto begin = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(NextRows(slice, Step::kFirst));
      return table_.BeginTell(slice, Step::kFirst);
    };
    const auto visit = [&](Tokens tokens, WordId word, int thread) {
      return Visit(workers, &Worker::AcceptAndPropose, tokens, word, thread);
    };
    const auto end = [&](std::uint32_t) { return table_.EndTell(); };
    LIGHTLDA_RETURN_IF_ERROR(
        Base::stage_->SweepSlices(Access::kUpdate, slices(), begin, visit, end));
    rows_.reset();
    Base::FlushTotals(workers);
    return TellTotals(Step::kFirst);
  }

  Status Visit(std::vector<std::unique_ptr<Worker>>& workers, Process process, Tokens tokens,
               WordId word, int thread) {
    thread_local std::vector<TopicCount> row;
    Worker& worker = *workers[static_cast<std::size_t>(thread)];
    worker.set_tokens(tokens);
    LIGHTLDA_RETURN_IF_ERROR(rows_->Get(word, &row));
    if (!(worker.*process)(word, row)) {
      return Status::Failure("the shared row of word " + std::to_string(word) +
                             " cannot be: it lacks tokens of this process, or has too many");
    }
    return Tell(word, worker);
  }
  Status Tell(WordId word, const Worker& worker) {
    if (worker.changes().empty()) return {};
    return table_.AddRow(word, worker.changes());
  }

  SharedTable& table_;
  WordTopicTable told_;              // what the others know of this process's tokens
  std::vector<Count> seen_totals_ =  // [num_topics]: totals_ less what the others do not know
      std::vector<Count>(Base::options_.num_topics, 0);
  std::unique_ptr<const SharedRows> rows_;  // of the slice at hand
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SHARED_SAMPLER_H_
