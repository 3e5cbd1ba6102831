// The server shard: pushes in, answers out.
//
// Ideas
// 1. Links deliver each worker's messages in order and once, so a push is applied as it comes, and
// the clock of a slice is one number per worker. Changes of counts by one worker are of its own
// tokens; so no count is ever below 0, whatever the order in which workers are heard.
//
// 2. An answer is the same bytes for all workers. At staleness 0 it is encoded when the first
// worker pulls it and kept until the last one has had it. A worker pushes the next step only after
// it has been answered, hence after the encoding: a fast worker cannot leak into the answer of a
// slow one, and nobody is held up to prevent it. At staleness s an answer is encoded anew once
// something has changed.
//
// 3. An inspection reads a slice between clocks, as often as anybody likes, so nobody can say when
// an answer to it has served its last worker: a few are kept, apart from the others.
//
// 4. Answers lie in a pool that is large enough for all that can be kept at a time, so an answer
// seldom waits for room, and then for acknowledgements alone: at staleness 0 each slice has one
// answer, and at staleness s what is kept to save work is let go first.
//
// 5. A pull waits for a reason that has a name: the workers whose push is missing. When one has
// waited too long, the error says who they are and how far they have come.
#include "ps/server_shard.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/progress.h"
#include "ps/table_bytes.h"

