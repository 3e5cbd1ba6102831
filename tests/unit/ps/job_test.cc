// What a job's description must say, and how its steps are counted.
#include "ps/job.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lightlda {
namespace {

Job MakeJob() {
  Job job;
  job.num_workers = 2;
  job.num_shards = 3;
  job.members = {{"rank 0 on host a"}, {"rank 1 on host b"}, {""}, {""}, {"rank 2 on host b"}};
  TableSpec spec;
  spec.name = "numbers";
  spec.num_items = 10;
  TableSpec split = spec;
  split.name = "split";
  split.pulled = Distribution::kSplit;
  split.slice_begins = {0, 5, 10};
  for (const TableSpec& table : {spec, split}) {
    job.tables.push_back(TableLayout::Make(table, 3).value());
  }
  return job;
}

std::string Refusal(const std::function<void(Job*)>& change) {
  Job job = MakeJob();
  change(&job);
  const Status status = job.Validate();
  CHECK((status.ok() || status.code() == StatusCode::kUsage));
  return status.message();
}

TEST_CASE("a job that makes no sense is refused with what was expected", "[ps]") {
  CHECK(Refusal([](Job*) {}) == "");
  CHECK(Refusal([](Job* job) { job->num_workers = 0; }) ==
        "expected at least one worker and one shard");
  CHECK(Refusal([](Job* job) { job->members.pop_back(); }) == "expected 5 members, found 4");
  CHECK(Refusal([](Job* job) { job->tables.clear(); }) == "expected 1 to 256 tables, found 0");
  CHECK(Refusal([](Job* job) {
          TableSpec spec = job->tables[0].spec();
          job->tables[0] = TableLayout::Make(spec, 2).value();
        }) == "table numbers is laid out for 2 shards, the job has 3");
  CHECK(Refusal([](Job* job) { job->options.batch_bytes = 63; }) ==
        "batch_bytes: expected 64 to 64 Mi, found 63");
  CHECK(Refusal([](Job* job) { job->options.num_buffers = 3; }) ==
        "num_buffers: expected more than the 3 shards, found 3");
  CHECK(Refusal([](Job* job) { job->options.window_bytes = 100; }) ==
        "expected windows of at least one batch");
  CHECK_FALSE(
      Refusal([](Job* job) { job->options.stall_timeout = job->options.heartbeat; }).empty());
}

TEST_CASE("actors and slices have names that say who and what they are", "[ps]") {
  const Job job = MakeJob();
  CHECK(job.Name(1) == "worker 1 (rank 1 on host b)");
  CHECK(job.Name(2) == "shard 0");
  CHECK(job.Name(job.ShardActor(2)) == "shard 2 (rank 2 on host b)");
  CHECK(job.SliceName(0, 0) == "numbers");
  CHECK(job.SliceName(1, 1) == "slice 1 of split");
}

TEST_CASE("at staleness 0 a clock has two steps, otherwise one", "[ps]") {
  Job job = MakeJob();
  CHECK(job.num_phases() == 2);
  CHECK(job.Ordinal({1, 0}) == 1);
  CHECK(job.Ordinal({3, 1}) == 6);
  CHECK(job.EndOf(3) == 6);
  CHECK(job.EndOf(0) == 0);
  CHECK(job.CompleteClock(5) == 2);
  CHECK(job.Required(5) == 5);
  CHECK(StepName(job, 6) == "3.1");
  CHECK(StepName(job, 0) == "0");
  job.options.staleness = 3;
  CHECK(job.num_phases() == 1);
  CHECK(job.Ordinal({3, 0}) == 3);
  CHECK(job.EndOf(3) == 3);
  CHECK(job.Required(2) == 0);
  CHECK(job.Required(5) == 2);
  CHECK(StepName(job, 6) == "6");
}

TEST_CASE("a worker's arena stays the same however many shards keep a buffer open", "[ps]") {
  for (const std::uint32_t shards : {1u, 16u, 17u, 100u, 256u}) {
    const JobOptions options = JobOptions::ForShards(shards);
    INFO(shards << " shards");
    CHECK(options.num_buffers > shards);
    CHECK(options.num_buffers * options.batch_bytes <= std::size_t{64} << 20);
    CHECK(options.num_buffers * options.batch_bytes > std::size_t{63} << 20);
  }
  // Then batches are as small as is sensible.
  CHECK(JobOptions::ForShards(1000).batch_bytes == std::size_t{64} << 10);
  CHECK(JobOptions::ForShards(1000).num_buffers == 4000);
}

}  // namespace
}  // namespace lightlda
