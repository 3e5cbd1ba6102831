// A cluster of threads over a real transport, with the toy in place of the sampler: what the
// simulator runs on virtual time, run through WorkerSession and ActorLoop.
#ifndef LIGHTLDA_TESTS_UNIT_PS_THREAD_CLUSTER_H_
#define LIGHTLDA_TESTS_UNIT_PS_THREAD_CLUSTER_H_

#include <barrier>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ps/actor_loop.h"
#include "ps/server_shard.h"
#include "ps/worker_session.h"
#include "toy_job.h"

namespace lightlda::testing {

// Where all workers come together between clocks.
struct ThreadMeeting {
  std::barrier<> barrier;
  std::vector<const ToyTokens*> tokens;  // [num_workers]
};

// One worker's training, in calls that wait.
class ToyTrainer {
 public:
  // meeting: null, or where workers meet to read the table between clocks; must outlive it.
  ToyTrainer(std::shared_ptr<const Job> job, const ToySpec& spec, const ToyReference* reference,
             std::uint32_t worker, ThreadMeeting* meeting = nullptr)
      : checker(job, spec, reference, worker),
        job_(std::move(job)),
        spec_(spec),
        meeting_(meeting),
        worker_(worker) {
    if (meeting != nullptr) meeting->tokens.push_back(&checker.tokens);
  }

  ToyChecker checker;

  Status Train(WorkerSession* session) {
    Status status = RunClocks(session);
    if (status.ok()) status = session->Finish();
    if (meeting_ != nullptr)
      meeting_->barrier.arrive_and_drop();  // nobody waits for one that failed
    return status;
  }
  // All but the end.
  Status RunClocks(WorkerSession* session) {
    DenseRow totals(spec_.num_topics, 0);
    for (std::uint32_t clock = 1; clock <= spec_.num_clocks; ++clock) {
      if (meeting_ != nullptr) LIGHTLDA_RETURN_IF_ERROR(Inspect(session, clock - 1));
      LIGHTLDA_RETURN_IF_ERROR(job_->options.staleness == 0 ? StrictClock(session, clock, &totals)
                                                            : StaleClock(session, clock));
    }
    return {};
  }

 private:
  using Use = std::function<void(WordId word, DenseRow row)>;

