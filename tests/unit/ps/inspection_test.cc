// Inspections at a shard: what they wait for, what they show, and that they leave no trace.
#include <catch2/catch.hpp>

#include "shard_harness.h"

namespace lightlda::testing {
namespace {

using std::chrono::seconds;

TEST_CASE("an inspection waits for the end of the clock, all phases, and shows it", "[ps]") {
  ShardTest test(0);
  test.Inspect(0, 0);
  test.Inspect(1, 0);
  CHECK(test.Answered(0, 0).empty());
  REQUIRE(test.hand.Answers(0).size() == 1);
  CHECK(test.hand.Answers(0)[0].header.applied_clock == 0);
  for (const ActorId worker : {0u, 1u}) test.Push(worker, {1, 0}, 0, {{0, 5}});
  for (const ActorId worker : {0u, 1u}) test.Pull(worker, {1, 0});
  test.Push(1, {1, 1}, 0, {{0, -4}, {1, 4}});
  test.Inspect(1, 1);
  (void)test.Answered(1, 0);
  CHECK(test.hand.Answers(1).size() == 2);  // of clock 0, and the pull
  test.Push(0, {1, 1}, 0, {{0, -3}, {1, 3}});
  CHECK(test.Answered(1, 2) == Row{{0, 3}, {1, 7}});
  CHECK(test.hand.Answers(1)[2].header.applied_clock == 1);
  CHECK(test.hand.Answers(1)[2].header.step == Step{1, 0});
}

TEST_CASE("an inspection leaves no trace in the order of pushes and pulls", "[ps]") {
  for (const std::uint32_t staleness : {0u, 1u, 3u}) {
    ShardTest test(staleness);
    const std::uint8_t last = test.job->num_phases() - 1;
    for (const std::uint32_t clock : {1u, 2u}) {
      for (std::uint8_t phase = 0; phase <= last; ++phase) {
        for (const ActorId worker : {0u, 1u}) {
          if (staleness > 0) test.Pull(worker, {clock, phase});
          test.Push(worker, {clock, phase}, 0, {{worker, 1}});
        }
        // Before the pulls of the last step, between them, and after.
        if (phase == last) test.Inspect(1, clock);
        for (const ActorId worker : {0u, 1u}) {
          if (staleness == 0) test.Pull(worker, {clock, phase});
          if (phase == last) test.Inspect(0, clock);
        }
      }
    }
    CHECK(test.shard.status().message() == "");
    (void)test.Answered(0, 0);
    const std::uint32_t pulls = staleness == 0 ? 4 : 2;
    REQUIRE(test.hand.Answers(0).size() == pulls + 4);
    REQUIRE(test.hand.Answers(1).size() == pulls + 2);
    const std::uint32_t steps = 2 * test.job->num_phases();
    CHECK(test.Answered(0, pulls + 3) == Row{{0, steps}, {1, steps}});
  }
}

TEST_CASE("workers who inspect together share answers, of which few are kept", "[ps]") {
  ToySpec spec;
  spec.num_words = 40;
  spec.num_tokens = 2000;
  spec.num_slices = 20;
  const auto job = MakeToyJob(spec, 3, 1, {});
  ServerShard shard(job, 0, seconds(10));
  ActorHarness hand(job.get(), &shard, job->ShardActor(0));
  const std::uint32_t num_slices = job->table(kRows).num_slices();
  REQUIRE(num_slices == 20);
  const auto inspect = [&](ActorId worker, std::uint32_t slice) {
    MessageHeader header = hand.Header(MessageType::kInspect, worker);
    header.slice = slice;
    hand.Give(header);
  };
  for (std::uint32_t slice = 0; slice < num_slices; ++slice) inspect(0, slice);
  shard.Advance(hand.now, &hand.transport);
  hand.transport.sent.clear();  // they hold buffers too, as does the link until acknowledged
  MessageHeader heartbeat = hand.Header(MessageType::kHeartbeat, 0);
  heartbeat.ack = num_slices;
  hand.Give(heartbeat);
  CHECK(shard.num_encoded() == 20);
  CHECK(shard.pool().num_free() == shard.pool().num_buffers() - 8);
  inspect(1, 19);
  CHECK(shard.num_encoded() == 20);
  CHECK(shard.status().message() == "");
}

TEST_CASE("an inspection that the workers cannot have agreed on ends the job", "[ps]") {
  const std::string worker = "worker 0 (rank 0 on host h): ";
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, 1}});
          t->Inspect(0, 1);
        }) == worker + "inspects clock 1 after a push of step 1.0");
  CHECK(Outcome(1, [](ShardTest* t) { t->Inspect(0, 1); }) ==
        worker + "inspects clock 1 after a push of step 0");
  CHECK(Outcome(1, [](ShardTest* t) {
          t->Pull(1, {1, 0});
          t->Push(1, {1, 0}, 0, {{0, 1}});
          t->Inspect(0, 0);
        }) == worker + "inspects clock 0 after a push of step 1 of worker 1 (rank 1 on host h)");
  CHECK(Outcome(1,
                [](ShardTest* t) {
                  t->Pull(1, {1, 0});
                  t->Push(1, {1, 0}, 0, {{0, 1}});
                  t->Inspect(1, 1);
                  t->Pull(0, {1, 0});
                  t->Push(0, {1, 0}, 0, {{0, 1}});
                  t->Inspect(1, 1);
                  t->Pull(0, {2, 0});
                  t->Push(0, {2, 0}, 0, {{0, 1}});
                  t->Inspect(1, 1);
                }) ==
        "worker 1 (rank 1 on host h): inspects clock 1 after a push of step 2 of worker 0 "
        "(rank 0 on host h)");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, 1}});
          t->Pull(0, {1, 0});
          t->Inspect(0, 0);
        }) == worker + "inspects clock 0 after a push of step 1.0");
  CHECK(Outcome(4, [](ShardTest* t) {
          t->Pull(0, {1, 0});
          t->Push(0, {1, 0}, 0, {{0, 1}});
          t->Inspect(0, 1);
          t->Inspect(0, 1);
        }) == worker + "inspects clock 1 while a pull waits");
  CHECK(Outcome(0, [](ShardTest* t) {
          MessageHeader header = t->hand.Header(MessageType::kInspect, 0);
          header.step = {0, 1};
          t->hand.Give(header);
        }) == worker + "no such step: clock 0, phase 1");
}

TEST_CASE("a push while another worker's inspection waits ends the job", "[ps]") {
  ToySpec spec;
  spec.num_words = 2;
  spec.num_topics = 2;
  spec.num_slices = 1;
  JobOptions options;
  options.staleness = 4;
  const auto job = MakeToyJob(spec, 3, 1, options);
  ServerShard shard(job, 0, seconds(10));
  ActorHarness hand(job.get(), &shard, 3);
  const auto give = [&](MessageType type, ActorId worker, std::uint32_t clock) {
    MessageHeader header = hand.Header(type, worker);
    header.step = {clock, 0};
    hand.Give(header);
  };
  for (const ActorId worker : {0u, 1u}) {
    give(MessageType::kPull, worker, 1);
    give(MessageType::kPush, worker, 1);
  }
  give(MessageType::kInspect, 0, 1);  // waits for worker 2
  give(MessageType::kPull, 1, 2);
  CHECK(shard.status().message() == "");
  give(MessageType::kPush, 1, 2);
  CHECK(shard.status().message() ==
        "worker 1 (rank 1 on host h): pushes step 2 while worker 0 (rank 0 on host h) inspects "
        "clock 1");
}

}  // namespace
}  // namespace lightlda::testing
