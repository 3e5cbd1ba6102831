#include "train/plan_details.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

namespace lightlda {
namespace {

PlanDetails TwoStagesThenFull() {
  PlanDetails plan;
  plan.stages.resize(3);
  plan.stages[0].level = 2;
  plan.stages[0].iterations = 3;
  plan.stages[1].level = 1;
  plan.stages[1].iterations = 2;
  plan.stages[2].iterations = 4;
  return plan;
}

TEST_CASE("each iteration has its stage and its place in it", "[train]") {
  const PlanDetails plan = TwoStagesThenFull();
  CHECK(NumIterations(plan) == 9);
  struct Expected {
    std::int64_t iteration;
    int level;
    bool first;
    int stage;
    std::int64_t full_iteration;
  };
  for (const Expected& expected :
       {Expected{1, 2, true, 1, 0}, Expected{3, 2, false, 1, 0}, Expected{4, 1, true, 2, 0},
        Expected{5, 1, false, 2, 0}, Expected{6, 0, true, 0, 1}, Expected{9, 0, false, 0, 4}}) {
    CAPTURE(expected.iteration);
    const StagePlace place = PlaceOf(plan, expected.iteration);
    CHECK(place.stage->level == expected.level);
    CHECK(place.first == expected.first);
    CHECK(place.position.iteration == expected.iteration);
    CHECK(place.position.num_iterations == 9);
    CHECK(place.position.stage == expected.stage);
    CHECK(place.position.num_growth_stages == 2);
    CHECK(place.position.full_iteration == expected.full_iteration);
    CHECK(place.position.num_full_iterations == 4);
  }
  CHECK(ToString(PlaceOf(plan, 4).position) == "growth 2/2");
  CHECK(ToString(PlaceOf(plan, 9).position) == "iteration 4/4");
}

TEST_CASE("a plan keeps what it was made of", "[train]") {
  PlanDetails details = TwoStagesThenFull();
  details.total_bytes = 5'000'000;
  details.streamed = true;
  details.scratch_bytes = 7'000'000;
  details.total_work = 4.5;
  details.iteration_seconds = 20;
  const TrainPlan plan(details);
  CHECK(plan.num_growth_stages() == 2);
  CHECK(plan.num_iterations() == 9);
  CHECK(plan.total_bytes() == 5'000'000);
  CHECK(plan.streamed());
  CHECK(plan.scratch_bytes() == 7'000'000);
  CHECK(plan.disk_bytes() == 7'000'000);
  CHECK(plan.total_seconds() == Approx(90));
  const std::string text = plan.ToString();
  CHECK(text.find("  time      about 1m30s") != std::string::npos);
  CHECK(text.find("  growth    5 iterations on a part") != std::string::npos);
  CHECK(text.find("  then      4 iterations on all documents") != std::string::npos);
  CHECK(text.find("  memory    at most 5.0 MB") != std::string::npos);
  CHECK(text.find("  disk      at most 7.0 MB") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
