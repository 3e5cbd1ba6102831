// Sums and differences of rows of the word-topic table.
#ifndef LIGHTLDA_TABLE_ROW_ARITHMETIC_H_
#define LIGHTLDA_TABLE_ROW_ARITHMETIC_H_

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "table/topic_delta.h"

namespace lightlda {

// Replaces *deltas by `after` - `before`. Rows: topics ascending, counts > 0 and below 2^31.
inline void SubtractRows(std::span<const TopicCount> after, std::span<const TopicCount> before,
                         std::vector<TopicDelta>* deltas) {
  deltas->clear();
  auto old = before.begin();
  for (const TopicCount& entry : after) {
    for (; old != before.end() && old->topic < entry.topic; ++old) {
      deltas->push_back({old->topic, -static_cast<std::int32_t>(old->count)});
    }
    auto delta = static_cast<std::int32_t>(entry.count);
    if (old != before.end() && old->topic == entry.topic) {
      delta -= static_cast<std::int32_t>((old++)->count);
    }
    if (delta != 0) deltas->push_back({entry.topic, delta});
  }
  for (; old != before.end(); ++old) {
    deltas->push_back({old->topic, -static_cast<std::int32_t>(old->count)});
  }
}

// Replaces *sum by row + deltas. deltas: topics ascending. False, with *sum unspecified, if a count
// would be below 0 or beyond 32 bits.
inline bool AddDeltas(std::span<const TopicCount> row, std::span<const TopicDelta> deltas,
                      std::vector<TopicCount>* sum) {
  sum->clear();
  auto old = row.begin();
  for (const TopicDelta& delta : deltas) {
    for (; old != row.end() && old->topic < delta.topic; ++old) sum->push_back(*old);
    std::int64_t value = delta.delta;
    if (old != row.end() && old->topic == delta.topic) value += (old++)->count;
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) return false;
    if (value > 0) sum->push_back({delta.topic, static_cast<std::uint32_t>(value)});
  }
  sum->insert(sum->end(), old, row.end());
  return true;
}

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_ARITHMETIC_H_
