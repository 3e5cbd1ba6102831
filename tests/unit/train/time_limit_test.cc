// When a run stops for want of time.
#include "train/time_limit.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace lightlda {
namespace {

using Clock = TimeLimit::Clock;

Clock::time_point After(Clock::time_point begin, double seconds) {
  return begin +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

TEST_CASE("time is short when an iteration and a save no longer fit", "[train]") {
  const Clock::time_point begin = Clock::now();
  TimeLimit limit(/*hours=*/1, begin);
  CHECK(limit.end() == After(begin, 3600));
  limit.NoteIteration(80);
  limit.NoteIteration(40);
  // 1.25 (80 + 80): a save that is not known is taken to be as long.
  CHECK_FALSE(limit.IsShort(After(begin, 3399), 1));
  CHECK(limit.IsShort(After(begin, 3401), 1));
  limit.NoteSave(8);
  limit.NoteSave(4);
  CHECK_FALSE(limit.IsShort(After(begin, 3489), 1));
  CHECK(limit.IsShort(After(begin, 3491), 1));
  CHECK(limit.IsShort(After(begin, 3391), 2));
  CHECK(limit.IsShort(After(begin, 3600), 0));
}

TEST_CASE("without a limit time is never short", "[train]") {
  TimeLimit limit(/*hours=*/0, Clock::now());
  limit.NoteIteration(1e9);
  CHECK_FALSE(limit.IsShort(After(Clock::now(), 1e8), 1));
  CHECK(limit.end() == Clock::time_point::max());
}

TEST_CASE("what a call has spent is taken from its hours", "[train]") {
  TrainConfig config;
  CHECK(WithTimeLeft(config, After(Clock::now(), -3600)).max_hours == 0);  // none
  config.max_hours = 3;
  CHECK(WithTimeLeft(config, After(Clock::now(), -3600)).max_hours == Approx(2).epsilon(0.01));
  CHECK(WithTimeLeft(config, After(Clock::now(), -7 * 3600)).max_hours > 0);  // a limit still
}

}  // namespace
}  // namespace lightlda
