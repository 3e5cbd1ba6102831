// The sampler of a process that has a part of the tokens: rows come from a table that all such
// processes share.
//
// A pass that exchanges twice pushes the document pass's changes before it pulls rows, and the
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
#include "sampler/shared_word_pass.h"
#include "sampler/table_client.h"

namespace lightlda {

template <typename Topic>
class SharedSampler final : public SamplerBase<Topic> {
  using Base = SamplerBase<Topic>;
  using typename Base::Tokens;
  using Worker = SharedWordWorker<Topic>;
  using Access = typename Stage<Topic>::Access;

 public:
  SharedSampler(SamplerOptions options, typename Base::Blocks blocks, ThreadPool* pool,
                TableClient* table)
      : Base(std::move(options), blocks, pool, /*has_published=*/true), table_(*table) {}

  Status StartStage(const StageSettings& settings, std::uint32_t iteration) override {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto previous, Base::NextStage(settings, table_.slices()));
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(/*twice=*/true));
    iterations_ = 0;
    // Tokens that are about to join have no topics to push yet.
    return FreshPass(iteration, &previous->index(), nullptr, &Worker::Join);
  }

  Status Restore(const StageSettings& settings, std::uint32_t iteration,
                 const Sampler::TopicsReader& read_topics) override {
    LIGHTLDA_RETURN_IF_ERROR(Base::RestoreStage(settings, table_.slices(), read_topics));
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(/*twice=*/true));
    return FreshPass(iteration, nullptr, &Worker::PushAll, nullptr);
  }

  Status Iterate(std::uint32_t iteration) override {
    // While the model grows, topics take shape from few tokens, and when all documents have just
    // joined they change most: stale rows would cost more iterations than they save time.
    const bool twice =
        table_.exact() || Base::stage_->level() > 0 || iterations_ < FreshIterations();
    ++iterations_;
    if (twice && Base::is_conditional()) return FreshConditionals(iteration);
    LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(twice));
    if (!twice) LIGHTLDA_RETURN_IF_ERROR(TakeTotals(ExchangePhase::kFirst));
    if (Base::is_conditional()) {
      LIGHTLDA_RETURN_IF_ERROR(Base::RunConditionalPasses(iteration, Base::ApplyToTable()));
      return StalePass(iteration, &Worker::PushAndPropose);
    }
    LIGHTLDA_RETURN_IF_ERROR(Base::RunDocumentPass(iteration));
    return twice ? FreshPass(iteration, nullptr, &Worker::PushMoves, &Worker::Accept)
                 : StalePass(iteration, &Worker::AcceptAndPropose);
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
    const WordSlices slices = table_.slices();
    for (std::uint32_t slice = share.index; slice < slices.size(); slice += share.count) {
      const WordId begin = slices.begins[slice];
      const WordId end = slices.begins[slice + 1];
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
  // What a worker does with a word, and with everybody's row of it.
  using Account = void (Worker::*)();
  using Process = bool (Worker::*)(std::span<const TopicCount> row);

  // Iterations over all documents that exchange twice at any staleness. Full conditionals move more
  // tokens in each.
  std::uint32_t FreshIterations() const { return Base::is_conditional() ? 10 : 4; }
  static constexpr WordId kTaskWords = 256;
  static constexpr std::size_t kPushDeltas = 1024;  // pushed at a time: fit the first-level cache

  // Half of what may be pulled at a time is left to the next phase.
  std::uint32_t Ahead(bool twice) const {
    const std::uint32_t ahead = SlicesAhead(table_.slices().size(), twice);
    return std::min(ahead, std::max(1u, table_.max_pulls() / 2));
  }

  // Totals of all, with nothing of this process unpublished.
  Status TakeTotals(ExchangePhase phase) {
    LIGHTLDA_RETURN_IF_ERROR(table_.PullTotals(phase));
    return FinishTotals();
  }
  Status FinishTotals() {
    LIGHTLDA_ASSIGN_OR_RETURN(Base::totals_, table_.WaitTotals());
    seen_totals_ = Base::totals_;
    return {};
  }
  // Pushes what the passes changed in the totals since they were last seen.
  Status PushTotals(ExchangePhase phase) {
    std::vector<Count> changes = Base::totals_;
    for (std::size_t k = 0; k < changes.size(); ++k) changes[k] -= seen_totals_[k];
    seen_totals_ = Base::totals_;
    return table_.PushTotals(phase, changes);
  }
  // Pulls the next slice of a sweep, if there is one.
  Status PullNext(ExchangePhase phase) {
    if (num_pulled_ == table_.slices().size()) return {};
    return table_.Pull(table_.slices().At(num_pulled_++), phase);
  }
  Status PullFirst(ExchangePhase phase, std::uint32_t ahead) {
    for (num_pulled_ = 0; num_pulled_ < ahead;) LIGHTLDA_RETURN_IF_ERROR(PullNext(phase));
    return {};
  }
  // Waits for the rows of a slice, having begun to pull one more.
  Status NextRows(std::uint32_t slice, ExchangePhase phase) {
    LIGHTLDA_RETURN_IF_ERROR(PullNext(phase));
    LIGHTLDA_ASSIGN_OR_RETURN(rows_, table_.WaitRows(slice));
    return {};
  }

  // After each group of documents everybody pushes what moved, and pulls the rows.
  Status FreshConditionals(std::uint32_t iteration) {
    return Base::RunConditionalPasses(iteration, [&](const auto&) {
      LIGHTLDA_RETURN_IF_ERROR(table_.BeginPass(/*twice=*/true));
      return FreshPass(iteration, nullptr, &Worker::PushMoves, nullptr);
    });
  }

  // A pass that exchanges twice. first: pushes what happened before, in the document pass or
  // Restore; second: what happens to z between the phases. Null: nothing.
  Status FreshPass(std::uint32_t iteration, const StageIndex* previous, Account first,
                   Process second) {
    LIGHTLDA_RETURN_IF_ERROR(PushTotals(ExchangePhase::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(table_.PullTotals(ExchangePhase::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(first == nullptr ? PushNothing() : PushChanges(iteration, first));
    const std::uint32_t ahead = Ahead(/*twice=*/true);
    LIGHTLDA_RETURN_IF_ERROR(PullFirst(ExchangePhase::kFirst, ahead));
    LIGHTLDA_RETURN_IF_ERROR(FinishTotals());

    const PassContext<Topic> context = Base::FreezeTotals(iteration, previous);
    auto workers = Base::template MakeWorkers<Worker>(context);
    const auto begin = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(NextRows(slice, ExchangePhase::kFirst));
      return table_.BeginPush(slice, ExchangePhase::kSecond);
    };
    const auto change = [&](Tokens tokens, WordTask task, int thread) {
      return second == nullptr ? Status() : Visit(workers, second, tokens, task, thread);
    };
    std::uint32_t pulled_again = 0;
    const auto end = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(table_.EndPush());
      return pulled_again++ < ahead ? table_.Pull(slice, ExchangePhase::kSecond) : Status();
    };
    LIGHTLDA_RETURN_IF_ERROR(Base::stage_->SweepSlices(Access::kUpdate, begin, change, end));
    num_pulled_ = ahead;
    Base::FlushTotals(workers);
    LIGHTLDA_RETURN_IF_ERROR(PushTotals(ExchangePhase::kSecond));
    LIGHTLDA_RETURN_IF_ERROR(table_.PullTotals(ExchangePhase::kSecond));

    const auto next = [&](std::uint32_t slice) { return NextRows(slice, ExchangePhase::kSecond); };
    const auto propose = [&](Tokens tokens, WordTask task, int thread) {
      return Visit(workers, &Worker::Propose, tokens, task, thread);
    };
    const auto done = [](std::uint32_t) { return Status(); };
    LIGHTLDA_RETURN_IF_ERROR(Base::stage_->SweepSlices(Access::kUpdate, next, propose, done));
    rows_.reset();
    return FinishTotals();
  }

  Status PushChanges(std::uint32_t iteration, Account first) {
    const PassContext<Topic> context = Base::FreezeTotals(iteration, nullptr);
    auto workers = Base::template MakeWorkers<Worker>(context);
    return Base::stage_->SweepSlices(
        Access::kRead,
        [&](std::uint32_t slice) { return table_.BeginPush(slice, ExchangePhase::kFirst); },
        [&](Tokens tokens, WordTask task, int thread) {
          const auto count = [&](WordId, Worker* worker) {
            (worker->*first)();
            return Status();
          };
          return Run(workers, tokens, task, thread, count);
        },
        [&](std::uint32_t) { return table_.EndPush(); });
  }

  Status PushNothing() {
    for (std::uint32_t slice = 0; slice < table_.slices().size(); ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(table_.BeginPush(slice, ExchangePhase::kFirst));
      LIGHTLDA_RETURN_IF_ERROR(table_.EndPush());
    }
    return {};
  }

  // A pass that exchanges once.
  Status StalePass(std::uint32_t iteration, Process process) {
    const PassContext<Topic> context = Base::FreezeTotals(iteration, nullptr);
    auto workers = Base::template MakeWorkers<Worker>(context);
    LIGHTLDA_RETURN_IF_ERROR(PullFirst(ExchangePhase::kFirst, Ahead(/*twice=*/false)));
    const auto begin = [&](std::uint32_t slice) {
      LIGHTLDA_RETURN_IF_ERROR(NextRows(slice, ExchangePhase::kFirst));
      return table_.BeginPush(slice, ExchangePhase::kFirst);
    };
    const auto visit = [&](Tokens tokens, WordTask task, int thread) {
      return Visit(workers, process, tokens, task, thread);
    };
    const auto end = [&](std::uint32_t) { return table_.EndPush(); };
    LIGHTLDA_RETURN_IF_ERROR(Base::stage_->SweepSlices(Access::kUpdate, begin, visit, end));
    rows_.reset();
    Base::FlushTotals(workers);
    return PushTotals(ExchangePhase::kFirst);
  }

  using Workers = std::vector<std::unique_ptr<Worker>>;

  // Calls visit(word, worker) for the words of a task that have tokens, and pushes the changes.
  template <typename Visit>
  Status Run(const Workers& workers, Tokens tokens, WordTask task, int thread, Visit&& visit) {
    thread_local RowChanges changes;
    changes.Clear();
    Worker& worker = *workers[static_cast<std::size_t>(thread)];
    worker.set_tokens(tokens);
    for (WordId word = task.begin; word < task.end; ++word) {
      if (!worker.Start(word)) continue;
      LIGHTLDA_RETURN_IF_ERROR(visit(word, &worker));
      changes.Add(word, worker.changes());
      if (changes.num_deltas() < kPushDeltas) continue;
      LIGHTLDA_RETURN_IF_ERROR(table_.AddRows(changes));
      changes.Clear();
    }
    return changes.num_rows() == 0 ? Status() : table_.AddRows(changes);
  }

  // Run with everybody's rows.
  Status Visit(const Workers& workers, Process process, Tokens tokens, WordTask task, int thread) {
    thread_local std::vector<TopicCount> row;
    return Run(workers, tokens, task, thread, [&](WordId word, Worker* worker) {
      LIGHTLDA_RETURN_IF_ERROR(rows_->Get(word, &row));
      if ((worker->*process)(row)) return Status();
      return Status::Failure("the shared row of word " + std::to_string(word) +
                             " cannot be: it lacks tokens of this process, or has too many");
    });
  }

  TableClient& table_;
  std::vector<Count> seen_totals_ =  // [num_topics]: totals_ less what the others do not know
      std::vector<Count>(Base::options_.num_topics, 0);
  std::uint32_t iterations_ = 0;  // since the stage began, or was restored
  std::uint32_t num_pulled_ = 0;  // slices of this sweep that have been pulled or are under way
  std::unique_ptr<const PulledRows> rows_;  // of the slice at hand
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SHARED_SAMPLER_H_
