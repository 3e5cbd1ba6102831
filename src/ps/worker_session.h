// The parameter server as the trainer of one process sees it: calls that wait. Each takes the
// number of a table in Job::tables; a push or pull of a table that is not split is of slice 0.
//
// An iteration at staleness 0 has two steps, a = {clock, 0} and b = {clock, 1}:
//
//   document pass
//   push a of all slices and of the numbers
//   pull a of the numbers
//   for each slice: pull a, accept, push b
//   push b of the numbers
//   for each slice: pull b, propose
//   pull b of the numbers
//
// At staleness s >= 1 it has one step, {clock, 0}:
//
//   pull the numbers
//   document pass
//   for each slice: pull, add own changes not pushed yet, accept and propose, push
//   push the numbers
//
// A push is BeginPush, AddRows or AddNumbers, EndPush. A pull is Pull, then WaitRows or
// WaitNumbers; pull as many slices ahead as there is work to hide their way, up to
// TableSpec::registers. Every worker takes part in every step of every slice, with an empty push if
// it has nothing to say.
//
// Between clocks, at a moment when all workers know by another channel that nobody pushes, any of
// them may read a table as it is: Inspect in place of Pull.
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
#include "ps/pulled_slice.h"
#include "table/row_changes.h"

namespace lightlda {

// Every call fails with the job's error once the job has failed. AddRows may be called by several
// threads at a time, all else by one.
class WorkerSession {
 public:
  // Starts the thread that talks to the shards. Errors: kUsage for a job that makes no sense.
  // `time` must outlive it.
  static Result<std::unique_ptr<WorkerSession>> Start(std::shared_ptr<const Job> job,
                                                      std::uint32_t worker,
                                                      std::unique_ptr<Transport> transport,
                                                      const TimeSource* time);

  // After a failure it stays for JobOptions::linger, to tell all others.
  ~WorkerSession();

  std::uint32_t worker() const { return client_.worker(); }

  // Pushes the changes of a slice. One push at a time.
  Status BeginPush(TableId table, std::uint32_t slice, Step step);
  // REQUIRES: the table has rows, these are of the slice, topics < num_topics. A row may come more
  // than once. Waits while all buffers are in use.
  Status AddRows(const RowChanges& rows);
  // REQUIRES: the table has numbers. changes: [slice_size], maybe 0. Waits as AddRows.
  Status AddNumbers(std::span<const Count> changes);
  Status EndPush();

  // Asks for a slice. min_clock: wants everybody's pushes up to this clock whatever the staleness,
  // e.g. 1 to start from everybody's first topics. REQUIRES: a register of the table is free.
  Status Pull(TableId table, std::uint32_t slice, Step step, std::uint32_t min_clock = 0);
  // The same between clocks, any number of times, outside the order of pushes and pulls: wants the
  // sum of everybody's pushes up to the end of `clock` (0: the empty table) and none beyond. The
  // job ends with an error if this worker's pushes do not end there, or another goes on meanwhile.
  Status Inspect(TableId table, std::uint32_t slice, std::uint32_t clock);
  // Waits for what was asked for; its register is free then. REQUIRES: Pull or Inspect before.
  Result<SliceRows> WaitRows(TableId table, std::uint32_t slice);
  Result<std::vector<Count>> WaitNumbers(TableId table, std::uint32_t slice);  // [slice_size]

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
  WorkerSession(std::shared_ptr<const Job> job, std::uint32_t worker,
                std::unique_ptr<Transport> transport, const TimeSource* time);

  Result<PulledSlice> Take(TableId table, std::uint32_t slice);

  std::shared_ptr<const Job> job_;
  std::atomic<Duration::rep> waited_{0};
  PsClient client_;
  ActorLoop loop_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_WORKER_SESSION_H_
