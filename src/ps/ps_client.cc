// The client: deltas into batches by owner, answers out of batches, everything a shard says
// checked.
#include "ps/ps_client.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>

#include "base/progress.h"

namespace lightlda {
namespace {

std::vector<ActorId> Shards(const Job& job) {
  std::vector<ActorId> shards(job.num_shards);
  std::iota(shards.begin(), shards.end(), job.ShardActor(0));
  return shards;
}

// How long a worker waits for an answer, in halves of pull_timeout. A shard gives up a pull before
// (server_shard.cc) and says why; only if it does not either does the worker.
constexpr int kAnswerTimeouts = 3;

}  // namespace

PsClient::PsClient(std::shared_ptr<const Job> job_ptr, std::uint32_t worker, TimePoint now)
    : Actor(job_ptr, worker, Shards(*job_ptr), now),
      pool_(job().options.num_buffers, job().options.batch_bytes),
      open_(job().num_shards),
      num_pulls_(job().tables.size(), 0),
      bye_(job().num_shards, false) {}

void PsClient::BeginPush(TableId table, std::uint32_t slice, Step step) {
  CHECK(!pushing_);
  pushing_ = true;
  push_header_ = {};
  push_header_.type = MessageType::kPush;
  push_header_.table = table;
  push_header_.slice = slice;
  push_header_.step = step;
  last_clock_ = std::max(last_clock_, step.clock);
}

bool PsClient::OpenNext(std::uint32_t shard) {
  Buffer buffer = pool_.TryAcquire();
  if (!buffer) return false;
  OpenBatch& open = open_[shard];
  if (open.buffer) SendBatch(shard, false);
  open.rows = RowBatchWriter(buffer.bytes());
  open.numbers = NumberBatchWriter(buffer.bytes());
  open.buffer = std::move(buffer);
  return true;
}

void PsClient::SendBatch(std::uint32_t shard, bool last) {
  OpenBatch& open = open_[shard];
  MessageHeader header = push_header_;
  header.last = last;
  Payload payload;
  if (open.buffer) {
    header.num_items = open.rows.num_items() + open.numbers.num_items();
    payload = std::move(open.buffer).Seal(open.rows.size() + open.numbers.size());
    open = {};
  }
  Enqueue(shard, header, std::move(payload));
}

template <typename Add>
bool PsClient::TryAdd(std::uint32_t owner, Add&& add) {
  OpenBatch& open = open_[owner];
  if (open.buffer && add(&open)) return true;
  if (!OpenNext(owner)) return false;
  CHECK(add(&open)) << "an item of " << push_table().spec().name << " fits no buffer";
  return true;
}

bool PsClient::TryAddRow(std::uint32_t row, std::span<const std::uint8_t> packed) {
  const TableLayout& table = push_table();
  DCHECK(pushing_ && table.spec().items == ItemKind::kRows);
  const std::uint32_t offset = row - table.slice_begin(push_slice());
  return TryAdd(table.OwnerOf(push_slice(), row),
                [&](OpenBatch* batch) { return batch->rows.Add(offset, packed); });
}

bool PsClient::TryAddNumber(std::uint32_t offset, Count delta) {
  const TableLayout& table = push_table();
  DCHECK(pushing_ && table.spec().items == ItemKind::kNumbers);
  return TryAdd(table.OwnerOf(push_slice(), table.slice_begin(push_slice()) + offset),
                [&](OpenBatch* batch) { return batch->numbers.Add(offset, delta); });
}

void PsClient::EndPush() {
  CHECK(pushing_);
  for (std::uint32_t shard = 0; shard < job().num_shards; ++shard) SendBatch(shard, true);
  pushing_ = false;
}

void PsClient::Request(MessageHeader header, std::uint64_t required) {
  CHECK_LT(num_pulls_[header.table], job().table(header.table).spec().registers)
      << "slices of " << job().table(header.table).spec().name << " asked for and not taken";
  ++num_pulls_[header.table];
  PendingPull pull;
  pull.step = header.step;
  pull.required = required;
  pull.inspection = header.type == MessageType::kInspect;
  pull.since = awake_now();
  pull.answer.slice = header.slice;
  pull.answer.shards.resize(job().num_shards);
  pull.complete.assign(job().num_shards, false);
  CHECK(pulls_.emplace(SliceKey(header.table, header.slice), std::move(pull)).second);
  last_clock_ = std::max(last_clock_, header.step.clock);
  for (std::uint32_t shard = 0; shard < job().num_shards; ++shard) Enqueue(shard, header, {});
}

void PsClient::Pull(TableId table, std::uint32_t slice, Step step, std::uint32_t min_clock) {
  MessageHeader header;
  header.type = MessageType::kPull;
  header.table = table;
  header.slice = slice;
  header.step = step;
  header.applied_clock = min_clock;
  Request(header, std::max(job().Required(job().Ordinal(step)), job().EndOf(min_clock)));
}

void PsClient::Inspect(TableId table, std::uint32_t slice, std::uint32_t clock) {
  MessageHeader header;
  header.type = MessageType::kInspect;
  header.table = table;
  header.slice = slice;
  header.step = {clock, 0};
  Request(header, job().EndOf(clock));
}

bool PsClient::IsReady(TableId table, std::uint32_t slice) const {
  const auto found = pulls_.find({table, slice});
  return found != pulls_.end() && found->second.num_complete == job().num_shards;
}

PulledSlice PsClient::Take(TableId table, std::uint32_t slice) {
  CHECK(IsReady(table, slice));
  const auto found = pulls_.find({table, slice});
  PulledSlice answer = std::move(found->second.answer);
  pulls_.erase(found);
  --num_pulls_[table];
  return answer;
}

void PsClient::Finish() {
  CHECK(pulls_.empty() && !pushing_);
  MessageHeader header;
  header.type = MessageType::kDone;
  for (std::uint32_t shard = 0; shard < job().num_shards; ++shard) Enqueue(shard, header, {});
}

Status PsClient::OnDelivered(std::size_t peer_index, const MessageHeader& header, Payload payload) {
  const auto shard = static_cast<std::uint32_t>(peer_index);
  if (header.type == MessageType::kAnswer) return OnAnswer(shard, header, std::move(payload));
  if (header.type != MessageType::kBye || bye_[shard]) {
    return Status::Failure("sent a message of type " +
                           std::to_string(static_cast<int>(header.type)) + " to a worker");
  }
  bye_[shard] = true;
  ++num_byes_;
  peer(peer_index).expected = false;
  return {};
}

// The staleness bound, checked on every answer, in release too.
Status PsClient::CheckFreshness(const PendingPull& pull, const MessageHeader& answer) const {
  const std::uint32_t wanted = job().CompleteClock(pull.required);
  const bool fresher = answer.applied_clock > wanted;
  if (answer.applied_clock == wanted || (fresher && !pull.inspection)) return {};
  return Status::Failure(
      "answers " + job().SliceName(answer.table, answer.slice) + " of clock " +
      std::to_string(answer.step.clock) + " as of clock " + std::to_string(answer.applied_clock) +
      (fresher ? ", fresher than clock " : ", staler than clock ") + std::to_string(wanted));
}

Status PsClient::OnAnswer(std::uint32_t shard, const MessageHeader& header, Payload payload) {
  const auto found = pulls_.find({header.table, header.slice});
  if (found == pulls_.end() || found->second.step != header.step || found->second.complete[shard]) {
    return Status::Failure("answers slice " + std::to_string(header.slice) + " of table " +
                           std::to_string(header.table) + " of clock " +
                           std::to_string(header.step.clock) + ", for which nobody asked");
  }
  PendingPull& pull = found->second;
  LIGHTLDA_RETURN_IF_ERROR(CheckFreshness(pull, header));
  pull.answer.shards[shard].push_back({header.num_items, std::move(payload)});
  if (header.last) {
    pull.complete[shard] = true;
    ++pull.num_complete;
  }
  return {};
}

Status PsClient::OnTick(TimePoint awake) {
  for (const auto& [key, pull] : pulls_) {
    if (awake - pull.since < kAnswerTimeouts * job().options.pull_timeout / 2) continue;
    if (pull.num_complete == job().num_shards) continue;
    const auto late = std::find(pull.complete.begin(), pull.complete.end(), false);
    const auto shard = static_cast<std::uint32_t>(late - pull.complete.begin());
    return Status::PeerLost("stalled: " + job().Name(job().ShardActor(shard)) +
                            " has not answered " + job().SliceName(key.first, key.second) +
                            " of clock " + std::to_string(pull.step.clock));
  }
  return {};
}

bool PsClient::Complete(TimePoint) const { return num_byes_ == job().num_shards; }

std::string PsClient::Progress(std::size_t) const {
  return "at our clock " + std::to_string(last_clock_);
}

}  // namespace lightlda
