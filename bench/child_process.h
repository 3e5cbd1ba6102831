// A piece of work in a process of its own, so that its peak memory is its own.
#ifndef LIGHTLDA_BENCH_CHILD_PROCESS_H_
#define LIGHTLDA_BENCH_CHILD_PROCESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "lightlda/status.h"

namespace lightlda::bench {

struct ChildResult {
  std::shared_ptr<nlohmann::ordered_json> value;  // what the work returned; never null
  std::uint64_t peak_bytes = 0;                   // largest resident set, mapped files included
  double cpu_seconds = 0;                         // of all its threads
};

// Runs `work` in a forked child and waits for it. Errors: the work's own; kFailure if the child
// died, e.g. out of memory. REQUIRES: the calling process has one thread.
Result<ChildResult> RunInChild(const std::function<Result<nlohmann::ordered_json>()>& work);

}  // namespace lightlda::bench

#endif  // LIGHTLDA_BENCH_CHILD_PROCESS_H_
