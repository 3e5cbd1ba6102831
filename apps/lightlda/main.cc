// lightlda: trains a topic model. Flags in, Train() called, progress out.
#include <gflags/gflags.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/progress.h"
#include "lightlda/signals.h"
#include "lightlda/trainer.h"
#include "mpi_group.h"
#include "tool_util.h"
#include "train/cluster_trainer.h"

DEFINE_string(corpus, "", "corpus directory, made by lightlda-preprocess; required");
DEFINE_string(model, "", "model directory to write; required");
DEFINE_uint32(num_topics, 0, "number of topics K; required");
DEFINE_int64(num_iterations, 100, "full iterations, after growth");
DEFINE_double(alpha, 0.1, "prior of topics in a document, per topic");
DEFINE_double(beta, 0.01, "prior of words in a topic, per word");
DEFINE_string(
    mh_steps, "auto",
    "proposals of each kind a token an iteration: auto or a number; 0: topics are drawn from "
    "their full conditionals, of up to 256 topics");
DEFINE_uint64(seed, 1, "same seed, same model");
DEFINE_int32(num_threads, 0, "threads; 0: one per core. Does not change the model");
DEFINE_string(growth_stages, "auto",
              "doublings of the share of documents trained on, before all are: auto, 0 (none) or a "
              "number");
DEFINE_string(growth_iterations, "auto", "iterations of each growth stage: auto or a number");
DEFINE_string(growth_beta, "auto", "beta of the growth stages: auto or a number");
DEFINE_int32(likelihood_interval, 5, "iterations between likelihoods; 0: only at the end");
DEFINE_int32(preview_interval, 20, "iterations between previews of topics; 0: none");
DEFINE_string(
    memory_budget, "8G",
    "memory the run may take, e.g. 500M or 8G; token state that needs more is kept on disk; "
    "0: no limit");
DEFINE_string(scratch, "", "directory for token state on disk; default: that of the model");
DEFINE_double(checkpoint_interval, 0, "minutes between checkpoints; 0: none but when stopped");
DEFINE_string(resume, "no",
              "no; auto: go on with a stopped run in --model, else start; yes: go on or fail");
DEFINE_bool(overwrite, false, "replace an existing --model");
DEFINE_uint32(
    staleness, 0,
    "of several processes: iterations that one may run ahead of the slowest; 0: the model "
    "is that of one process");
DEFINE_int32(
    server_processes, 0,
    "of several processes: how many, the last, hold rows and do not sample; 0: all do both");
DEFINE_bool(secure, false, "of several processes: encrypt what they exchange");
DEFINE_string(bind_interface, "",
              "of several hosts: network to listen on, as an interface (eth0), an address or a "
              "network (10.0.0.0/8)");
DEFINE_string(transport, "auto",
              "between processes: auto (ipc on a host, tcp between hosts), ipc or tcp");
DEFINE_double(stall_timeout, 300, "seconds of silence after which a process is given up");
DEFINE_bool(dry_run, false, "print the plan with its memory and stop");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda", __FILE__,
    "lightlda trains a topic model (latent Dirichlet allocation) on a corpus directory.\n"
    "\n"
    "  [mpirun -np P] lightlda --corpus=CORPUS --model=MODEL --num_topics=K [flags]\n"
    "\n"
    "Ctrl-C finishes the iteration, saves and exits with 75; the same command with --resume=auto\n"
    "goes on. lightlda-dump shows what was learned.\n"};

// "auto" or a whole number of at least `least`.
Status ParseAutoOr(const char* flag, const std::string& text, int least, int auto_value,
                   int* value) {
  if (text == "auto") {
    *value = auto_value;
    return {};
  }
  std::size_t used = 0;
  try {
    *value = std::stoi(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size() || *value < least) {
    return Status::Usage(std::string("--") + flag + "=" + text +
                         ": expected auto or a number from " + std::to_string(least));
  }
  return {};
}

// "auto", which is 0, or a number above 0.
Status ParseGrowthBeta(const std::string& text, double* beta) {
  *beta = 0;
  if (text == "auto") return {};
  std::size_t used = 0;
  try {
    *beta = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used > 0 && used == text.size() && std::isfinite(*beta) && *beta > 0) return {};
  return Status::Usage("--growth_beta=" + text + ": expected auto or a number above 0");
}

// "8G", "500M", "1.5G", "0": powers of 1024.
Status ParseSize(const std::string& text, std::uint64_t* bytes) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const std::string unit = text.substr(used);
  const std::string units = "KMGT";
  const std::size_t power = unit.size() == 1 ? units.find(unit[0]) : std::string::npos;
  const bool known = unit.empty() || power != std::string::npos;
  if (used == 0 || !(value >= 0 && value < 1e15) || !known) {
    return Status::Usage("--memory_budget=" + text + ": expected a size such as 500M or 8G, or 0");
  }
  for (std::size_t i = 0; !unit.empty() && i <= power; ++i) value *= 1024;
  *bytes = static_cast<std::uint64_t>(value);
  return {};
}

