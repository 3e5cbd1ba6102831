#include "train/plan_details.h"

#include <memory>
#include <utility>

namespace lightlda {

std::int64_t NumIterations(const PlanDetails& plan) {
  std::int64_t all = 0;
  for (const PlanDetails::Stage& stage : plan.stages) all += stage.iterations;
  return all;
}

StagePlace PlaceOf(const PlanDetails& plan, std::int64_t iteration) {
  StagePlace place;
  place.position.iteration = iteration;
  place.position.num_iterations = NumIterations(plan);
  place.position.num_growth_stages = static_cast<int>(plan.stages.size()) - 1;
  place.position.may_end_sooner = plan.ends_when_settled;
  place.position.num_full_iterations = plan.stages.back().iterations;
  std::int64_t before = 0;
  for (const PlanDetails::Stage& stage : plan.stages) {
    place.stage = &stage;
    place.first = iteration == before + 1;
    if (stage.level == 0) {
      place.position.stage = 0;
      place.position.full_iteration = iteration - before;
      break;
    }
    ++place.position.stage;
    before += stage.iterations;
    if (iteration <= before) break;
  }
  return place;
}

TrainPlan::TrainPlan(PlanDetails details)
    : details_(std::make_shared<const PlanDetails>(std::move(details))) {}

int TrainPlan::num_growth_stages() const { return static_cast<int>(details_->stages.size()) - 1; }
std::int64_t TrainPlan::num_iterations() const { return NumIterations(*details_); }
double TrainPlan::total_work() const { return details_->total_work; }
int TrainPlan::num_threads() const { return details_->num_threads; }
int TrainPlan::num_workers() const { return details_->num_workers; }
double TrainPlan::iteration_seconds() const { return details_->iteration_seconds; }
double TrainPlan::total_seconds() const {
  return details_->iteration_seconds * details_->total_work;
}
std::uint64_t TrainPlan::disk_bytes() const {
  const auto saves = static_cast<std::uint64_t>(details_->num_saves);
  const auto workers = static_cast<std::uint64_t>(details_->num_workers);
  return details_->saved_bytes * saves + (streamed() ? details_->scratch_bytes * workers : 0);
}
std::uint64_t TrainPlan::total_bytes() const { return details_->total_bytes; }
bool TrainPlan::streamed() const { return details_->streamed; }
std::uint64_t TrainPlan::scratch_bytes() const { return details_->scratch_bytes; }

}  // namespace lightlda
