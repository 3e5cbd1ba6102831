// What a worker pulled: the rows of a slice as the shards sent them, unpacked word by word on
// demand.
#ifndef LIGHTLDA_PS_SLICE_ROWS_H_
#define LIGHTLDA_PS_SLICE_ROWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "ps/placement.h"
#include "ps/table_part.h"

namespace lightlda {

// The answers to one pull.
struct PulledSlice {
  std::uint32_t slice = 0;
  std::uint32_t applied_clock = 0;               // of the least fresh shard
  std::vector<std::vector<AnswerBatch>> shards;  // [num_shards]
};

// An index over the packed rows of a pulled slice; it keeps the messages alive and copies nothing.
// Memory: 16 bytes a word of the slice beside the messages. Immutable, thread-safe.
class SliceRows {
 public:
  // `placement` must outlive it. Errors: kFailure for malformed bytes and words that are not the
  // shard's.
  static Result<SliceRows> Make(const Placement* placement, PulledSlice pulled);

  // Replaces *row by the row of a word, topics ascending. REQUIRES: the word is of the slice.
  // Errors: kFailure for a malformed row.
  Status Get(WordId word, std::vector<TopicCount>* row) const;

  std::uint32_t applied_clock() const { return pulled_.applied_clock; }

 private:
  struct Part {
    std::span<const std::uint8_t> packed;
    std::uint32_t next = kNone;  // index of the row's next part
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  Status Index(std::uint32_t shard, const AnswerBatch& batch, std::vector<std::uint32_t>* last);

  const Placement* placement_ = nullptr;
  PulledSlice pulled_;
  std::vector<std::uint32_t> first_;  // [slice_size], index of the row's first part
  std::vector<Part> parts_;
};

// Writes the numbers of a pulled slice of totals to *totals, [num_topics]. Errors: kFailure for
// malformed bytes and topics that are not the shard's.
Status ReadTotals(const Placement& placement, const PulledSlice& pulled,
                  std::vector<Count>* totals);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_SLICE_ROWS_H_
