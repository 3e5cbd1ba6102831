// The parameter server as the trainer of one process sees it: calls that wait.
//
// An iteration at staleness 0, with the two steps a = {clock, 0} and b = {clock, 1}:
//   document pass; for each slice BeginPush(slice, a), AddRows..., EndPush; PushTotals(a)
//   PullTotals(a), WaitTotals
//   for each slice: Pull(slice, a), WaitRows -> accept -> push b -> Pull(slice, b), WaitRows ->
//   propose PushTotals(b), PullTotals(b), WaitTotals
// and at staleness s >= 1, with one step {clock, 0}:
//   PullTotals, WaitTotals; document pass
//   for each slice: Pull, WaitRows; add own changes not pushed yet; accept, propose; push
//   PushTotals
// Between clocks, at a moment when all workers know by another channel that nobody pushes, any of
// them may read the table as it is: Inspect(slice, clock), WaitRows; InspectTotals(clock),
// WaitTotals. Pull as many slices ahead as there is work to hide their way (up to
// PsOptions::max_pulls). Every worker takes part in every step of every slice, with an empty push
// if it has nothing to say.
#ifndef LIGHTLDA_PS_WORKER_SESSION_H_
#define LIGHTLDA_PS_WORKER_SESSION_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "net/clock.h"
#include "ps/actor_loop.h"
#include "ps/ps_client.h"
#include "ps/slice_rows.h"
#include "table/row_changes.h"

namespace lightlda {

// Every call fails with the job's error once the job has failed. AddRows may be called by several
// threads at a time; all else by one.
class WorkerSession {
 public:
  // Starts the thread that talks to the shards. Errors: kUsage for a job that makes no sense.
  // `time` must outlive it.
  static Result<std::unique_ptr<WorkerSession>> Start(std::shared_ptr<const PsJob> job,
                                                      std::uint32_t worker,
                                                      std::unique_ptr<Transport> transport,
                                                      const TimeSource* time);

  // After a failure it stays for PsOptions::linger, to tell all others.
  ~WorkerSession();

  std::uint32_t worker() const { return client_.worker(); }

  // Pushes the changes of a slice's rows: begin, rows, end. A word may come more than once.
  Status BeginPush(std::uint32_t slice, Step step);
  // REQUIRES: words of the slice, topics < num_topics. Waits while all buffers are in use.
  Status AddRows(const RowChanges& rows);
  Status EndPush();
  // deltas: [num_topics], of n_k.
  Status PushTotals(Step step, std::span<const Count> deltas);

  // Asks for a slice, or the totals. min_clock: wants everybody's pushes up to this clock whatever
  // the staleness, e.g. 1 to start from everybody's first topics.
  Status Pull(std::uint32_t slice, Step step, std::uint32_t min_clock = 0);
  Status PullTotals(Step step, std::uint32_t min_clock = 0);
  // The same between clocks, any number of times, outside the order of pushes and pulls: wants the
  // sum of everybody's pushes up to the end of `clock` (0: the empty table) and none beyond. The
  // job ends with an error if this worker's pushes do not end there, or another goes on meanwhile.
  Status Inspect(std::uint32_t slice, std::uint32_t clock);
  Status InspectTotals(std::uint32_t clock);
  // Waits for what was asked for. REQUIRES: Pull or Inspect of the slice (or of the totals) before.
  Result<SliceRows> WaitRows(std::uint32_t slice);
  Result<std::vector<Count>> WaitTotals();  // [num_topics]

  // Waits until every shard has everything. No call may follow.
  Status Finish();
  // Ends the job on all its processes with this error.
  void Abort(Status why);
  // kFailure once the job has failed, here or elsewhere. Thread-safe.
  Status status();

  // Seconds that calls have waited so far. Thread-safe.
  double WaitSeconds() const;
  ActorStats stats();

 private:
  WorkerSession(std::shared_ptr<const PsJob> job, std::uint32_t worker,
                std::unique_ptr<Transport> transport, const TimeSource* time);

  Status Begin(TableId table, std::uint32_t slice, Step step);
  Status Ask(TableId table, std::uint32_t slice, Step step, std::uint32_t min_clock);
  Status AskQuiet(TableId table, std::uint32_t slice, std::uint32_t clock);
  Result<PulledSlice> Take(TableId table, std::uint32_t slice);

  std::shared_ptr<const PsJob> job_;
  std::atomic<Duration::rep> waited_{0};
  PsClient client_;
  ActorLoop loop_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_WORKER_SESSION_H_
