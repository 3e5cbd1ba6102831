// The order of pushes and pulls, checked for every message: a peer out of step ends the job.
#include "ps/slice_clock.h"

#include <algorithm>

namespace lightlda {

bool SliceClock::IsWaiting(std::uint32_t worker) const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [&](const Pull& pull) { return pull.worker == worker; });
}

Status SliceClock::CheckPush(std::uint32_t worker, std::uint64_t ordinal) const {
  const std::uint64_t next = pushed_[worker] + 1;
  if (ordinal != next) {
    return Status::Failure("expected a push of step " + StepName(*job_, next) + ", found step " +
                           StepName(*job_, ordinal));
  }
  // At staleness 0 this is what keeps a step's pushes out of the answers to the step before: by now
  // that answer has been encoded.
  const std::uint64_t needed = job_->options.staleness == 0 ? ordinal - 1 : ordinal;
  if (answered_[worker] != needed) {
    return Status::Failure("pushes step " + StepName(*job_, ordinal) +
                           " before the answer to step " + StepName(*job_, needed));
  }
  const auto inspection = std::find_if(waiting_.begin(), waiting_.end(),
                                       [](const Pull& pull) { return pull.inspection; });
  if (inspection != waiting_.end() && ordinal > inspection->required) {
    return Status::Failure("pushes step " + StepName(*job_, ordinal) + " while " +
                           job_->Name(inspection->worker) + " inspects clock " +
                           std::to_string(job_->CompleteClock(inspection->required)));
  }
  return {};
}

void SliceClock::FinishPush(std::uint32_t worker) {
  const bool was_last = pushed_[worker] == applied_;
  ++pushed_[worker];
  if (was_last) applied_ = *std::min_element(pushed_.begin(), pushed_.end());
}

Status SliceClock::AddPull(std::uint32_t worker, std::uint64_t ordinal, std::uint32_t min_clock,
                           TimePoint now) {
  const std::uint64_t own = job_->options.staleness == 0 ? ordinal : ordinal - 1;
  if (ordinal != answered_[worker] + 1 || own != pushed_[worker] || IsWaiting(worker)) {
    return Status::Failure("pulls step " + StepName(*job_, ordinal) + " after a push of step " +
                           StepName(*job_, pushed_[worker]) + " and a pull of step " +
                           StepName(*job_, answered_[worker]));
  }
  const std::uint64_t wanted = job_->EndOf(min_clock);
  if (wanted > own) {
    return Status::Failure("pulls clock " + std::to_string(min_clock) + " before its own push");
  }
  waiting_.push_back({worker, ordinal, std::max(job_->Required(ordinal), wanted), false, now});
  return {};
}

Status SliceClock::AddInspection(std::uint32_t worker, std::uint32_t clock, TimePoint now) {
  const std::uint64_t end = job_->EndOf(clock);
  const auto misplaced = [&](std::uint32_t other) {
    return Status::Failure("inspects clock " + std::to_string(clock) + " after a push of step " +
                           StepName(*job_, pushed_[other]) +
                           (other == worker ? "" : " of " + job_->Name(other)));
  };
  if (pushed_[worker] != end) return misplaced(worker);
  const auto ahead = std::find_if(pushed_.begin(), pushed_.end(),
                                  [&](std::uint64_t pushed) { return pushed > end; });
  if (ahead != pushed_.end()) return misplaced(static_cast<std::uint32_t>(ahead - pushed_.begin()));
  if (IsWaiting(worker)) {
    return Status::Failure("inspects clock " + std::to_string(clock) + " while a pull waits");
  }
  waiting_.push_back({worker, end, end, true, now});
  return {};
}

const SliceClock::Pull* SliceClock::FirstReady() const {
  const auto ready = std::ranges::find_if(
      waiting_, [this](const Pull& pull) { return pull.required <= applied_; });
  return ready == waiting_.end() ? nullptr : &*ready;
}

void SliceClock::FinishFirstReady() {
  const auto ready = waiting_.begin() + (FirstReady() - waiting_.data());
  if (!ready->inspection) answered_[ready->worker] = ready->ordinal;
  waiting_.erase(ready);
}

}  // namespace lightlda
