// Packing of the changes of a row: as the row of their zigzag numbers (-1, 1, -2, ... as 1, 2, 3,
// ...), so that small changes of either sign take one to two bytes. A change is never 0, hence nor
// is its number. This is the one place where a TopicCount holds what is not a count.
#ifndef LIGHTLDA_TABLE_DELTA_CODEC_H_
#define LIGHTLDA_TABLE_DELTA_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "base/varint.h"
#include "lightlda/types.h"
#include "table/row_codec.h"
#include "table/topic_delta.h"

namespace lightlda {

// Replaces *row by what row_codec.h packs in place of the deltas. REQUIRES: topics ascending, no
// delta 0.
inline void DeltasToRow(std::span<const TopicDelta> deltas, std::vector<TopicCount>* row) {
  row->resize(deltas.size());
  std::ranges::transform(deltas, row->begin(), [](const TopicDelta& delta) {
    return TopicCount{delta.topic, static_cast<std::uint32_t>(ZigZag(delta.delta))};
  });
}

// Unpacks deltas into room of its own. Not thread-safe.
class DeltaUnpacker {
 public:
  // False if the bytes are not a packed row; safe on any bytes. `slack`: as of UnpackRow. *deltas:
  // topics ascending, none 0, valid until the next call.
  bool Unpack(std::span<const std::uint8_t> packed, std::uint32_t num_topics, std::size_t slack,
              std::span<const TopicDelta>* deltas) {
    const std::size_t most = MaxRowEntries(packed, num_topics);
    TopicCount* const row = row_.Room(most);
    const std::int64_t size = UnpackRow(packed, num_topics, slack, row);
    if (size < 0) return false;
    TopicDelta* const out = deltas_.Room(most);
    std::transform(row, row + size, out, [](const TopicCount& entry) {
      return TopicDelta{entry.topic, static_cast<std::int32_t>(UnZigZag(entry.count))};
    });
    *deltas = {out, static_cast<std::size_t>(size)};
    return true;
  }

 private:
  ScratchArray<TopicCount> row_;
  ScratchArray<TopicDelta> deltas_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_DELTA_CODEC_H_
