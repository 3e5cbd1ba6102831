// Waiting for buffers and answers on behalf of the trainer.
#include "ps/worker_session.h"

#include <utility>

#include "table/row_codec.h"

namespace lightlda {

Result<std::unique_ptr<WorkerSession>> WorkerSession::Start(std::shared_ptr<const Job> job,
                                                            std::uint32_t worker,
                                                            std::unique_ptr<Transport> transport,
                                                            const TimeSource* time) {
  LIGHTLDA_RETURN_IF_ERROR(job->Validate());
  if (!job->IsWorker(worker)) {
    return Status::Usage("expected a worker below " + std::to_string(job->num_workers) +
                         ", found " + std::to_string(worker));
  }
  return std::unique_ptr<WorkerSession>(
      new WorkerSession(std::move(job), worker, std::move(transport), time));
}

WorkerSession::WorkerSession(std::shared_ptr<const Job> job, std::uint32_t worker,
                             std::unique_ptr<Transport> transport, const TimeSource* time)
    : job_(job), client_(job, worker, time->Now()), loop_(&client_, std::move(transport), time) {}

WorkerSession::~WorkerSession() {
  const bool failed = loop_.With([&] { return !client_.status().ok(); });
  if (failed) (void)loop_.Join();
}

Status WorkerSession::BeginPush(TableId table, std::uint32_t slice, Step step) {
  return loop_.With([&] {
    client_.BeginPush(table, slice, step);
    return client_.status();
  });
}

Status WorkerSession::AddRows(const RowChanges& rows) {
  // Packed outside the lock; the scratch is this thread's own, though `add` may run on another.
  thread_local PackedChanges scratch;
  PackedChanges& packed = scratch;
  packed.Pack(rows, client_.push_table().num_topics(), client_.buffer_bytes());
  std::size_t next = 0;
  const auto add = [&] {
    while (next < packed.num_rows() && client_.TryAddRow(packed.word(next), packed.bytes(next))) {
      ++next;
    }
    return next == packed.num_rows();
  };
  return loop_.WaitUntil(add, &waited_);
}

Status WorkerSession::AddNumbers(std::span<const Count> changes) {
  std::uint32_t offset = 0;
  const auto add = [&] {
    for (; offset < changes.size(); ++offset) {
      if (changes[offset] != 0 && !client_.TryAddNumber(offset, changes[offset])) return false;
    }
    return true;
  };
  return loop_.WaitUntil(add, &waited_);
}

Status WorkerSession::EndPush() {
  return loop_.With([&] {
    client_.EndPush();
    return client_.status();
  });
}

Status WorkerSession::Pull(TableId table, std::uint32_t slice, Step step, std::uint32_t min_clock) {
  return loop_.With([&] {
    client_.Pull(table, slice, step, min_clock);
    return client_.status();
  });
}

Status WorkerSession::Inspect(TableId table, std::uint32_t slice, std::uint32_t clock) {
  return loop_.With([&] {
    client_.Inspect(table, slice, clock);
    return client_.status();
  });
}

Result<PulledSlice> WorkerSession::Take(TableId table, std::uint32_t slice) {
  PulledSlice pulled;
  const auto take = [&] {
    if (!client_.IsReady(table, slice)) return false;
    pulled = client_.Take(table, slice);
    return true;
  };
  LIGHTLDA_RETURN_IF_ERROR(loop_.WaitUntil(take, &waited_));
  return pulled;
}

Result<SliceRows> WorkerSession::WaitRows(TableId table, std::uint32_t slice) {
  LIGHTLDA_ASSIGN_OR_RETURN(PulledSlice pulled, Take(table, slice));
  return SliceRows::Make(&job_->table(table), std::move(pulled));
}

Result<std::vector<Count>> WorkerSession::WaitNumbers(TableId table, std::uint32_t slice) {
  LIGHTLDA_ASSIGN_OR_RETURN(const PulledSlice pulled, Take(table, slice));
  std::vector<Count> numbers;
  LIGHTLDA_RETURN_IF_ERROR(ReadNumbers(job_->table(table), pulled, &numbers));
  return numbers;
}

Status WorkerSession::Finish() {
  loop_.With([&] { client_.Finish(); });
  return loop_.Join();
}

void WorkerSession::Abort(Status why) {
  loop_.With([&] { client_.Fail(std::move(why)); });
}

Status WorkerSession::status() {
  return loop_.With([&] { return client_.status(); });
}

double WorkerSession::WaitSeconds() const {
  return std::chrono::duration<double>(Duration(waited_.load())).count();
}

ActorStats WorkerSession::stats() {
  return loop_.With([&] { return client_.stats(); });
}

}  // namespace lightlda