namespace lightlda {
namespace {

std::vector<ActorId> Workers(const Job& job) {
  std::vector<ActorId> workers(job.num_workers);
  std::iota(workers.begin(), workers.end(), 0);
  return workers;
}

}  // namespace

ServerShard::ServerShard(std::shared_ptr<const Job> job_ptr, std::uint32_t shard, TimePoint now)
    : Actor(job_ptr, job_ptr->ShardActor(shard), Workers(*job_ptr), now),
      shard_(shard),
      pool_(AnswerBuffers(job(), shard), job().options.batch_bytes),
      last_clock_(job().num_workers, 0),
      done_(job().num_workers, false) {
  for (const TableLayout& layout : job().tables) {
    Table& table = tables_.emplace_back();
    table.items = ShardTable::Make(&layout, shard);
    table.slices.assign(layout.num_slices(), Slice(&job()));
    table.waiting.assign(job().num_workers, 0);
  }
}

const ShardRows& ServerShard::rows(TableId table) const {
  CHECK(job().table(table).spec().items == ItemKind::kRows);
  return static_cast<const ShardRows&>(*tables_[table].items);
}

const ShardNumbers& ServerShard::numbers(TableId table) const {
  CHECK(job().table(table).spec().items == ItemKind::kNumbers);
  return static_cast<const ShardNumbers&>(*tables_[table].items);
}

Status ServerShard::CheckTarget(const MessageHeader& header) const {
  if (header.table >= tables_.size()) {
    return Status::Failure("expected a table below " + std::to_string(tables_.size()) + ", found " +
                           std::to_string(header.table));
  }
  const std::size_t num_slices = tables_[header.table].slices.size();
  if (header.slice >= num_slices) {
    return Status::Failure("expected a slice below " + std::to_string(num_slices) + ", found " +
                           std::to_string(header.slice));
  }
  const bool inspection = header.type == MessageType::kInspect;
  const std::uint32_t num_phases = inspection ? 1 : job().num_phases();
  if ((header.step.clock < 1 && !inspection) || header.step.phase >= num_phases) {
    return Status::Failure("no such step: clock " + std::to_string(header.step.clock) + ", phase " +
                           std::to_string(header.step.phase));
  }
  return {};
}

Status ServerShard::OnDelivered(std::size_t peer_index, const MessageHeader& header,
                                Payload payload) {
  const auto worker = static_cast<std::uint32_t>(peer_index);
  if (done_[worker]) return Status::Failure("sent a message after its last");
  switch (header.type) {
    case MessageType::kPush:
      return OnPush(worker, header, payload);
    case MessageType::kPull:
    case MessageType::kInspect:
      return OnPull(worker, header);
    case MessageType::kDone:
      OnDone(worker);
      return {};
    default:
      return Status::Failure("sent a message of type " +
                             std::to_string(static_cast<int>(header.type)) + " to a shard");
  }
}

Status ServerShard::OnPush(std::uint32_t worker, const MessageHeader& header,
                           const Payload& payload) {
  LIGHTLDA_RETURN_IF_ERROR(CheckTarget(header));
  Slice& slice = SliceAt(header.table, header.slice);
  LIGHTLDA_RETURN_IF_ERROR(slice.clock.CheckPush(worker, job().Ordinal(header.step)));
  last_clock_[worker] = std::max(last_clock_[worker], header.step.clock);
  if (header.num_items > 0 || !payload.bytes.empty()) {
    LIGHTLDA_RETURN_IF_ERROR(tables_[header.table].items->Apply(header, payload.bytes));
    if (job().options.staleness > 0) slice.answer.clear();
    DropInspections();
  }
  if (!header.last) return {};
  slice.clock.FinishPush(worker);
  AnswerReady(header.table, header.slice);
  return {};
}

Status ServerShard::OnPull(std::uint32_t worker, const MessageHeader& header) {
  LIGHTLDA_RETURN_IF_ERROR(CheckTarget(header));
  Slice& slice = SliceAt(header.table, header.slice);
  last_clock_[worker] = std::max(last_clock_[worker], header.step.clock);
  LIGHTLDA_RETURN_IF_ERROR(header.type == MessageType::kInspect
                               ? slice.clock.AddInspection(worker, header.step.clock, awake_now())
                               : slice.clock.AddPull(worker, job().Ordinal(header.step),
                                                     header.applied_clock, awake_now()));
  ++num_waiting_;
  const TableSpec& spec = job().table(header.table).spec();
  if (++tables_[header.table].waiting[worker] > spec.registers) {
    return Status::Failure("has more than " + std::to_string(spec.registers) + " pulls of " +
                           spec.name + " waiting");
  }
  AnswerReady(header.table, header.slice);
  return {};
}

void ServerShard::AnswerReady(TableId table, std::uint32_t slice) {
  SliceClock& clock = SliceAt(table, slice).clock;
  while (const SliceClock::Pull* const pull = clock.FirstReady()) {
    if (!Answer(table, slice, *pull)) {
      const std::pair key(table, slice);
      if (std::ranges::find(starved_, key) == starved_.end()) starved_.push_back(key);
      return;
    }
    --num_waiting_;
    --tables_[table].waiting[pull->worker];
    clock.FinishFirstReady();
  }
}

void ServerShard::AnswerStarved() {
  if (!starved_.empty()) DropKept();
  while (!starved_.empty() && pool_.num_free() >= starved_for_) {
    const auto key = starved_.front();
    starved_.pop_front();
    serves_starved_ = true;
    AnswerReady(key.first, key.second);
    serves_starved_ = false;
    if (starved_.empty() || starved_.back() != key) continue;
    starved_.pop_back();  // it keeps its place
    starved_.push_front(key);
    return;
  }
}

std::vector<AnswerBatch> ServerShard::Encode(TableId table, std::uint32_t slice) {
  if (!starved_.empty() && !serves_starved_) return {};
  ShardTable& items = *tables_[table].items;
  std::vector<AnswerBatch> batches = items.Encode(slice, &pool_);
  if (batches.empty()) {
    DropKept();
    batches = items.Encode(slice, &pool_);
  }
  if (batches.empty()) {
    starved_for_ = pool_.num_free() + 1;
  } else {
    ++num_encoded_;
  }
  return batches;
}

const std::vector<AnswerBatch>& ServerShard::Refresh(TableId table, std::uint32_t slice_index,
                                                     const SliceClock::Pull& pull) {
  Slice& slice = SliceAt(table, slice_index);
  const bool strict = job().options.staleness == 0;
  if (slice.answer.empty() || (strict && slice.answer_step != pull.ordinal)) {
    slice.answer = Encode(table, slice_index);
    slice.answer_step = pull.ordinal;
    slice.answer_applied = slice.clock.applied();
    slice.answers_left = job().num_workers;
  }
  // An answer kept at staleness s has had empty pushes at most since: it is as fresh as they are.
  if (!strict) slice.answer_applied = slice.clock.applied();
  return slice.answer;
}

const std::vector<AnswerBatch>& ServerShard::Inspect(TableId table, std::uint32_t slice_index,
                                                     const SliceClock::Pull& pull) {
  Slice& slice = SliceAt(table, slice_index);
  const bool strict = job().options.staleness == 0;
  const bool current = !slice.answer.empty() && (!strict || slice.answer_step == pull.ordinal);
  if (current) return slice.answer;
  if (slice.inspected.empty()) {
    if (inspected_.size() == kKeptInspections) {
      inspected_.front()->inspected.clear();
      inspected_.pop_front();
    }
    slice.inspected = Encode(table, slice_index);
    if (!slice.inspected.empty()) inspected_.push_back(&slice);
  }
  return slice.inspected;
}

void ServerShard::DropInspections() {
  for (Slice* const slice : inspected_) slice->inspected.clear();
  inspected_.clear();
}

void ServerShard::DropKept() {
  DropInspections();
  // At staleness 0 an answer is what some worker has yet to be told.
  if (job().options.staleness == 0) return;
  for (Table& table : tables_) {
    for (Slice& slice : table.slices) slice.answer.clear();
  }
}

bool ServerShard::Answer(TableId table, std::uint32_t slice_index, const SliceClock::Pull& pull) {
  Slice& slice = SliceAt(table, slice_index);
  const std::vector<AnswerBatch>& batches =
      pull.inspection ? Inspect(table, slice_index, pull) : Refresh(table, slice_index, pull);
  if (batches.empty()) return false;
  MessageHeader header;
  header.type = MessageType::kAnswer;
  header.table = table;
  header.slice = slice_index;
  if (pull.inspection) {
    header.step.clock = job().CompleteClock(pull.ordinal);
    header.applied_clock = job().CompleteClock(slice.clock.applied());
  } else {
    header.step.clock = static_cast<std::uint32_t>((pull.ordinal - 1) / job().num_phases() + 1);
    header.step.phase = static_cast<std::uint8_t>((pull.ordinal - 1) % job().num_phases());
    header.applied_clock = job().CompleteClock(slice.answer_applied);
  }
  for (const AnswerBatch& batch : batches) {
    header.num_items = batch.num_items;
    header.last = &batch == &batches.back();
    Enqueue(pull.worker, header, batch.payload);
  }
  ++num_answered_;
  if (!pull.inspection && --slice.answers_left == 0) slice.answer.clear();
  return true;
}

void ServerShard::OnDone(std::uint32_t worker) {
  done_[worker] = true;
  all_done_at_ = awake_now();
  ++num_done_;
  peer(worker).expected = false;
  MessageHeader header;
  header.type = MessageType::kBye;
  Enqueue(worker, header, {});
}

bool ServerShard::Complete(TimePoint awake) const {
  if (num_done_ < job().num_workers) return false;
  bool heard = true;
  for (std::size_t i = 0; i < num_peers(); ++i) heard = heard && peer(i).link.all_acknowledged();
  // A worker leaves once it has our last word; that it has may be lost with it.
  return heard || awake - all_done_at_ >= job().options.linger;
}

Status ServerShard::OnTick(TimePoint awake) {
  AnswerStarved();
  if (num_waiting_ == 0 || awake < next_stall_check_) return {};
  next_stall_check_ = awake + job().options.heartbeat;
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    const std::vector<Slice>& slices = tables_[table].slices;
    for (std::uint32_t i = 0; i < slices.size(); ++i) {
      for (const SliceClock::Pull& pull : slices[i].clock.waiting()) {
        if (awake - pull.since < job().options.pull_timeout) continue;
        return StalledPull(static_cast<TableId>(table), i, pull);
      }
    }
  }
  return {};
}

Status ServerShard::StalledPull(TableId table, std::uint32_t slice,
                                const SliceClock::Pull& pull) const {
  const SliceClock& clock = tables_[table].slices[slice].clock;
  std::string late;
  for (std::uint32_t worker = 0; worker < job().num_workers; ++worker) {
    if (clock.pushed(worker) >= pull.required) continue;
    late += (late.empty() ? "" : ", ") + job().Name(worker) + " at clock " +
            std::to_string(last_clock_[worker]);
  }
  const double seconds = std::chrono::duration<double>(awake_now() - pull.since).count();
  return Status::PeerLost(
      "stalled: " + job().Name(pull.worker) + " has waited " + FormatDuration(seconds) + " for " +
      job().SliceName(table, slice) + " of step " + StepName(job(), pull.ordinal) +
      (late.empty() ? ", for which there is no buffer" : ", which lacks the push of " + late));
}

std::string ServerShard::Progress(std::size_t worker) const {
  return "last clock " + std::to_string(last_clock_[worker]);
}

}  // namespace lightlda
