// What a worker pulled: a slice as the shards sent it. Rows are unpacked one by one on demand.
#ifndef LIGHTLDA_PS_PULLED_SLICE_H_
#define LIGHTLDA_PS_PULLED_SLICE_H_

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "ps/answer_batch.h"
#include "ps/table_layout.h"

namespace lightlda {

// The answers to one pull.
struct PulledSlice {
  std::uint32_t slice = 0;
  std::vector<std::vector<AnswerBatch>> shards;  // [num_shards]
};

// An index over the packed rows of a pulled slice; it keeps the messages alive and copies nothing.
// Memory: 16 bytes for each row of the slice beside the messages. Immutable, thread-safe.
class SliceRows {
 public:
  // `layout`: of a table of rows; must outlive it. Errors: kFailure for malformed bytes and rows
  // that are not the shard's.
  static Result<SliceRows> Make(const TableLayout* layout, PulledSlice pulled);

  // Replaces *entries by a row, topics ascending. REQUIRES: the row is of the slice. Errors:
  // kFailure for a malformed row.
  Status Get(std::uint32_t row, std::vector<TopicCount>* entries) const;

 private:
  // A packed row, or its first part.
  struct Part {
    const std::uint8_t* bytes = nullptr;  // null: the row is empty
    std::uint32_t size = 0;
    std::uint16_t slack = 0;  // bytes that can be read behind it
    bool continued = false;   // in more_
  };

  Status Index(std::uint32_t shard, const AnswerBatch& batch, std::uint32_t* last_offset);
  // Unpacks a part into *entries.
  bool Unpack(const Part& part, std::vector<TopicCount>* entries) const;
  Status Malformed(std::uint32_t row, const char* what) const;

  const TableLayout* layout_ = nullptr;
  PulledSlice pulled_;
  std::vector<Part> parts_;                          // [slice_size]
  std::map<std::uint32_t, std::vector<Part>> more_;  // of rows that fit no message, by offset
};

// Writes the numbers of a pulled slice to *numbers, [slice_size]. `layout`: of a table of numbers.
// Errors: kFailure for malformed bytes and numbers that are not the shard's.
Status ReadNumbers(const TableLayout& layout, const PulledSlice& pulled,
                   std::vector<Count>* numbers);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_PULLED_SLICE_H_
