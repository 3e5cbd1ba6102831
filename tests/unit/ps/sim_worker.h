// A worker of the simulator: the toy's training loop as a coroutine that gives way wherever a real
// worker would wait.
#ifndef LIGHTLDA_TESTS_UNIT_PS_SIM_WORKER_H_
#define LIGHTLDA_TESTS_UNIT_PS_SIM_WORKER_H_

#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "ps/ps_client.h"
#include "toy_job.h"

namespace lightlda::testing {

// A program that runs until it has to wait; Resume lets it look again.
class SimProgram {
 public:
  struct promise_type {
    SimProgram get_return_object() {
      return SimProgram(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit SimProgram(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  SimProgram(SimProgram&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  SimProgram& operator=(SimProgram&&) = delete;
  ~SimProgram() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_.done(); }
  void Resume() {
    if (!done()) handle_.resume();
  }
  // Resumes it; true if it has to wait further. For a program within another.
  bool Continue() {
    Resume();
    return !done();
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

// The other channel: where all workers come together before anybody inspects, and before anybody
// goes on.
class SimMeeting {
 public:
  void Join(const ToyTokens* tokens) { tokens_.push_back(tokens); }
  const std::vector<const ToyTokens*>& tokens() const { return tokens_; }

  // Returns what to wait for: the number of the last arrival of this round.
  std::uint64_t Arrive() {
    ++arrived_;
    return (arrived_ + tokens_.size() - 1) / tokens_.size() * tokens_.size();
  }
  bool Met(std::uint64_t ticket) const { return arrived_ >= ticket; }
  // How often all have met.
  std::uint64_t num_met() const { return tokens_.empty() ? 0 : arrived_ / tokens_.size(); }

 private:
  std::vector<const ToyTokens*> tokens_;
  std::uint64_t arrived_ = 0;
};

class SimWorker {
 public:
  // `meeting`: of all workers; must outlive it.
  SimWorker(std::shared_ptr<const Job> job, const ToySpec& spec, const ToyReference* reference,
            SimMeeting* meeting, std::uint32_t worker, TimePoint now)
      : client(job, worker, now),
        checker(job, spec, reference, worker),
        job_(std::move(job)),
        spec_(spec),
        meeting_(meeting),
        worker_(worker),
        known_totals_(spec.num_topics, 0),
        program_(Train()) {
    meeting_->Join(&checker.tokens);
  }

  PsClient client;
  ToyChecker checker;

  void Resume() { program_.Resume(); }
  bool done() const { return program_.done(); }

 private:
  static constexpr std::uint32_t kPrefetch = 2;

  // Pushing takes turns with waiting for buffers: one row each call, true when all is pushed.
  void BeginNumbers(TableId table, Step step) {
    client.BeginPush(table, 0, step);
    next_row_ = 0;
    numbers_ = table == kTotals ? checker.TakeTotals() : checker.ThirdDeltas();
  }
  void BeginRows(std::uint32_t slice, Step step) {
    client.BeginPush(kRows, slice, step);
    rows_.clear();
    next_row_ = 0;
    const TableLayout& layout = job_->table(kRows);
    for (WordId w = layout.slice_begin(slice); w < layout.slice_end(slice); ++w) {
      for (std::vector<std::uint8_t>& part : checker.PackWord(w)) {
        rows_.push_back({w, std::move(part)});
      }
    }
  }
  bool ContinueRows() {
    for (; next_row_ < rows_.size(); ++next_row_) {
      if (!client.TryAddRow(rows_[next_row_].first, rows_[next_row_].second)) return false;
    }
    client.EndPush();
    return true;
  }
  bool ContinueNumbers() {
    for (; next_row_ < numbers_.size(); ++next_row_) {
      const auto offset = static_cast<std::uint32_t>(next_row_);
      if (numbers_[offset] != 0 && !client.TryAddNumber(offset, numbers_[offset])) return false;
    }
    client.EndPush();
    return true;
  }

  std::vector<Count> TakeNumbers(TableId table) {
    std::vector<Count> numbers;
    const Status status = ReadNumbers(job_->table(table), client.Take(table, 0), &numbers);
    if (!status.ok()) client.Fail(status);
    return numbers;
  }
  // Calls use(word, entries) for every word of a slice that is ready.
  template <typename Use>
  void ForEachRow(std::uint32_t slice, Use&& use) {
    const TableLayout& layout = job_->table(kRows);
    const Result<SliceRows> rows = SliceRows::Make(&layout, client.Take(kRows, slice));
    if (!rows.ok()) return client.Fail(rows.status());
    std::vector<TopicCount> entries;
    for (WordId w = layout.slice_begin(slice); w < layout.slice_end(slice); ++w) {
      if (Status status = rows.value().Get(w, &entries); !status.ok()) return client.Fail(status);
      use(w, entries);
    }
  }
  // The same with rows of a step, checked.
  template <typename Use>
  void TakeSlice(std::uint32_t slice, Step step, std::uint32_t min_clock, Use&& use) {
    ForEachRow(slice, [&](WordId word, const std::vector<TopicCount>& entries) {
      use(word, checker.CheckRow(word, step, min_clock, entries));
    });
  }

  // A number from 0 to limit - 1 that depends on the seed, the clock, and the worker if it is
  // given.
  std::uint64_t Draw(std::uint64_t limit, std::uint32_t clock, std::uint64_t worker,
                     int what) const {
    return Mix({spec_.seed, clock, worker, static_cast<std::uint64_t>(what)}) % limit;
  }
  static constexpr std::uint64_t kAll = 1000;  // in place of a worker: the same for all

  // After a clock all workers may meet; then some of them read some slices, maybe again, and go on.
  SimProgram Between(std::uint32_t clock) {
    if (Draw(3, clock, kAll, 11) != 0) co_return;
    const std::uint64_t quiet = meeting_->Arrive();
    while (!meeting_->Met(quiet)) co_await std::suspend_always{};
    const ToyCounts expected = Recount(*job_, spec_, meeting_->tokens(), clock);
    const TableLayout& layout = job_->table(kRows);
    const std::uint64_t num_reads = Draw(2 * layout.num_slices() + 1, clock, worker_, 12);
    std::uint64_t asked = 0;
    for (std::uint64_t read = 0; read < num_reads; ++read) {
      const auto slice_of = [&](std::uint64_t i) {
        return static_cast<std::uint32_t>(i % layout.num_slices());
      };
      for (; asked < num_reads && asked < read + std::min(kPrefetch, layout.num_slices());
           ++asked) {
        client.Inspect(kRows, slice_of(asked), clock);
      }
      while (!client.IsReady(kRows, slice_of(read))) co_await std::suspend_always{};
      ForEachRow(slice_of(read), [&](WordId word, const std::vector<TopicCount>& row) {
        checker.CheckInspected(word, clock, row, expected.rows[word]);
      });
    }
    if (num_reads > 0) {
      for (const TableId table : {kTotals, kThird}) {
        client.Inspect(table, 0, clock);
        while (!client.IsReady(table, 0)) co_await std::suspend_always{};
      }
      checker.CheckInspected(clock, TakeNumbers(kTotals), expected.totals);
      checker.CheckThirdInspected(clock, TakeNumbers(kThird));
    }
    const std::uint64_t done = meeting_->Arrive();
    while (!meeting_->Met(done)) co_await std::suspend_always{};
  }

  // What pulls of a clock ask for beyond the staleness. After the first clock everybody starts from
  // everybody's first counts; some others wait for all, too.
  std::uint32_t MinClock(std::uint32_t clock) const {
    return clock == 2 || Draw(4, clock, kAll, 13) == 0 ? clock - 1 : 0;
  }

  SimProgram Train() {
    for (std::uint32_t clock = 0; clock <= spec_.num_clocks; ++clock) {
      if (clock > 0) {
        const bool strict = job_->options.staleness == 0;
        SimProgram iteration = strict ? StrictClock(clock) : StaleClock(clock);
        while (iteration.Continue()) co_await std::suspend_always{};
      }
      SimProgram between = Between(clock);
      while (between.Continue()) co_await std::suspend_always{};
    }
    client.Finish();
  }

  SimProgram PushNumbers(Step step) {
    for (const TableId table : {kTotals, kThird}) {
      BeginNumbers(table, step);
      while (!ContinueNumbers()) co_await std::suspend_always{};
    }
  }
  SimProgram PullNumbers(Step step, std::uint32_t min_clock) {
    for (const TableId table : {kTotals, kThird}) client.Pull(table, 0, step, min_clock);
    for (const TableId table : {kTotals, kThird}) {
      while (!client.IsReady(table, 0)) co_await std::suspend_always{};
    }
    known_totals_ = checker.CheckTotals(step, min_clock, TakeNumbers(kTotals));
    checker.CheckThird(step, min_clock, TakeNumbers(kThird));
  }
  SimProgram SumNumbers(Step step) {
    SimProgram push = PushNumbers(step);
    while (push.Continue()) co_await std::suspend_always{};
    SimProgram pull = PullNumbers(step, MinClock(step.clock));
    while (pull.Continue()) co_await std::suspend_always{};
  }

  // Staleness 0: every step is pushed by all, then pulled.
  SimProgram StrictClock(std::uint32_t clock) {
    const std::uint32_t num_slices = job_->table(kRows).num_slices();
    const Step a{clock, 0}, b{clock, 1};
    checker.tokens.DocumentPass(clock, known_totals_);
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      BeginRows(slice, a);
      while (!ContinueRows()) co_await std::suspend_always{};
    }
    SimProgram sum_a = SumNumbers(a);
    while (sum_a.Continue()) co_await std::suspend_always{};
    std::uint32_t pulled = 0, accepted = 0, proposed = 0;
    while (proposed < num_slices) {
      for (; pulled < num_slices && pulled < accepted + kPrefetch; ++pulled) {
        client.Pull(kRows, pulled, a, MinClock(clock));
      }
      if (accepted < num_slices && client.IsReady(kRows, accepted)) {
        TakeSlice(accepted, a, 0, [&](WordId word, const DenseRow& row) {
          checker.tokens.Accept(clock, word, row, known_totals_);
        });
        BeginRows(accepted, b);
        while (!ContinueRows()) co_await std::suspend_always{};
        client.Pull(kRows, accepted++, b);
      } else if (proposed < accepted && client.IsReady(kRows, proposed)) {
        TakeSlice(proposed++, b, 0, [&](WordId word, const DenseRow& row) {
          checker.tokens.Propose(clock, word, row);
        });
      } else {
        co_await std::suspend_always{};
      }
    }
    SimProgram sum_b = SumNumbers(b);
    while (sum_b.Continue()) co_await std::suspend_always{};
  }

  // Staleness s: pull, sample, push; own changes not yet pushed are added to what was pulled.
  SimProgram StaleClock(std::uint32_t clock) {
    const std::uint32_t num_slices = job_->table(kRows).num_slices();
    const Step step{clock, 0};
    const std::uint32_t min_clock = MinClock(clock);
    SimProgram pull = PullNumbers(step, min_clock);
    while (pull.Continue()) co_await std::suspend_always{};
    checker.tokens.DocumentPass(clock, known_totals_);
    std::uint32_t pulled = 0;
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      for (; pulled < num_slices && pulled < slice + kPrefetch; ++pulled) {
        client.Pull(kRows, pulled, step, min_clock);
      }
      while (!client.IsReady(kRows, slice)) co_await std::suspend_always{};
      TakeSlice(slice, step, min_clock, [&](WordId word, DenseRow row) {
        checker.tokens.AddPending(word, &row);
        checker.tokens.Accept(clock, word, row, known_totals_);
        checker.tokens.Propose(clock, word, row);
      });
      BeginRows(slice, step);
      while (!ContinueRows()) co_await std::suspend_always{};
    }
    SimProgram push = PushNumbers(step);
    while (push.Continue()) co_await std::suspend_always{};
  }

  std::shared_ptr<const Job> job_;
  ToySpec spec_;
  SimMeeting* meeting_;
  std::uint32_t worker_;
  std::vector<std::pair<WordId, std::vector<std::uint8_t>>> rows_;  // being pushed
  std::vector<std::int64_t> numbers_;
  DenseRow known_totals_;  // as last pulled
  std::size_t next_row_ = 0;
  SimProgram program_;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_SIM_WORKER_H_
