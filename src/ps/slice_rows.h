// What a worker pulled: the rows of a slice as the shards sent them, unpacked word by word on
// demand.
#ifndef LIGHTLDA_PS_SLICE_ROWS_H_
#define LIGHTLDA_PS_SLICE_ROWS_H_

#include <cstdint>
#include <map>
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
  // A packed row, or its first part.
  struct Part {
    const std::uint8_t* bytes = nullptr;  // null: the row is empty
    std::uint32_t size = 0;
    std::uint16_t slack = 0;  // bytes that can be read behind it
    bool continued = false;   // in more_
  };

  Status Index(std::uint32_t shard, const AnswerBatch& batch, std::uint32_t* last_offset);
  // Unpacks a part into *row.
  bool Unpack(const Part& part, std::vector<TopicCount>* row) const;

  const Placement* placement_ = nullptr;
  PulledSlice pulled_;
  std::vector<Part> parts_;                          // [slice_size]
  std::map<std::uint32_t, std::vector<Part>> more_;  // of rows that fit no message, by offset
};

// Writes the numbers of a pulled slice of totals to *totals, [num_topics]. Errors: kFailure for
// malformed bytes and topics that are not the shard's.
Status ReadTotals(const Placement& placement, const PulledSlice& pulled,
                  std::vector<Count>* totals);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_SLICE_ROWS_H_