  // All but the last worker read the table between clocks.
  Status Inspect(WorkerSession* session, std::uint32_t clock) {
    meeting_->barrier.arrive_and_wait();
    Status status;
    if (worker_ + 1 < job_->num_workers || worker_ == 0) status = ReadTable(session, clock);
    meeting_->barrier.arrive_and_wait();
    return status;
  }
  Status ReadTable(WorkerSession* session, std::uint32_t clock) {
    const ToyCounts expected = Recount(*job_, spec_, meeting_->tokens, clock);
    const TableLayout& layout = job_->table(kRows);
    LIGHTLDA_RETURN_IF_ERROR(session->Inspect(kTotals, 0, clock));
    LIGHTLDA_RETURN_IF_ERROR(session->Inspect(kThird, 0, clock));
    for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(session->Inspect(kRows, slice, clock));
    }
    std::vector<TopicCount> entries;
    for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) {
      LIGHTLDA_ASSIGN_OR_RETURN(const SliceRows rows, session->WaitRows(kRows, slice));
      for (WordId w = layout.slice_begin(slice); w < layout.slice_end(slice); ++w) {
        LIGHTLDA_RETURN_IF_ERROR(rows.Get(w, &entries));
        checker.CheckInspected(w, clock, entries, expected.rows[w]);
      }
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> totals, session->WaitNumbers(kTotals, 0));
    checker.CheckInspected(clock, totals, expected.totals);
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> third, session->WaitNumbers(kThird, 0));
    checker.CheckThirdInspected(clock, third);
    return {};
  }

  Status PushSlice(WorkerSession* session, std::uint32_t slice, Step step) {
    LIGHTLDA_RETURN_IF_ERROR(session->BeginPush(kRows, slice, step));
    const TableLayout& layout = job_->table(kRows);
    std::vector<std::vector<TopicDelta>> rows;
    for (WordId w = layout.slice_begin(slice); w < layout.slice_end(slice); ++w) {
      rows.push_back(checker.Deltas(w));
    }
    // Two threads, as a trainer's workers would.
    Status statuses[2];
    const auto add = [&](std::size_t thread) {
      for (std::size_t i = thread; i < rows.size() && statuses[thread].ok(); i += 2) {
        RowChanges changes;
        changes.Add(layout.slice_begin(slice) + static_cast<WordId>(i), rows[i]);
        statuses[thread] = session->AddRows(changes);
      }
    };
    std::thread other(add, 1);
    add(0);
    other.join();
    for (const Status& status : statuses) LIGHTLDA_RETURN_IF_ERROR(status);
    return session->EndPush();
  }
  Status UseSlice(WorkerSession* session, std::uint32_t slice, Step step, std::uint32_t min_clock,
                  const Use& use) {
    LIGHTLDA_ASSIGN_OR_RETURN(const SliceRows rows, session->WaitRows(kRows, slice));
    const TableLayout& layout = job_->table(kRows);
    std::vector<TopicCount> entries;
    for (WordId w = layout.slice_begin(slice); w < layout.slice_end(slice); ++w) {
      LIGHTLDA_RETURN_IF_ERROR(rows.Get(w, &entries));
      use(w, checker.CheckRow(w, step, min_clock, entries));
    }
    return {};
  }
  Status PushNumbers(WorkerSession* session, Step step) {
    LIGHTLDA_RETURN_IF_ERROR(session->BeginPush(kTotals, 0, step));
    LIGHTLDA_RETURN_IF_ERROR(session->AddNumbers(checker.TakeTotals()));
    LIGHTLDA_RETURN_IF_ERROR(session->EndPush());
    LIGHTLDA_RETURN_IF_ERROR(session->BeginPush(kThird, 0, step));
    LIGHTLDA_RETURN_IF_ERROR(session->AddNumbers(checker.ThirdDeltas()));
    return session->EndPush();
  }
  Status PullNumbers(WorkerSession* session, Step step, std::uint32_t min_clock, DenseRow* totals) {
    LIGHTLDA_RETURN_IF_ERROR(session->Pull(kTotals, 0, step, min_clock));
    LIGHTLDA_RETURN_IF_ERROR(session->Pull(kThird, 0, step, min_clock));
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> found, session->WaitNumbers(kTotals, 0));
    *totals = checker.CheckTotals(step, min_clock, found);
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> third, session->WaitNumbers(kThird, 0));
    checker.CheckThird(step, min_clock, third);
    return {};
  }
  Status SumNumbers(WorkerSession* session, Step step, DenseRow* totals) {
    LIGHTLDA_RETURN_IF_ERROR(PushNumbers(session, step));
    return PullNumbers(session, step, 0, totals);
  }

  Status StrictClock(WorkerSession* session, std::uint32_t clock, DenseRow* totals) {
    const std::uint32_t num_slices = job_->table(kRows).num_slices();
    const Step a{clock, 0}, b{clock, 1};
    checker.tokens.DocumentPass(clock, *totals);
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(PushSlice(session, slice, a));
    }
    LIGHTLDA_RETURN_IF_ERROR(SumNumbers(session, a, totals));
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(session->Pull(kRows, slice, a));
    }
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(UseSlice(session, slice, a, 0, [&](WordId word, DenseRow row) {
        checker.tokens.Accept(clock, word, row, *totals);
      }));
      LIGHTLDA_RETURN_IF_ERROR(PushSlice(session, slice, b));
      LIGHTLDA_RETURN_IF_ERROR(session->Pull(kRows, slice, b));
    }
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(UseSlice(session, slice, b, 0, [&](WordId word, DenseRow row) {
        checker.tokens.Propose(clock, word, row);
      }));
    }
    return SumNumbers(session, b, totals);
  }

  Status StaleClock(WorkerSession* session, std::uint32_t clock) {
    const Step step{clock, 0};
    const std::uint32_t num_slices = job_->table(kRows).num_slices();
    const std::uint32_t min_clock = clock == 2 ? 1 : 0;
    DenseRow totals;
    LIGHTLDA_RETURN_IF_ERROR(PullNumbers(session, step, min_clock, &totals));
    checker.tokens.DocumentPass(clock, totals);
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(session->Pull(kRows, slice, step, min_clock));
    }
    for (std::uint32_t slice = 0; slice < num_slices; ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(
          UseSlice(session, slice, step, min_clock, [&](WordId word, DenseRow row) {
            checker.tokens.AddPending(word, &row);
            checker.tokens.Accept(clock, word, row, totals);
            checker.tokens.Propose(clock, word, row);
          }));
      LIGHTLDA_RETURN_IF_ERROR(PushSlice(session, slice, step));
    }
    return PushNumbers(session, step);
  }

  std::shared_ptr<const Job> job_;
  ToySpec spec_;
  ThreadMeeting* meeting_;
  std::uint32_t worker_;
};

