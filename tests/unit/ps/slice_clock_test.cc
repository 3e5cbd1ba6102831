// The rules of bounded staleness, push by push and pull by pull.
#include "ps/slice_clock.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lightlda {
namespace {

constexpr TimePoint kNow = std::chrono::seconds(1);

Job MakeJob(std::uint32_t staleness, std::uint32_t num_workers = 2) {
  Job job;
  job.num_workers = num_workers;
  job.members.resize(num_workers + 1);
  job.options.staleness = staleness;
  return job;
}

// A push in one message.
std::string Push(SliceClock* clock, std::uint32_t worker, std::uint64_t ordinal) {
  const Status status = clock->CheckPush(worker, ordinal);
  if (status.ok()) clock->FinishPush(worker);
  return status.message();
}
std::string Pull(SliceClock* clock, std::uint32_t worker, std::uint64_t ordinal,
                 std::uint32_t min_clock = 0) {
  return clock->AddPull(worker, ordinal, min_clock, kNow).message();
}
// Answers all that can be; the workers that were.
std::vector<std::uint32_t> Answered(SliceClock* clock) {
  std::vector<std::uint32_t> workers;
  while (const SliceClock::Pull* const pull = clock->FirstReady()) {
    workers.push_back(pull->worker);
    clock->FinishFirstReady();
  }
  return workers;
}

using Workers = std::vector<std::uint32_t>;

TEST_CASE("at staleness 0 a step is pushed by all before anybody is answered", "[ps]") {
  const Job job = MakeJob(0);
  SliceClock clock(&job);
  CHECK(Push(&clock, 0, 1) == "");
  CHECK(Pull(&clock, 0, 1) == "");
  CHECK(Answered(&clock).empty());
  CHECK(clock.applied() == 0);
  CHECK(Push(&clock, 1, 1) == "");
  CHECK(clock.applied() == 1);
  CHECK(Answered(&clock) == Workers{0});
  CHECK(Push(&clock, 0, 2) == "");  // while worker 1 has yet to pull step 1
  CHECK(Pull(&clock, 1, 1) == "");
  CHECK(Answered(&clock) == Workers{1});
}

TEST_CASE("at staleness s a pull waits for pushes s steps back and no longer", "[ps]") {
  for (const std::uint32_t staleness : {1u, 2u, 5u}) {
    const Job job = MakeJob(staleness);
    SliceClock clock(&job);
    for (std::uint64_t step = 1; step <= staleness; ++step) {
      CHECK(Pull(&clock, 0, step) == "");
      CHECK(Answered(&clock) == Workers{0});
      CHECK(Push(&clock, 0, step) == "");
    }
    CHECK(Pull(&clock, 0, staleness + 1) == "");
    CHECK(Answered(&clock).empty());
    CHECK(Pull(&clock, 1, 1) == "");
    CHECK(Answered(&clock) == Workers{1});
    CHECK(Push(&clock, 1, 1) == "");
    CHECK(Answered(&clock) == Workers{0});
  }
}

TEST_CASE("a pull may want more than the staleness asks for, but not what it has not pushed",
          "[ps]") {
  const Job job = MakeJob(3);
  SliceClock clock(&job);
  CHECK(Pull(&clock, 0, 1, 1) == "pulls clock 1 before its own push");
  CHECK(Pull(&clock, 0, 1) == "");
  CHECK(Answered(&clock) == Workers{0});
  CHECK(Push(&clock, 0, 1) == "");
  CHECK(Pull(&clock, 0, 2, 1) == "");
  CHECK(Answered(&clock).empty());
  CHECK(Pull(&clock, 1, 1) == "");
  CHECK(Push(&clock, 1, 1) == "pushes step 1 before the answer to step 1");
  CHECK(Answered(&clock) == Workers{1});
  CHECK(Push(&clock, 1, 1) == "");
  CHECK(Answered(&clock) == Workers{0});
}

TEST_CASE("a push out of order, or before the answer that it follows, is refused", "[ps]") {
  const Job strict = MakeJob(0);
  SliceClock clock(&strict);
  CHECK(Push(&clock, 0, 2) == "expected a push of step 1.0, found step 1.1");
  CHECK(Push(&clock, 0, 1) == "");
  CHECK(Push(&clock, 0, 1) == "expected a push of step 1.1, found step 1.0");
  CHECK(Push(&clock, 0, 2) == "pushes step 1.1 before the answer to step 1.0");
  const Job loose = MakeJob(1);
  SliceClock other(&loose);
  CHECK(Push(&other, 0, 1) == "pushes step 1 before the answer to step 1");
}

TEST_CASE("a pull out of order, or beside another of the worker, is refused", "[ps]") {
  const Job job = MakeJob(0);
  SliceClock clock(&job);
  CHECK(Pull(&clock, 0, 1) == "pulls step 1.0 after a push of step 0 and a pull of step 0");
  CHECK(Push(&clock, 0, 1) == "");
  CHECK(Pull(&clock, 0, 1) == "");
  CHECK(Pull(&clock, 0, 1) != "");  // it waits already
  CHECK(clock.waiting().size() == 1);
}

TEST_CASE("an inspection shows exactly a clock's end and leaves no trace", "[ps]") {
  const Job job = MakeJob(2);
  SliceClock clock(&job);
  REQUIRE(clock.AddInspection(0, 0, kNow).ok());
  CHECK(Answered(&clock) == Workers{0});
  REQUIRE(Pull(&clock, 0, 1) == "");
  CHECK(Answered(&clock) == Workers{0});
  REQUIRE(Push(&clock, 0, 1) == "");
  REQUIRE(clock.AddInspection(0, 1, kNow).ok());
  CHECK(Answered(&clock).empty());  // worker 1 has not pushed
  REQUIRE(Pull(&clock, 1, 1) == "");
  CHECK(Answered(&clock) == Workers{1});
  REQUIRE(Push(&clock, 1, 1) == "");
  CHECK(Answered(&clock) == Workers{0});
  CHECK(Pull(&clock, 0, 2) == "");
  CHECK_FALSE(clock.AddInspection(1, 0, kNow).ok());
}

TEST_CASE("nobody may push on while an inspection waits", "[ps]") {
  const Job job = MakeJob(4, 3);
  SliceClock clock(&job);
  for (const std::uint32_t worker : {0u, 1u}) {
    REQUIRE(Pull(&clock, worker, 1) == "");
    CHECK(Answered(&clock) == Workers{worker});
    REQUIRE(Push(&clock, worker, 1) == "");
  }
  REQUIRE(clock.AddInspection(0, 1, kNow).ok());
  REQUIRE(Pull(&clock, 1, 2) == "");
  CHECK(Answered(&clock) == Workers{1});
  CHECK(Push(&clock, 1, 2) == "pushes step 2 while worker 0 inspects clock 1");
}

TEST_CASE("workers of any pace come to an end, none further ahead than the bound", "[ps]") {
  std::mt19937 random(5);
  for (const std::uint32_t staleness : {0u, 1u, 3u}) {
    const Job job = MakeJob(staleness, 4);
    SliceClock clock(&job);
    constexpr std::uint64_t kSteps = 40;
    // At staleness 0 a step is a push, then a pull; otherwise the other way about.
    std::vector<std::uint64_t> pushed(4, 0), pulled(4, 0);
    std::vector<bool> waits(4, false);
    for (int turn = 0; turn < 20000; ++turn) {
      const auto w = static_cast<std::uint32_t>(random() % 4);
      const bool push_next = staleness == 0 ? pushed[w] == pulled[w] : pushed[w] < pulled[w];
      if (!waits[w] && push_next && pushed[w] < kSteps) {
        REQUIRE(Push(&clock, w, ++pushed[w]) == "");
      } else if (!waits[w] && !push_next && pulled[w] < kSteps) {
        REQUIRE(Pull(&clock, w, pulled[w] + 1) == "");
        waits[w] = true;
      }
      for (const std::uint32_t worker : Answered(&clock)) {
        ++pulled[worker];
        waits[worker] = false;
        const std::uint64_t slowest = *std::min_element(pushed.begin(), pushed.end());
        const std::uint64_t behind = staleness == 0 ? 0 : staleness;
        REQUIRE(slowest + behind >= pulled[worker]);
        REQUIRE(clock.applied() == slowest);
      }
    }
    CHECK(pushed == std::vector<std::uint64_t>(4, kSteps));
    CHECK(pulled == std::vector<std::uint64_t>(4, kSteps));
  }
}

}  // namespace
}  // namespace lightlda
