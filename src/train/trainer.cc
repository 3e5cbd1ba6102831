// Training in one process: a run with a team of one behind the public calls.
#include "lightlda/trainer.h"

#include <utility>

#include "base/out_of_memory.h"
#include "collective/solo_group.h"
#include "train/observer_calls.h"
#include "train/plan.h"
#include "train/team.h"
#include "train/time_limit.h"
#include "train/train_run.h"

namespace lightlda {

struct LIGHTLDA_NO_EXPORT Trainer::Impl {
  Impl(const Corpus& corpus, const TrainConfig& config, const PlanDetails& details,
       TrainObserver* observer_of_user, StopToken stop)
      : plan(details),
        observer(observer_of_user),
        run(config, &corpus, details, &team, &observer, std::move(stop)) {}

  // What the observer has thrown while call() ran passes through here.
  template <typename Call>
  auto Run(Call&& call) -> decltype(call()) {
    auto result = std::forward<Call>(call)();
    observer.Rethrow();
    return result;
  }

  TrainPlan plan;
  SoloGroup group;
  TrainTeam team = TeamOfOne(&group);
  ObserverCalls observer;
  TrainRun run;
};

Trainer::Trainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

Result<Trainer> Trainer::Make(const Corpus& corpus, const TrainConfig& config, const Model* from,
                              TrainObserver* observer, StopToken stop) {
  std::unique_ptr<Impl> impl;
  const Status made = CatchBadAlloc([&]() -> Status {
    LIGHTLDA_RETURN_IF_ERROR(config.Validate());
    LIGHTLDA_RETURN_IF_ERROR(CheckTrainable(corpus));
    LIGHTLDA_ASSIGN_OR_RETURN(const PlanDetails plan, PlanRun(config, corpus));
    impl = std::make_unique<Impl>(corpus, config, plan, observer, std::move(stop));
    if (from != nullptr) impl->run.GoOnFrom(*from);
    return {};
  });
  LIGHTLDA_RETURN_IF_ERROR(made);
  LIGHTLDA_RETURN_IF_ERROR(impl->Run([&] { return impl->run.Start(); }));
  return Trainer(std::move(impl));
}

Result<Trainer> Trainer::Start(const Corpus& corpus, const TrainConfig& config,
                               TrainObserver* observer, StopToken stop) {
  return Make(corpus, config, nullptr, observer, std::move(stop));
}

Result<Trainer> Trainer::Resume(const Corpus& corpus, const Model& model, const TrainConfig& config,
                                TrainObserver* observer, StopToken stop) {
  if (!config.model.empty()) {
    return Status::Usage("`model`: a run goes on from a model in memory alone, found " +
                         config.model);
  }
  return Make(corpus, config, &model, observer, std::move(stop));
}

const TrainPlan& Trainer::plan() const { return impl_->plan; }
bool Trainer::done() const { return impl_->run.done(); }

Result<IterationMetrics> Trainer::Step() {
  return impl_->Run([this] { return impl_->run.Step(); });
}
Result<TrainResult> Trainer::Finish() {
  return impl_->Run([this] { return impl_->run.Finish(); });
}
Result<std::string> Trainer::Save(const std::string& directory) {
  return impl_->run.SaveTo(directory);
}
Result<Model> Trainer::CurrentModel() { return impl_->run.CurrentModel(); }
std::span<const Count> Trainer::topic_totals() const { return impl_->run.topic_totals(); }

Result<TrainPlan> PlanTraining(const TrainConfig& config) {
  return CatchBadAlloc([&]() -> Result<TrainPlan> {
    LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenForTraining(config));
    LIGHTLDA_ASSIGN_OR_RETURN(PlanDetails plan, PlanRun(config, corpus));
    return TrainPlan(std::move(plan));
  });
}

Result<TrainResult> Train(const TrainConfig& config, TrainObserver* observer, StopToken stop) {
  const auto begin = TimeLimit::Clock::now();
  const Result<Corpus> corpus = CatchBadAlloc([&] { return OpenForTraining(config); });
  LIGHTLDA_RETURN_IF_ERROR(corpus.status());
  LIGHTLDA_ASSIGN_OR_RETURN(
      Trainer trainer,
      Trainer::Start(corpus.value(), WithTimeLeft(config, begin), observer, std::move(stop)));
  while (!trainer.done()) LIGHTLDA_RETURN_IF_ERROR(trainer.Step().status());
  return trainer.Finish();
}

}  // namespace lightlda
