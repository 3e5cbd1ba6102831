// Training step by step, in memory or in a directory.
#include "lightlda/trainer.h"

#include <cstdint>
#include <optional>

#include "bindings.h"

namespace lightlda::python {
namespace {

py::dict MetricsOf(const IterationMetrics& metrics) {
  py::dict all;
  all["iteration"] = metrics.iteration;
  all["num_iterations"] = metrics.num_iterations;
  all["stage"] = metrics.stage;
  all["num_growth_stages"] = metrics.num_growth_stages;
  all["full_iteration"] = metrics.full_iteration;
  all["num_full_iterations"] = metrics.num_full_iterations;
  all["active_documents"] = metrics.active_documents;
  all["active_tokens"] = metrics.active_tokens;
  all["work"] = metrics.work;
  all["seconds"] = metrics.seconds;
  all["tokens_per_second"] = metrics.tokens_per_second;
  all["log_likelihood_per_token"] = OrNone(metrics.log_likelihood_per_token);
  all["held_out_log_likelihood_per_token"] = OrNone(metrics.held_out_log_likelihood_per_token);
  all["alpha_sum"] = OrNone(metrics.alpha_sum);
  all["beta"] = OrNone(metrics.beta);
  return all;
}

// Tells a Python object of a run, and looks at signals while an iteration samples. What is raised
// meanwhile is kept until the iteration is done, so that the state stays whole; a second signal
// ends the run at once.
class Listener : public TrainObserver {
 public:
  explicit Listener(py::object object) : object_(std::move(object)) {}

  void OnPlan(const TrainPlan& plan) override {
    Tell([&] { object_.attr("plan")(Text(plan.ToString())); });
  }
  void OnMessage(const std::string& message) override {
    Tell([&] { object_.attr("message")(Text(message)); });
  }
  void OnPreview(const std::vector<TopicPreview>& previews) override {
    Tell([&] {
      py::list topics;
      for (const TopicPreview& topic : previews) {
        topics.append(py::make_tuple(topic.topic, topic.tokens, TextList(topic.top_words)));
      }
      object_.attr("preview")(topics);
    });
  }
  void OnTick(const IterationTick&) override {
    const py::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() == 0) return;
    if (raised_) throw py::error_already_set();
    raised_ = std::make_exception_ptr(py::error_already_set());
  }

  // Raises what was kept.
  void Rethrow() {
    if (raised_) std::rethrow_exception(std::exchange(raised_, nullptr));
  }

 private:
  template <typename Call>
  void Tell(Call&& call) {
    const py::gil_scoped_acquire acquired;
    try {
      call();
    } catch (py::error_already_set&) {
      if (!raised_) raised_ = std::current_exception();
    }
  }

