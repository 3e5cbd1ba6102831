// A server shard: holds its part of every table, adds up what workers push, answers what they pull.
#ifndef LIGHTLDA_PS_SERVER_SHARD_H_
#define LIGHTLDA_PS_SERVER_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "net/buffer_pool.h"
#include "ps/actor.h"
#include "ps/shard_table.h"
#include "ps/slice_clock.h"

namespace lightlda {

// An actor (actor.h). Runs until every worker has said that it is done. Memory: its items of all
// tables; per slice and worker 16 bytes; and a pool of buffers for answers, of a size known from
// the job (AnswerBuffers in table_bytes.h). An answer for which the pool has no room waits until
// others are acknowledged, those that wait first come first.
class ServerShard : public Actor {
 public:
  // `job` has to be valid (Job::Validate), shard < job->num_shards.
  ServerShard(std::shared_ptr<const Job> job, std::uint32_t shard, TimePoint now);

  // Its part of the model. REQUIRES for a meaningful result: finished(), or no push under way.
  // And a table of rows, or of numbers.
  const ShardRows& rows(TableId table) const;
  const ShardNumbers& numbers(TableId table) const;
  std::uint32_t shard() const { return shard_; }
  // Answers that were encoded, and those sent: the former are fewer as workers share them.
  std::uint64_t num_encoded() const { return num_encoded_; }
  std::uint64_t num_answered() const { return num_answered_; }
  // The arena that answers are encoded in.
  const BufferPool& pool() const { return pool_; }

 protected:
  Status OnDelivered(std::size_t peer, const MessageHeader& header, Payload payload) override;
  Status OnTick(TimePoint awake) override;
  bool Complete(TimePoint awake) const override;
  std::string Progress(std::size_t peer) const override;

 private:
  struct Slice {
    explicit Slice(const Job* job) : clock(job) {}
    SliceClock clock;
    // The last answer, while some worker has yet to pull it or nothing has changed since.
    std::vector<AnswerBatch> answer;
    std::uint64_t answer_step = 0;     // staleness 0: the step it is of
    std::uint64_t answer_applied = 0;  // SliceClock::applied() then
    std::uint32_t answers_left = 0;    // workers that have not had it
    // The last answer to an inspection, while nobody has pushed since and it is among the last few.
    std::vector<AnswerBatch> inspected;
  };
  struct Table {
    std::unique_ptr<ShardTable> items;
    std::vector<Slice> slices;           // [num_slices]
    std::vector<std::uint32_t> waiting;  // [num_workers], pulls not answered
  };

  Status OnPush(std::uint32_t worker, const MessageHeader& header, const Payload& payload);
  Status OnPull(std::uint32_t worker, const MessageHeader& header);
  void OnDone(std::uint32_t worker);
  Status CheckTarget(const MessageHeader& header) const;
  void AnswerReady(TableId table, std::uint32_t slice);
  // False if there is no room for the answer.
  bool Answer(TableId table, std::uint32_t slice, const SliceClock::Pull& pull);
  // The current content of a slice, encoded: as kept, or else anew. Empty if there is no room. The
  // reference is valid until the next call.
  const std::vector<AnswerBatch>& Refresh(TableId table, std::uint32_t slice,
                                          const SliceClock::Pull& pull);
  const std::vector<AnswerBatch>& Inspect(TableId table, std::uint32_t slice,
                                          const SliceClock::Pull& pull);
  std::vector<AnswerBatch> Encode(TableId table, std::uint32_t slice);
  void AnswerStarved();
  // Let go of answers that are kept to save work alone.
  void DropInspections();
  void DropKept();
  Status StalledPull(TableId table, std::uint32_t slice, const SliceClock::Pull& pull) const;
  Slice& SliceAt(TableId table, std::uint32_t slice) { return tables_[table].slices[slice]; }

  std::uint32_t shard_;
  BufferPool pool_;
  std::vector<Table> tables_;     // [num_tables]
  std::deque<Slice*> inspected_;  // whose answers are kept, the oldest first
  // Slices with answers that wait for room, the first first, and the free buffers that may do.
  std::deque<std::pair<TableId, std::uint32_t>> starved_;
  std::size_t starved_for_ = 0;
  bool serves_starved_ = false;
  std::vector<std::uint32_t> last_clock_;  // [num_workers], of any push or pull
  std::vector<bool> done_;                 // [num_workers]
  std::uint32_t num_done_ = 0;
  TimePoint all_done_at_ = TimePoint::zero();
  std::uint32_t num_waiting_ = 0;  // pulls not answered
  TimePoint next_stall_check_ = TimePoint::zero();
  std::uint64_t num_encoded_ = 0;
  std::uint64_t num_answered_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_SERVER_SHARD_H_