struct ClusterOutcome {
  std::vector<Status> statuses;  // [num_workers + num_shards]
  std::string violation;
  std::uint64_t resent = 0;
};

// Runs a cluster to its end, one thread per worker and one per shard. transports: [num_actors].
inline ClusterOutcome RunThreads(const std::shared_ptr<const Job>& job, const ToySpec& spec,
                                 std::vector<std::unique_ptr<Transport>> transports) {
  const ToyReference reference(spec);
  const SteadyTime time;
  ClusterOutcome outcome;
  outcome.statuses.resize(job->num_actors());
  std::vector<std::unique_ptr<ServerShard>> shards;
  std::vector<std::unique_ptr<ActorLoop>> loops;
  ThreadMeeting meeting{std::barrier<>(job->num_workers), {}};
  std::vector<std::unique_ptr<ToyTrainer>> trainers;
  for (std::uint32_t w = 0; w < job->num_workers; ++w) {
    trainers.push_back(std::make_unique<ToyTrainer>(job, spec, &reference, w, &meeting));
  }
  std::vector<std::uint64_t> resent(job->num_workers, 0);
  for (std::uint32_t s = 0; s < job->num_shards; ++s) {
    shards.push_back(std::make_unique<ServerShard>(job, s, time.Now()));
    loops.push_back(std::make_unique<ActorLoop>(shards.back().get(),
                                                std::move(transports[job->ShardActor(s)]), &time));
  }
  std::vector<std::thread> threads;
  for (std::uint32_t w = 0; w < job->num_workers; ++w) {
    threads.emplace_back([&, w] {
      auto session = WorkerSession::Start(job, w, std::move(transports[w]), &time);
      outcome.statuses[w] = session.ok() ? trainers[w]->Train(session->get()) : session.status();
      if (session.ok()) resent[w] = (*session)->stats().links.resent_messages;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint32_t s = 0; s < job->num_shards; ++s) {
    outcome.statuses[job->ShardActor(s)] = loops[s]->Join();
  }
  loops.clear();
  std::vector<const ToyTokens*> tokens;
  bool ok = true;
  for (const auto& trainer : trainers) {
    tokens.push_back(&trainer->checker.tokens);
    if (outcome.violation.empty()) outcome.violation = trainer->checker.violation;
  }
  std::vector<const ServerShard*> parts;
  for (const auto& shard : shards) parts.push_back(shard.get());
  for (const Status& status : outcome.statuses) ok = ok && status.ok();
  if (ok && outcome.violation.empty()) {
    outcome.violation = CheckFinal(*job, spec, reference, tokens, parts);
  }
  for (const std::uint64_t count : resent) outcome.resent += count;
  return outcome;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_THREAD_CLUSTER_H_