Result<TrainConfig> ConfigFromFlags() {
  TrainConfig config;
  config.corpus = FLAGS_corpus;
  config.model = FLAGS_model;
  config.overwrite = FLAGS_overwrite;
  config.num_topics = FLAGS_num_topics;
  config.alpha = FLAGS_alpha;
  config.beta = FLAGS_beta;
  config.num_iterations = FLAGS_num_iterations;
  config.seed = FLAGS_seed;
  config.num_threads = FLAGS_num_threads;
  config.likelihood_interval = FLAGS_likelihood_interval;
  config.preview_interval = FLAGS_preview_interval;
  config.checkpoint_minutes = FLAGS_checkpoint_interval;
  LIGHTLDA_RETURN_IF_ERROR(ParseAutoOr("mh_steps", FLAGS_mh_steps, 0, -1, &config.mh_steps));
  LIGHTLDA_RETURN_IF_ERROR(
      ParseAutoOr("growth_stages", FLAGS_growth_stages, 0, -1, &config.growth_stages));
  LIGHTLDA_RETURN_IF_ERROR(
      ParseAutoOr("growth_iterations", FLAGS_growth_iterations, 1, 0, &config.growth_iterations));
  LIGHTLDA_RETURN_IF_ERROR(ParseGrowthBeta(FLAGS_growth_beta, &config.growth_beta));
  LIGHTLDA_RETURN_IF_ERROR(ParseSize(FLAGS_memory_budget, &config.memory_budget));
  config.scratch_directory = FLAGS_scratch;
  if (FLAGS_resume == "auto") {
    config.resume = Resume::kAuto;
  } else if (FLAGS_resume == "yes") {
    config.resume = Resume::kYes;
  } else if (FLAGS_resume != "no") {
    return Status::Usage("--resume=" + FLAGS_resume + ": expected no, auto or yes");
  }
  return config;
}

Result<ClusterOptions> ClusterOptionsFromFlags() {
  ClusterOptions options;
  options.staleness = FLAGS_staleness;
  options.server_processes = FLAGS_server_processes;
  options.secure = FLAGS_secure;
  options.bind_interface = FLAGS_bind_interface;
  options.stall_timeout_seconds = FLAGS_stall_timeout;
  if (FLAGS_transport == "ipc") {
    options.transport = ClusterOptions::Transport::kIpc;
  } else if (FLAGS_transport == "tcp") {
    options.transport = ClusterOptions::Transport::kTcp;
  } else if (FLAGS_transport != "auto") {
    return Status::Usage("--transport=" + FLAGS_transport + ": expected auto, ipc or tcp");
  }
  return options;
}

std::string DescribeTeam(const TrainPlan& plan) {
  if (plan.num_shards == 0) return "";
  return " in each of " + std::to_string(plan.num_workers) + " processes, " +
         std::to_string(plan.num_shards) + " server shards, staleness " +
         std::to_string(plan.staleness) +
         (plan.staleness == plan.wanted_staleness
              ? ""
              : ", not " + std::to_string(plan.wanted_staleness) +
                    ": topics have too few tokens for stale counts");
}

std::string FormatPrior(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2g", value);
  return text;
}

std::string Describe(const TrainPlan& plan) {
  std::string text = "plan: " + FormatFixed(plan.total_work, 1) +
                     " passes' worth of work over the corpus, " + std::to_string(plan.num_threads) +
                     (plan.num_threads == 1 ? " thread" : " threads") + DescribeTeam(plan) + "\n";
  for (const TrainPlan::Stage& stage : plan.stages) {
    text +=
        "  " + std::to_string(stage.iterations) + " iterations on " + FormatCount(stage.documents) +
        " documents, " + FormatCount(stage.tokens) + " tokens, " +
        (stage.mh_steps > 0 ? std::to_string(stage.mh_steps) + " proposals" : "no proposals") +
        ", beta " + FormatPrior(stage.beta) +
        (stage.alpha_scale != 1 ? ", alpha times " + FormatPrior(stage.alpha_scale) : "") + "\n";
  }
  text += "predicted time of an iteration over all documents: " +
          FormatDuration(plan.iteration_seconds) + "\n";
  const auto line = [&text](const char* what, std::uint64_t bytes) {
    text += std::string("  ") + what + FormatBytes(static_cast<double>(bytes)) + "\n";
  };
  text += plan.num_shards == 0 ? "memory at most:\n" : "memory of a process at most:\n";
  line("token state    ", plan.token_state_bytes);
  line("index          ", plan.index_bytes);
  line("corpus, mapped ", plan.corpus_bytes);
  if (plan.table_bytes > 0) line("counts in full ", plan.table_bytes);
  line("threads        ", plan.thread_bytes);
  line("model rows     ", plan.model_bytes);
  if (plan.num_shards > 0) {
    line("exchange       ", plan.exchange_bytes);
    line("server shard   ", plan.shard_bytes);
  }
  line("in all         ", plan.total_bytes);
  if (plan.streamed) line("on disk, streamed: token state ", plan.scratch_bytes);
  text.pop_back();
  return text;
}

