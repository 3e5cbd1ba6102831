// A worker's side of the parameter server, without waiting: WorkerSession adds that.
#ifndef LIGHTLDA_PS_PS_CLIENT_H_
#define LIGHTLDA_PS_PS_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "net/buffer_pool.h"
#include "ps/actor.h"
#include "ps/number_batch.h"
#include "ps/pulled_slice.h"
#include "ps/row_batch.h"

namespace lightlda {

// An actor (actor.h). The calls of a worker keep the order of slice_clock.h for every slice of
// every table; slices are independent of each other. Memory: the arena of JobOptions::num_buffers,
// and what was pulled and not taken: of each table at most TableSpec::registers slices.
class PsClient : public Actor {
 public:
  // `job` has to be valid (Job::Validate), worker < job->num_workers.
  PsClient(std::shared_ptr<const Job> job, std::uint32_t worker, TimePoint now);

  std::uint32_t worker() const { return self(); }

  // A push: begin, add rows or numbers, as the table has, end. One at a time. REQUIRES: in this
  // order.
  void BeginPush(TableId table, std::uint32_t slice, Step step);
  // Adds the deltas of a row of the slice, packed (row_batch.h); a row that fits no buffer is to be
  // added in parts. False, with nothing done, if there is no free buffer: Advance and try again.
  bool TryAddRow(std::uint32_t row, std::span<const std::uint8_t> packed);
  // Adds the change, not 0, of the number at an offset of the slice. REQUIRES: offsets ascending.
  // False as above.
  bool TryAddNumber(std::uint32_t offset, Count delta);
  void EndPush();
  // The table and slice of the push under way.
  const TableLayout& push_table() const { return job().table(push_header_.table); }
  std::uint32_t push_slice() const { return push_header_.slice; }

  // Asks for a slice. min_clock: wants everybody's pushes up to this clock, beyond what staleness
  // asks for (0: no more than that). REQUIRES: !IsPulling(table, slice), and a register of the
  // table is free: num_pulls(table) < TableSpec::registers.
  void Pull(TableId table, std::uint32_t slice, Step step, std::uint32_t min_clock = 0);
  // Asks for a slice between clocks: the sum of everybody's pushes up to the end of `clock`.
  // Outside the order of pushes and pulls. REQUIRES: as Pull.
  void Inspect(TableId table, std::uint32_t slice, std::uint32_t clock);
  bool IsPulling(TableId table, std::uint32_t slice) const {
    return pulls_.count({table, slice}) != 0;
  }
  // The answer is complete and may be taken.
  bool IsReady(TableId table, std::uint32_t slice) const;
  // REQUIRES: IsReady(table, slice).
  PulledSlice Take(TableId table, std::uint32_t slice);

  // Says that no call will follow; then finished() comes. REQUIRES: nothing pulled is outstanding.
  void Finish();

  // Asked for and not taken.
  std::uint32_t num_pulls(TableId table) const { return num_pulls_[table]; }
  std::size_t buffer_bytes() const { return pool_.buffer_bytes(); }

 protected:
  Status OnDelivered(std::size_t peer, const MessageHeader& header, Payload payload) override;
  Status OnTick(TimePoint awake) override;
  bool Complete(TimePoint awake) const override;
  std::string Progress(std::size_t peer) const override;

 private:
  struct PendingPull {
    Step step;
    std::uint64_t required = 0;  // everybody's pushes up to this step
    bool inspection = false;     // and none beyond
    TimePoint since;
    PulledSlice answer;
    std::vector<bool> complete;  // [num_shards]
    std::uint32_t num_complete = 0;
  };
  struct OpenBatch {
    Buffer buffer;
    RowBatchWriter rows;        // used if the table has rows, ...
    NumberBatchWriter numbers;  // ... and otherwise this
  };
  using SliceKey = std::pair<TableId, std::uint32_t>;

  // Sends a pull or inspection to every shard.
  void Request(MessageHeader header, std::uint64_t required);
  // Adds an item of an owner by add(batch), false if there is no room in the batch.
  template <typename Add>
  bool TryAdd(std::uint32_t owner, Add&& add);
  Status CheckFreshness(const PendingPull& pull, const MessageHeader& answer) const;
  Status OnAnswer(std::uint32_t shard, const MessageHeader& header, Payload payload);
  // Makes room in the batch of a shard: sends it and opens another. False if there is no buffer.
  bool OpenNext(std::uint32_t shard);
  void SendBatch(std::uint32_t shard, bool last);

  BufferPool pool_;
  bool pushing_ = false;
  MessageHeader push_header_;
  std::vector<OpenBatch> open_;  // [num_shards]
  std::map<SliceKey, PendingPull> pulls_;
  std::vector<std::uint32_t> num_pulls_;  // [num_tables]
  std::uint32_t last_clock_ = 0;          // of any push or pull
  std::vector<bool> bye_;                 // [num_shards]
  std::uint32_t num_byes_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_PS_CLIENT_H_
