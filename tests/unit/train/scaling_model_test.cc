// The scaling model: values worked out by hand, and what must grow or fall with what.
#include "train/scaling_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <vector>

namespace lightlda {
namespace {

// 1,000 words of 1,000 tokens.
const std::vector<Count> kFlat(1000, 1000);

ScalingJob FlatJob() {
  ScalingJob job;
  job.frequencies = kFlat;
  job.num_documents = 10'000;
  job.num_topics = 1000;
  job.num_workers = 4;
  job.staleness = 1;
  job.num_slices = 8;
  return job;
}

TEST_CASE("A word's entries and a worker's changes are those worked out by hand") {
  // x0 = 0.3 + 0.5 * 1000^1.05 * (10^6)^-0.26 = 19.75 and 100 / (1 + (100 / x0)^0.71) = 24.03.
  CHECK(ExpectedEntries(100, 1e6, 1000) == Approx(24.03).epsilon(1e-3));
  CHECK(ExpectedEntries(0, 1e6, 1000) == 0);
  CHECK(ExpectedEntries(1e15, 1e18, 1000) == 1000);
  // 0.27 + 0.5 * 0.2403 of the tokens move, and change twice as many entries: 78.05 of one worker.
  CHECK(ExpectedChanges(100, 1e6, 1000, 1) == Approx(31.15).epsilon(1e-3));
  CHECK(ExpectedChanges(100, 1e6, 1000, 4) == Approx(11.617).epsilon(1e-3));
  CHECK(ExpectedChanges(100, 1e6, 1000, 4, 0.5) == Approx(7.044).epsilon(1e-3));
}

TEST_CASE("One process takes its tokens' time and has no network") {
  ScalingJob job = FlatJob();
  job.num_workers = 1;
  job.link_bits_per_second = 1;
  const ScalingPrediction result = PredictIteration(job);
  const MachineModel machine;
  CHECK(result.seconds == Approx(1e6 * (machine.token_ns + 2 * machine.proposal_ns) * 1e-9));
  CHECK(result.network_seconds == 0);
  CHECK(result.wire_bytes_per_token == 0);
  CHECK(result.limit == ScalingPrediction::Limit::kSampling);
  job.num_threads = 2;
  CHECK(PredictIteration(job).seconds == Approx(result.seconds / 1.879).epsilon(1e-3));
}

TEST_CASE("The slowest of what goes on side by side decides, after the document pass") {
  ScalingJob job = FlatJob();
  const ScalingPrediction free = PredictIteration(job);
  CHECK(free.network_seconds == 0);
  CHECK(free.seconds == Approx(free.sampling_seconds + free.row_seconds + free.shard_seconds));
  job.link_bits_per_second = 1e6;
  const ScalingPrediction slow = PredictIteration(job);
  // A process sends and receives alike: what it pushes, and its shard's answers; in frames.
  CHECK(slow.network_seconds == Approx((slow.pushed_bytes + slow.pulled_bytes) * 1.05 * 8 / 1e6));
  CHECK(slow.seconds == Approx(slow.sampling_seconds / 2 + slow.network_seconds));
  CHECK(slow.limit == ScalingPrediction::Limit::kNetwork);
  // Eight slices, two of them asked for ahead.
  job.round_trip_seconds = 0.5;
  CHECK(PredictIteration(job).seconds == Approx(slow.seconds + 4 * 0.5));
}

TEST_CASE("A link that is twice as fast takes half the time") {
  ScalingJob job = FlatJob();
  job.link_bits_per_second = 1e6;
  const double once = PredictIteration(job).network_seconds;
  job.link_bits_per_second = 2e6;
  CHECK(PredictIteration(job).network_seconds == Approx(once / 2));
}

TEST_CASE("Processes of a machine share its link and what stays within it") {
  ScalingJob job = FlatJob();
  job.link_bits_per_second = 1e6;
  const double apart = PredictIteration(job).network_seconds;
  job.processes_per_machine = 2;  // two machines: of the three others, two are elsewhere
  CHECK(PredictIteration(job).network_seconds == Approx(apart * 2 * 2 / 3));
  job.processes_per_machine = 4;
  CHECK(PredictIteration(job).network_seconds == 0);
}

TEST_CASE("More workers: less each, more on the wire") {
  ScalingJob job = FlatJob();
  job.num_workers = 1;
  ScalingPrediction before = PredictIteration(job);
  for (const std::uint32_t workers : {2, 4, 8, 16}) {
    job.num_workers = workers;
    const ScalingPrediction now = PredictIteration(job);
    CHECK(now.sampling_seconds < before.sampling_seconds);
    CHECK(now.wire_bytes_per_token > before.wire_bytes_per_token);
    CHECK(now.row_entries == before.row_entries);
    before = now;
  }
}

TEST_CASE("Staleness 0 exchanges twice") {
  ScalingJob job = FlatJob();
  const ScalingPrediction loose = PredictIteration(job);
  job.staleness = 0;
  const ScalingPrediction exact = PredictIteration(job);
  CHECK(exact.pulled_bytes == Approx(2 * loose.pulled_bytes));
  CHECK(exact.pushed_bytes > loose.pushed_bytes);
  CHECK(exact.pushed_bytes < 2 * loose.pushed_bytes);
  CHECK(exact.seconds > loose.seconds);
}

TEST_CASE("More topics: more entries, bytes and time") {
  ScalingJob job = FlatJob();
  job.num_topics = 100;
  ScalingPrediction before = PredictIteration(job);
  for (const std::uint32_t topics : {1000, 10'000, 100'000, 1'000'000}) {
    job.num_topics = topics;
    const ScalingPrediction now = PredictIteration(job);
    CHECK(now.row_entries > before.row_entries);
    CHECK(now.row_bytes > before.row_bytes);
    CHECK(now.sampling_seconds > before.sampling_seconds);
    CHECK(now.worker_memory_bytes > before.worker_memory_bytes);
    before = now;
  }
}

TEST_CASE("Dedicated servers take the shards' memory and time off the workers") {
  ScalingJob job = FlatJob();
  const ScalingPrediction combined = PredictIteration(job);
  job.num_servers = 2;
  const ScalingPrediction dedicated = PredictIteration(job);
  CHECK(combined.server_memory_bytes == 0);
  CHECK(dedicated.server_memory_bytes > 0);
  CHECK(dedicated.worker_memory_bytes < combined.worker_memory_bytes);
  CHECK(dedicated.shard_seconds > combined.shard_seconds);  // two instead of four
  CHECK(dedicated.pulled_bytes > combined.pulled_bytes);    // nothing stays in the process
}

TEST_CASE("The busiest worker's tokens decide the time") {
  ScalingJob job = FlatJob();
  const double even = PredictIteration(job).sampling_seconds;
  job.busiest_tokens = 500'000;
  CHECK(PredictIteration(job).sampling_seconds == Approx(2 * even));
}

TEST_CASE("Words that do not occur change nothing") {
  ScalingJob job = FlatJob();
  const ScalingPrediction without = PredictIteration(job);
  std::vector<Count> frequencies = kFlat;
  frequencies.insert(frequencies.begin() + 500, 100, 0);
  job.frequencies = frequencies;
  CHECK(PredictIteration(job).row_bytes == Approx(without.row_bytes));
  CHECK(PredictIteration(job).seconds == Approx(without.seconds));
}

TEST_CASE("Zipf frequencies fall with the rank and sum to the tokens") {
  const std::vector<Count> frequencies = ZipfFrequencies(1000, 1e6);
  CHECK(std::is_sorted(frequencies.rbegin(), frequencies.rend()));
  CHECK(std::accumulate(frequencies.begin(), frequencies.end(), 0.0) == Approx(1e6).epsilon(1e-3));
  CHECK(frequencies[0] == Approx(1e6 / 31 / 3.520).epsilon(1e-2));
  CHECK(ZipfFrequencies(1000, 10).back() == 1);
}

}  // namespace
}  // namespace lightlda