// Shows the run on stderr.
class ProgressObserver final : public TrainObserver {
 public:
  void OnPlan(const TrainPlan& plan) override {
    line_.Print(Describe(plan));
    total_work_ = plan.total_work;
  }

  void OnIteration(const IterationMetrics& metrics) override {
    if (metrics.log_likelihood_per_token) {
      likelihood_ = FormatFixed(*metrics.log_likelihood_per_token, 4);
    }
    if (first_work_ < 0) {
      first_work_ = metrics.work;
      first_seconds_ = metrics.seconds;
    }
    // Work, not iterations, tells how long the rest takes: iterations of growth are short.
    const double rate = (metrics.work - first_work_) / (metrics.seconds - first_seconds_);
    // The plan's work is an estimate, so a little less than nothing may be left at the end.
    const double left = std::max(0.0, total_work_ - metrics.work);
    const std::string eta = rate > 0 ? FormatDuration(left / rate) : std::string("?");
    line_.Update("iteration " + std::to_string(metrics.iteration) + "/" +
                     std::to_string(metrics.num_iterations) + "  documents " +
                     FormatCount(metrics.active_documents) + "  log-likelihood/token " +
                     likelihood_ + "  " + FormatFixed(metrics.tokens_per_second / 1e6, 1) +
                     " Mtokens/s  ETA " + eta,
                 metrics.iteration == metrics.num_iterations);
  }

  void OnPreview(const std::vector<TopicPreview>& previews) override {
    std::string text = "largest topics:";
    for (const TopicPreview& preview : previews) {
      text += "\n  " + std::to_string(preview.topic) + " (" + FormatCount(preview.tokens) + "):";
      for (const std::string& word : preview.top_words) text += " " + word;
    }
    line_.Print(text);
  }

  void OnMessage(const std::string& message) override { line_.Print(message); }

  void Finish() { line_.Finish(); }

 private:
  ProgressLine line_;
  double total_work_ = 0;
  double first_work_ = -1;
  double first_seconds_ = 0;
  std::string likelihood_ = "-";
};

Status PrintPlan(const TrainConfig& config, const ClusterOptions& options, ProcessGroup* all) {
  LIGHTLDA_ASSIGN_OR_RETURN(const TrainPlan plan, all == nullptr
                                                      ? PlanTraining(config)
                                                      : PlanOnCluster(config, options, all));
  if (all == nullptr || all->rank() == 0) std::printf("%s\n", Describe(plan).c_str());
  return {};
}

void PrintResult(const TrainResult& result) {
  const IterationMetrics& last = result.last;
  std::fprintf(
      stderr,
      "trained on %s tokens, %.1f passes' worth of work, in %s; log-likelihood/token %.6f\n"
      "model %s (hash %s)\nnext: lightlda-dump topics --model=%s\n",
      FormatCount(last.active_tokens).c_str(), last.work, FormatDuration(last.seconds).c_str(),
      last.log_likelihood_per_token.value_or(0), FLAGS_model.c_str(), result.model_hash.c_str(),
      FLAGS_model.c_str());
}

// all: the processes of the job; null if this one is alone.
Status Run(const std::vector<std::string>& positional, ProcessGroup* all) {
  if (!positional.empty()) {
    return Status::Usage("unexpected argument " + positional[0] + "; try --help");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const TrainConfig config, ConfigFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const ClusterOptions options, ClusterOptionsFromFlags());
  if (FLAGS_dry_run) return PrintPlan(config, options, all);
  const StopToken stop = InstallInterruptHandlers();
  if (all != nullptr && all->rank() != 0) {
    return TrainOnCluster(config, options, all, nullptr, stop).status();
  }
  ProgressObserver observer;
  const Result<TrainResult> result = all == nullptr
                                         ? Train(config, &observer, stop)
                                         : TrainOnCluster(config, options, all, &observer, stop);
  observer.Finish();
  if (result.ok()) PrintResult(result.value());
  return result.status();
}

// What the whole job prints once is printed by rank 0.
int Main(int argc, char** argv) {
  auto mpi = MpiSession::Start(&argc, &argv);
  if (!mpi.ok()) return tools::Report(kProgram, mpi.status());
  const bool leads = (*mpi)->rank() == 0;
  std::vector<std::string> positional;
  if (const auto code = tools::Start(kProgram, argc, argv, &positional, /*quiet=*/!leads)) {
    return (*mpi)->End(*code == 0 ? Status() : Status::Usage("wrong flags"));
  }
  const Status outcome = Run(positional, (*mpi)->all());
  if (leads) tools::Report(kProgram, outcome);
  return (*mpi)->End(outcome);
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) { return lightlda::Main(argc, argv); }
