// A message's worth of an answer: what a shard encodes and a worker keeps until it is read.
#ifndef LIGHTLDA_PS_ANSWER_BATCH_H_
#define LIGHTLDA_PS_ANSWER_BATCH_H_

#include <cstdint>

#include "net/payload.h"

namespace lightlda {

// Copies share the payload. Thread-compatible.
struct AnswerBatch {
  std::uint32_t num_items = 0;  // rows or numbers in the payload
  Payload payload;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_ANSWER_BATCH_H_
