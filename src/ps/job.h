// What all processes of a job agree on before the first message: members, tables, limits.
#ifndef LIGHTLDA_PS_JOB_H_
#define LIGHTLDA_PS_JOB_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "net/clock.h"
#include "net/message.h"
#include "ps/table_layout.h"

namespace lightlda {

// The limits of a job; the defaults suit real networks.
struct JobOptions {
  std::uint32_t staleness = 0;  // clocks that a worker may run ahead of the slowest

  Duration stall_timeout = std::chrono::seconds(15);  // a peer silent for so long is lost
  Duration heartbeat = std::chrono::seconds(1);       // a word at least so often, on every link
  // A pull that waits for so long ends the job. Whoever holds it up sends heartbeats all the while:
  // it is at work, or saves to a slow disk.
  Duration pull_timeout = std::chrono::seconds(600);
  Duration min_resend = std::chrono::milliseconds(500);
  Duration max_resend = std::chrono::seconds(8);
  Duration linger = std::chrono::seconds(5);  // how long the end, good or bad, is repeated

  std::size_t batch_bytes = std::size_t{1} << 20;   // of a payload at most
  std::size_t window_bytes = std::size_t{8} << 20;  // sent and not acknowledged, per link
  std::size_t window_messages = 64;                 // the same in messages
  std::size_t num_buffers = 64;                     // of batch_bytes, a worker's arena
  std::size_t num_answer_buffers = 0;               // the same of a shard; 0: AnswerBuffers()

  // Of a job with so many shards. A push keeps a buffer open for every shard: many shards get more
  // and smaller ones, so that a worker's arena stays the same.
  static JobOptions ForShards(std::uint32_t num_shards);
};

struct JobMember {
  std::string where;  // for messages, e.g. "rank 3 on host b"
  std::uint32_t incarnation = 1;
  // Whether its process is seen to have ended; null where that cannot be seen.
  std::function<bool()> has_ended = {};
};

// What an actor notices of a peer, before it gives it up or as it does.
struct PeerNotice {
  enum class Kind {
    kClosed,      // nothing can be sent to it any more
    kSilent,      // not heard of for a while
    kHeardAgain,  // after one of these
    kLost,        // the job ends for it
  };
  Kind kind = Kind::kLost;
  std::optional<ActorId> peer;  // nothing if the job has stalled and all are there
  std::string error;            // if lost
};

// Immutable while a job runs.
struct Job {
  JobId id = {};
  std::uint32_t num_workers = 1;
  std::uint32_t num_shards = 1;
  std::vector<JobMember> members;   // [num_workers + num_shards]: workers, then shards
  std::vector<TableLayout> tables;  // by TableId
  JobOptions options;
  // Told at once of what this process's actors notice, by their threads, which hold their locks.
  std::function<void(const PeerNotice&)> on_notice;

  // Errors: kUsage.
  Status Validate() const;

  std::uint32_t num_actors() const { return num_workers + num_shards; }
  bool IsWorker(ActorId actor) const { return actor < num_workers; }
  ActorId ShardActor(std::uint32_t shard) const { return num_workers + shard; }
  // "worker 3 (rank 3 on host b)".
  std::string Name(ActorId actor) const;

  const TableLayout& table(TableId number) const { return tables[number]; }
  // "slice 3 of word_topic"; "topic_totals" if it has one slice.
  std::string SliceName(TableId table, std::uint32_t slice) const;

  // At staleness 0 a clock has two steps, otherwise one.
  std::uint32_t num_phases() const { return options.staleness == 0 ? 2 : 1; }
  // Steps numbered 1, 2, ... REQUIRES: step.clock >= 1, step.phase < num_phases().
  std::uint64_t Ordinal(Step step) const {
    return std::uint64_t{step.clock - 1} * num_phases() + step.phase + 1;
  }
  // The number of the last step of a clock; 0 for clock 0, before the first.
  std::uint64_t EndOf(std::uint32_t clock) const { return std::uint64_t{clock} * num_phases(); }
  // The clock up to which the first `ordinal` steps are complete.
  std::uint32_t CompleteClock(std::uint64_t ordinal) const {
    return static_cast<std::uint32_t>(ordinal / num_phases());
  }
  // A pull of step number `ordinal` is answered when everybody's pushes up to this number are in.
  std::uint64_t Required(std::uint64_t ordinal) const {
    const std::uint64_t staleness = options.staleness;
    return staleness == 0 ? ordinal : ordinal - std::min(ordinal, staleness);
  }
};

// "3.1" in clock 3, phase 1; "3" if clocks have one phase; "0" before the first step.
std::string StepName(const Job& job, std::uint64_t ordinal);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_JOB_H_
