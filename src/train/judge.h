// When a run that may end sooner has done enough.
#ifndef LIGHTLDA_TRAIN_JUDGE_H_
#define LIGHTLDA_TRAIN_JUDGE_H_

#include <cstdint>
#include <optional>
#include <span>

#include "lightlda/model.h"

namespace lightlda {

// Whether the run is judged after this full iteration, 1-based: three times in a doubling. The gain
// of an iteration goes with the inverse of their number, so that of a doubling is what to look at;
// and the cost of all judgements is that of a few.
bool IsJudged(std::int64_t full_iteration);

// What the last doubling of the iterations gained: the mean of its judgements less that of the
// doubling before, nats per token. Absent while there are too few. REQUIRES: in the order that they
// were made.
std::optional<double> LastGain(std::span<const Judgement> judgements);

// Whether twice the iterations would gain too little; not before 100 iterations.
bool HasSettled(std::span<const Judgement> judgements);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_JUDGE_H_