  py::object object_;
  std::exception_ptr raised_;
};

// A Trainer with the corpus and the listener that it needs.
class Run {
 public:
  Run(const Corpus& corpus, const TrainConfig& config, py::object listener, const Model* from)
      : corpus_(corpus), listener_(std::make_unique<Listener>(std::move(listener))) {
    const std::optional<Model> kept = from == nullptr ? std::nullopt : std::optional(*from);
    trainer_ = Must(Released([&] {
      return kept ? Trainer::Resume(corpus_, *kept, config, listener_.get())
                  : Trainer::Start(corpus_, config, listener_.get());
    }));
    listener_->Rethrow();
  }
  ~Run() {
    const py::gil_scoped_release released;  // it may wait for a checkpoint
    trainer_.reset();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool done() const { return trainer_->done(); }
  std::string plan() const { return trainer_->plan().ToString(); }
  py::dict Step() {
    const IterationMetrics metrics = Must(Released([&] { return trainer_->Step(); }));
    last_ = MetricsOf(metrics);
    listener_->Rethrow();
    return last_;
  }
  // Of the last Step that was made, also if that raised; empty before the first.
  py::dict last() const { return last_; }
  std::string Finish() {
    const TrainResult result = Must(Released([&] { return trainer_->Finish(); }));
    listener_->Rethrow();
    return result.model_hash;
  }
  std::string Save(const std::string& directory) {
    return Must(Released([&] { return trainer_->Save(directory); }));
  }
  Model CurrentModel() {
    return Must(Released([&] { return trainer_->CurrentModel(); }));
  }

 private:
  Corpus corpus_;
  std::unique_ptr<Listener> listener_;
  std::optional<Trainer> trainer_;
  py::dict last_;
};

std::string ResumeName(const TrainConfig& config) {
  switch (config.resume) {
    case Resume::kNo:
      return "no";
    case Resume::kAuto:
      return "auto";
    case Resume::kYes:
      return "yes";
  }
  return "no";
}

void SetResume(TrainConfig* config, const std::string& name) {
  for (const Resume resume : {Resume::kNo, Resume::kAuto, Resume::kYes}) {
    config->resume = resume;
    if (ResumeName(*config) == name) return;
  }
  throw StatusError(Status::Usage("`resume`: expected no, auto or yes, found " + name));
}

void BindConfig(py::module_& module) {
  py::class_<TrainConfig>(module, "TrainConfig")
      .def(py::init<>())
      .def_readwrite("model", &TrainConfig::model)
      .def_readwrite("overwrite", &TrainConfig::overwrite)
      .def_property("resume", &ResumeName,
                    [](TrainConfig& c, const std::string& name) { SetResume(&c, name); })
      .def_readwrite("num_topics", &TrainConfig::num_topics)
      .def_readwrite("alpha", &TrainConfig::alpha)
      .def_readwrite("alpha_vector", &TrainConfig::alpha_vector)
      .def_readwrite("beta", &TrainConfig::beta)
      .def_readwrite("optimize_interval", &TrainConfig::optimize_interval)
      .def_readwrite("init_model", &TrainConfig::init_model)
      .def_readwrite("init_weight", &TrainConfig::init_weight)
      .def_readwrite("frozen_topics", &TrainConfig::frozen_topics)
      .def_readwrite("seed_words", &TrainConfig::seed_words)
      .def_readwrite("num_iterations", &TrainConfig::num_iterations)
      .def_readwrite("mh_steps", &TrainConfig::mh_steps)
      .def_readwrite("growth_stages", &TrainConfig::growth_stages)
      .def_readwrite("growth_iterations", &TrainConfig::growth_iterations)
      .def_readwrite("growth_beta", &TrainConfig::growth_beta)
      .def_readwrite("seed", &TrainConfig::seed)
      .def_readwrite("num_threads", &TrainConfig::num_threads)
      .def_readwrite("likelihood_interval", &TrainConfig::likelihood_interval)
      .def_readwrite("preview_interval", &TrainConfig::preview_interval)
      .def_readwrite("evaluate", &TrainConfig::evaluate)
      .def_readwrite("checkpoint_minutes", &TrainConfig::checkpoint_minutes)
      .def_readwrite("max_hours", &TrainConfig::max_hours)
      .def_readwrite("save_wait_minutes", &TrainConfig::save_wait_minutes)
      .def_readwrite("fallback_model", &TrainConfig::fallback_model)
      .def_readwrite("memory_budget", &TrainConfig::memory_budget)
      .def_readwrite("scratch_directory", &TrainConfig::scratch_directory);
}

}  // namespace

void BindTrainer(py::module_& module) {
  BindConfig(module);
  py::class_<Run>(module, "Trainer")
      .def(py::init<const Corpus&, const TrainConfig&, py::object, const Model*>(),
           py::arg("corpus"), py::arg("config"), py::arg("listener"), py::arg("model") = py::none())
      .def_property_readonly("done", &Run::done)
      .def_property_readonly("plan", &Run::plan)
      .def_property_readonly("last", &Run::last)
      .def("step", &Run::Step)
      .def("finish", &Run::Finish)
      .def("save", &Run::Save)
      .def("model", &Run::CurrentModel);
}

}  // namespace lightlda::python
