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

 private:
  std::coroutine_handle<promise_type> handle_;
};

class SimWorker {
 public:
  SimWorker(std::shared_ptr<const PsJob> job, const ToySpec& spec, const ToyReference* reference,
            std::uint32_t worker, TimePoint now)
      : client(job, worker, now),
        checker(job, spec, reference, worker),
        job_(std::move(job)),
        spec_(spec),
        program_(job_->options.staleness == 0 ? Strict() : Stale()) {}

  PsClient client;
  ToyChecker checker;

  void Resume() { program_.Resume(); }
  bool done() const { return program_.done(); }

 private:
  static constexpr std::uint32_t kPrefetch = 2;
  static constexpr auto kRows = TableId::kWordTopic;
  static constexpr auto kTotals = TableId::kTopicTotals;

  // Pushing takes turns with waiting for buffers: one row each call, true when all is pushed.
  void BeginPush(TableId table, std::uint32_t slice, Step step) {
    client.BeginPush(table, slice, step);
    rows_.clear();
    next_row_ = 0;
    if (table == kTotals) {
      totals_ = checker.TakeTotals();
      return;
    }
    const Placement& placement = job_->placement;
    for (WordId w = placement.slice_begin(slice); w < placement.slice_end(slice); ++w) {
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
  bool ContinueTotals() {
    for (; next_row_ < totals_.size(); ++next_row_) {
      const auto topic = static_cast<TopicId>(next_row_);
      if (totals_[topic] != 0 && !client.TryAddTotal(topic, totals_[topic])) return false;
    }
    client.EndPush();
    return true;
  }

  DenseRow TakeTotals(Step step, std::uint32_t min_clock) {
    std::vector<Count> totals;
    const Status status = ReadTotals(job_->placement, client.Take(kTotals, 0), &totals);
    if (!status.ok()) client.Fail(status);
    return checker.CheckTotals(step, min_clock, totals);
  }
  // Calls use(word, row) for every word of a slice that is ready.
  template <typename Use>
  void TakeSlice(std::uint32_t slice, Step step, std::uint32_t min_clock, Use&& use) {
    const Placement& placement = job_->placement;
    const Result<SliceRows> rows = SliceRows::Make(&placement, client.Take(kRows, slice));
    if (!rows.ok()) return client.Fail(rows.status());
    std::vector<TopicCount> entries;
    for (WordId w = placement.slice_begin(slice); w < placement.slice_end(slice); ++w) {
      if (Status status = rows.value().Get(w, &entries); !status.ok()) return client.Fail(status);
      use(w, checker.CheckRow(w, step, min_clock, entries));
    }
  }

  // Staleness 0: every step is pushed by all, then pulled.
  SimProgram Strict() {
    const std::uint32_t num_slices = job_->placement.num_slices();
    DenseRow totals(spec_.num_topics, 0);
    for (std::uint32_t clock = 1; clock <= spec_.num_clocks; ++clock) {
      const Step a{clock, 0}, b{clock, 1};
      checker.tokens.DocumentPass(clock, totals);
      for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
        BeginPush(kRows, slice, a);
        while (!ContinueRows()) co_await std::suspend_always{};
      }
      BeginPush(kTotals, 0, a);
      while (!ContinueTotals()) co_await std::suspend_always{};
      client.Pull(kTotals, 0, a);
      while (!client.IsReady(kTotals, 0)) co_await std::suspend_always{};
      totals = TakeTotals(a, 0);
      std::uint32_t pulled = 0, accepted = 0, proposed = 0;
      while (proposed < num_slices) {
        for (; pulled < num_slices && pulled < accepted + kPrefetch; ++pulled) {
          client.Pull(kRows, pulled, a);
        }
        if (accepted < num_slices && client.IsReady(kRows, accepted)) {
          TakeSlice(accepted, a, 0, [&](WordId word, const DenseRow& row) {
            checker.tokens.Accept(clock, word, row, totals);
          });
          BeginPush(kRows, accepted, b);
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
      BeginPush(kTotals, 0, b);
      while (!ContinueTotals()) co_await std::suspend_always{};
      client.Pull(kTotals, 0, b);
      while (!client.IsReady(kTotals, 0)) co_await std::suspend_always{};
      totals = TakeTotals(b, 0);
    }
    client.Finish();
  }

  // Staleness s: pull, sample, push; own changes not yet pushed are added to what was pulled.
  SimProgram Stale() {
    const std::uint32_t num_slices = job_->placement.num_slices();
    for (std::uint32_t clock = 1; clock <= spec_.num_clocks; ++clock) {
      const Step step{clock, 0};
      // After the first clock everybody starts from everybody's first counts, at any staleness.
      const std::uint32_t min_clock = clock == 2 ? 1 : 0;
      client.Pull(kTotals, 0, step, min_clock);
      while (!client.IsReady(kTotals, 0)) co_await std::suspend_always{};
      const DenseRow totals = TakeTotals(step, min_clock);
      checker.tokens.DocumentPass(clock, totals);
      std::uint32_t pulled = 0;
      for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
        for (; pulled < num_slices && pulled < slice + kPrefetch; ++pulled) {
          client.Pull(kRows, pulled, step, min_clock);
        }
        while (!client.IsReady(kRows, slice)) co_await std::suspend_always{};
        TakeSlice(slice, step, min_clock, [&](WordId word, DenseRow row) {
          checker.tokens.AddPending(word, &row);
          checker.tokens.Accept(clock, word, row, totals);
          checker.tokens.Propose(clock, word, row);
        });
        BeginPush(kRows, slice, step);
        while (!ContinueRows()) co_await std::suspend_always{};
      }
      BeginPush(kTotals, 0, step);
      while (!ContinueTotals()) co_await std::suspend_always{};
    }
    client.Finish();
  }

  std::shared_ptr<const PsJob> job_;
  ToySpec spec_;
  std::vector<std::pair<WordId, std::vector<std::uint8_t>>> rows_;  // being pushed
  std::vector<std::int64_t> totals_;
  std::size_t next_row_ = 0;
  SimProgram program_;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_SIM_WORKER_H_
