// Checks of a job's description and the names in its messages.
#include "ps/job.h"

#include <algorithm>

#include "ps/row_batch.h"

namespace lightlda {
namespace {

constexpr std::size_t kMaxBatchBytes = std::size_t{64} << 20;
constexpr std::size_t kArenaBytes = std::size_t{64} << 20;
constexpr std::size_t kSmallestBatch = std::size_t{64} << 10;
constexpr std::size_t kBuffersPerShard = 4;

Status CheckOptions(const JobOptions& options, std::uint32_t num_shards) {
  if (options.batch_bytes < kMinBatchBytes || options.batch_bytes > kMaxBatchBytes) {
    return Status::Usage("batch_bytes: expected 64 to 64 Mi, found " +
                         std::to_string(options.batch_bytes));
  }
  // A push keeps a buffer open for every shard; one more has to be on its way for it to go on.
  if (options.num_buffers < std::size_t{num_shards} + 1) {
    return Status::Usage("num_buffers: expected more than the " + std::to_string(num_shards) +
                         " shards, found " + std::to_string(options.num_buffers));
  }
  if (options.window_bytes < options.batch_bytes || options.window_messages < 1) {
    return Status::Usage("expected windows of at least one batch");
  }
  if (options.heartbeat <= Duration::zero() || options.min_resend <= Duration::zero() ||
      options.max_resend < options.min_resend || options.linger < Duration::zero() ||
      options.stall_timeout < 2 * options.heartbeat ||
      options.pull_timeout < options.stall_timeout) {
    return Status::Usage(
        "expected positive times, max_resend of at least min_resend and "
        "stall_timeout of at least two heartbeats and at most pull_timeout");
  }
  return {};
}

}  // namespace

JobOptions JobOptions::ForShards(std::uint32_t num_shards) {
  JobOptions options;
  options.num_buffers = std::max(options.num_buffers, kBuffersPerShard * num_shards);
  options.batch_bytes =
      std::clamp(kArenaBytes / options.num_buffers, kSmallestBatch, options.batch_bytes);
  return options;
}

Status Job::Validate() const {
  if (num_workers < 1 || num_shards < 1) {
    return Status::Usage("expected at least one worker and one shard");
  }
  if (members.size() != num_actors()) {
    return Status::Usage("expected " + std::to_string(num_actors()) + " members, found " +
                         std::to_string(members.size()));
  }
  if (tables.empty() || tables.size() > kMaxTables) {
    return Status::Usage("expected 1 to " + std::to_string(kMaxTables) + " tables, found " +
                         std::to_string(tables.size()));
  }
  for (const TableLayout& table : tables) {
    if (table.num_shards() == num_shards) continue;
    return Status::Usage("table " + table.spec().name + " is laid out for " +
                         std::to_string(table.num_shards()) + " shards, the job has " +
                         std::to_string(num_shards));
  }
  return CheckOptions(options, num_shards);
}

std::string Job::Name(ActorId actor) const {
  const std::string role = IsWorker(actor) ? "worker " + std::to_string(actor)
                                           : "shard " + std::to_string(actor - num_workers);
  return members[actor].where.empty() ? role : role + " (" + members[actor].where + ")";
}

std::string Job::SliceName(TableId table, std::uint32_t slice) const {
  const TableSpec& spec = tables[table].spec();
  return spec.num_slices() == 1 ? spec.name : "slice " + std::to_string(slice) + " of " + spec.name;
}

std::string StepName(const Job& job, std::uint64_t ordinal) {
  if (ordinal == 0) return "0";
  const std::uint64_t clock = (ordinal - 1) / job.num_phases() + 1;
  if (job.num_phases() == 1) return std::to_string(clock);
  return std::to_string(clock) + "." + std::to_string((ordinal - 1) % job.num_phases());
}

}  // namespace lightlda
