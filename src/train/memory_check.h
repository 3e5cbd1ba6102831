// Whether a plan fits the machine: looked at before anything is sampled.
#ifndef LIGHTLDA_TRAIN_MEMORY_CHECK_H_
#define LIGHTLDA_TRAIN_MEMORY_CHECK_H_

#include <cstdint>
#include <span>
#include <string>

#include "base/memory_limit.h"
#include "lightlda/status.h"
#include "train/plan_details.h"

namespace lightlda {

// num_processes: those of the run that share the limits. A plan that cannot do without more than a
// hard limit is refused, unless the user wants no budget (memory_budget = 0). *warning: what else
// does not fit; empty: nothing. Errors: kUsage.
Status CheckMemory(const PlanDetails& plan, std::uint64_t memory_budget, std::size_t num_processes,
                   std::span<const MemoryLimit> limits, std::string* warning);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_MEMORY_CHECK_H_
