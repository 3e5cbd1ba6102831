// A change of one count of a word's row: what samplers give out and parameter servers add up.
#ifndef LIGHTLDA_TABLE_TOPIC_DELTA_H_
#define LIGHTLDA_TABLE_TOPIC_DELTA_H_

#include <cstdint>

#include "lightlda/types.h"

namespace lightlda {

struct TopicDelta {
  TopicId topic;
  std::int32_t delta;
  friend bool operator==(const TopicDelta&, const TopicDelta&) = default;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_TOPIC_DELTA_H_
