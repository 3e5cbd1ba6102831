// What lightlda-bench measures of a workload, each run in a process of its own.
#ifndef LIGHTLDA_BENCH_MEASUREMENT_H_
#define LIGHTLDA_BENCH_MEASUREMENT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lightlda/status.h"
#include "workload.h"

namespace lightlda::bench {

struct RunSettings {
  std::string corpus;   // directory
  std::string scratch;  // the model directory is made here and removed
  int num_threads = 1;
  int repeats = 1;
  std::string curves;  // directory that metrics.jsonl of quality runs are copied to; empty: none
};

// Training without growth and with mh_steps proposals, in memory. Members: "tokens_per_second"
// (median over runs of the median over the timed iterations), "tokens_per_second_min", "..._max"
// (over runs), "peak_bytes" (largest of the runs, everything included), "bytes_per_token", "runs".
Result<nlohmann::ordered_json> MeasureThroughput(const Workload& workload,
                                                 const RunSettings& settings, int mh_steps);

// Training as users run it (growth and proposals chosen by the trainer), until the targets are
// reached. Members: "targets", each with median "seconds" of training (no loading, no evaluation),
// "work" and "iteration", null if a run did not reach it; "best_log_likelihood_per_token",
// "peak_bytes", "bytes_per_token", "runs". Likelihoods over a part of the documents do not count.
Result<nlohmann::ordered_json> MeasureQuality(const Workload& workload,
                                              const RunSettings& settings);

}  // namespace lightlda::bench

#endif  // LIGHTLDA_BENCH_MEASUREMENT_H_
