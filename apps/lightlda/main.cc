// lightlda: trains a topic model. Flags in, Train() called, progress out.
#include <gflags/gflags.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "base/disk_space.h"
#include "base/file.h"
#include "base/printable.h"
#include "base/progress.h"
#include "flag_values.h"
#include "job_end.h"
#include "lightlda/cluster.h"
#include "lightlda/signals.h"
#include "lightlda/trainer.h"
#include "mpi_group.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::TrainConfig kRun;
const lightlda::ClusterOptions kCluster;

DEFINE_string(corpus, "", "corpus directory, made by lightlda-preprocess");
DEFINE_string(model, "", "model directory to write");
DEFINE_uint32(num_topics, kRun.num_topics, "number of topics K");
DEFINE_string(num_iterations,
              lightlda::tools::AutoOrNumberText(static_cast<int>(kRun.num_iterations), 0),
              "full iterations, after growth; auto: until twice as many would help little");
DEFINE_string(
    alpha, lightlda::tools::AutoOrPositiveText(kRun.alpha),
    "prior of topics in a document, per topic: a number, or a file with a number per line and "
    "topic, which stay; auto: it is learned, one value per topic");
DEFINE_double(
    alpha_sum, 0,
    "instead of --alpha: its sum over the topics, which share it equally; 0: --alpha is it");
DEFINE_string(
    beta, lightlda::tools::AutoOrPositiveText(kRun.beta),
    "prior of words in a topic, per word: a number, which stays; auto: it is learned with "
    "alpha where topics are few, and is 0.01 else");
DEFINE_string(
    init_model, kRun.init_model,
    "model directory whose topics are the first ones here, words matched by name: today's "
    "documents added to yesterday's model, or a general model adapted to few documents");
DEFINE_string(
    init_weight, "auto",
    "tokens that stand for each token that --init_model counts, to the end: 1 adds the "
    "corpus to the model; 0 lets topics begin there and no more; auto: what predicts best");
DEFINE_string(frozen_topics, kRun.frozen_topics,
              "topics of --init_model whose words stay as they are there: all, or 0-9,12; up to "
              "256 topics in all");
DEFINE_string(seed_words, kRun.seed_words,
              "file with a line per topic that is to be about some words: its name, a tab, the "
              "words between blanks, and perhaps a tab and a weight");
DEFINE_string(
    optimize_interval, lightlda::tools::AutoOrNumberText(kRun.optimize_interval, -1),
    "full iterations between updates of the priors, of which alpha begins with --alpha: a number; "
    "0: they stay; auto: 5 if --alpha is auto, too");
DEFINE_string(
    mh_steps, lightlda::tools::AutoOrNumberText(kRun.mh_steps, -1),
    "proposals of each kind per token and iteration: auto or a number; 0: topics are drawn from "
    "their full conditionals, of up to 256 topics");
DEFINE_uint64(seed, kRun.seed, "same seed, same model");
DEFINE_int32(num_threads, kRun.num_threads, "threads; 0: one per core. Does not change the model");
DEFINE_string(growth_stages, lightlda::tools::AutoOrNumberText(kRun.growth_stages, -1),
              "doublings of the share of documents trained on, before all are: auto, 0 (none) or a "
              "number");
DEFINE_string(growth_iterations, lightlda::tools::AutoOrNumberText(kRun.growth_iterations, 0),
              "iterations of each growth stage: auto or a number");
DEFINE_string(growth_beta, lightlda::tools::AutoOrPositiveText(kRun.growth_beta),
              "beta of the growth stages: auto or a number");
DEFINE_int32(likelihood_interval, kRun.likelihood_interval,
             "iterations between likelihoods; 0: only at the end");
DEFINE_string(evaluate, kRun.evaluate,
              "corpus directory of held-out documents, as of lightlda-preprocess --holdout: with "
              "each likelihood, how well they are predicted; of more than 300 a sample. Does not "
              "change the model");
DEFINE_int32(
    preview_interval, kRun.preview_interval,
    "full iterations between previews of topics, which a log has only if this is given; 0: none");
DEFINE_string(
    memory_budget, lightlda::tools::SizeText(kRun.memory_budget),
    "memory the run may take, e.g. 500M or 8G; token state that needs more is kept on disk; "
    "0: no limit");
DEFINE_string(scratch, "", "directory for token state on disk; default: that of the model");
DEFINE_double(checkpoint_interval, kRun.checkpoint_minutes,
              "minutes between checkpoints; 0: none but when stopped");
DEFINE_double(max_hours, kRun.max_hours,
              "hours after which the run is to be stopped and saved; 0: no limit");
DEFINE_double(save_wait, 10080,
              "minutes for which a run that has ended is kept in memory while it cannot be saved, "
              "as on a full disk; 0: none");
DEFINE_string(fallback_model, kRun.fallback_model,
              "new directory to save in when that wait is over, or a signal ends it");
DEFINE_string(resume, "no",
              "no; auto: go on with a stopped run in --model, else start; yes: go on or fail");
DEFINE_bool(overwrite, kRun.overwrite, "replace an existing --model");
DEFINE_uint32(
    staleness, kCluster.staleness,
    "of several processes: iterations that one may run ahead of the slowest; 0: the model "
    "is that of one process");
DEFINE_int32(
    server_processes, kCluster.server_processes,
    "of several processes: how many, the last, hold rows and do not sample; 0: all do both");
DEFINE_bool(secure, kCluster.secure, "of several processes: encrypt what they exchange");
DEFINE_string(bind_interface, "",
              "of several hosts: network to listen on, as an interface (eth0), an address or a "
              "network (10.0.0.0/8)");
DEFINE_string(transport, "auto",
              "between processes: auto (ipc on a host, tcp between hosts), ipc or tcp");
DEFINE_double(stall_timeout, kCluster.stall_timeout_seconds,
              "seconds of silence after which a process is given up");
DEFINE_bool(dry_run, false, "print the plan with its memory and stop");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda", __FILE__,
    "[mpirun -np P] lightlda --corpus=CORPUS --model=MODEL --num_topics=K [flags]\n"
    "\n"
    "Trains a topic model (latent Dirichlet allocation) on a corpus directory, which\n"
    "lightlda-preprocess makes. lightlda-dump shows what was learned.\n"
    "\n"
    "Ctrl-C, SIGTERM, SIGHUP and SIGUSR1 finish the iteration, save and exit with 75;\n"
    "the same command with --resume=auto goes on. SIGUSR2 saves and goes on.\n"
    "\n"
    "Examples\n"
    "  lightlda --corpus=news.corpus --model=news.model --num_topics=50 --dry_run\n"
    "  lightlda --corpus=news.corpus --model=news.model --num_topics=50\n"
    "  lightlda --corpus=news.corpus --model=news.model --num_topics=50 --resume=auto\n"
    "  mpirun -np 4 lightlda --corpus=news.corpus --model=big.model --num_topics=1000\n"};

Status ParseAlpha(TrainConfig* config) {
  const Result<double> alpha = tools::ParseAutoOrPositive("alpha", FLAGS_alpha);
  if (FLAGS_alpha_sum != 0) {
    if (!(FLAGS_alpha_sum > 0)) return Status::Usage("--alpha_sum: expected a number above 0");
    if (!alpha.ok() || alpha.value() != 0) {
      return Status::Usage("--alpha, --alpha_sum: expected one of them");
    }
    config->alpha = FLAGS_alpha_sum / std::max(1u, config->num_topics);
    return {};
  }
  if (alpha.ok()) {
    config->alpha = alpha.value();
    return {};
  }
  if (!PathExists(FLAGS_alpha)) return Status::Usage(alpha.status().message() + ", or a file");
  LIGHTLDA_ASSIGN_OR_RETURN(config->alpha_vector, tools::ReadPositiveNumbers(FLAGS_alpha));
  return {};
}

Status CheckRequired() {
  if (FLAGS_corpus.empty()) return Status::Usage("--corpus=CORPUS is missing; try --help");
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is missing; try --help");
  if (FLAGS_num_topics == 0) return Status::Usage("--num_topics=N is missing; try --help");
  return {};
}

Result<TrainConfig> ConfigFromFlags() {
  LIGHTLDA_RETURN_IF_ERROR(CheckRequired());
  TrainConfig config;
  config.corpus = FLAGS_corpus;
  config.model = FLAGS_model;
  config.overwrite = FLAGS_overwrite;
  config.num_topics = FLAGS_num_topics;
  LIGHTLDA_RETURN_IF_ERROR(ParseAlpha(&config));
  LIGHTLDA_ASSIGN_OR_RETURN(config.beta, tools::ParseAutoOrPositive("beta", FLAGS_beta));
  config.init_model = FLAGS_init_model;
  LIGHTLDA_ASSIGN_OR_RETURN(config.init_weight,
                            tools::ParseAutoOrNotNegative("init_weight", FLAGS_init_weight));
  config.frozen_topics = FLAGS_frozen_topics;
  config.seed_words = FLAGS_seed_words;
  LIGHTLDA_ASSIGN_OR_RETURN(
      config.optimize_interval,
      tools::ParseAutoOrNumber("optimize_interval", FLAGS_optimize_interval, 0, -1));
  LIGHTLDA_ASSIGN_OR_RETURN(config.num_iterations,
                            tools::ParseAutoOrNumber("num_iterations", FLAGS_num_iterations, 1, 0));
  config.seed = FLAGS_seed;
  config.num_threads = FLAGS_num_threads;
  config.likelihood_interval = FLAGS_likelihood_interval;
  config.preview_interval = FLAGS_preview_interval;
  config.evaluate = FLAGS_evaluate;
  config.checkpoint_minutes = FLAGS_checkpoint_interval;
  config.max_hours = FLAGS_max_hours;
  config.save_wait_minutes = FLAGS_save_wait;
  config.fallback_model = FLAGS_fallback_model;
  LIGHTLDA_ASSIGN_OR_RETURN(config.mh_steps,
                            tools::ParseAutoOrNumber("mh_steps", FLAGS_mh_steps, 0, -1));
  LIGHTLDA_ASSIGN_OR_RETURN(config.growth_stages,
                            tools::ParseAutoOrNumber("growth_stages", FLAGS_growth_stages, 0, -1));
  LIGHTLDA_ASSIGN_OR_RETURN(
      config.growth_iterations,
      tools::ParseAutoOrNumber("growth_iterations", FLAGS_growth_iterations, 1, 0));
  LIGHTLDA_ASSIGN_OR_RETURN(config.growth_beta,
                            tools::ParseAutoOrPositive("growth_beta", FLAGS_growth_beta));
  LIGHTLDA_ASSIGN_OR_RETURN(config.memory_budget,
                            tools::ParseSize("memory_budget", FLAGS_memory_budget));
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

// The plan, and whether the disk has room for it.
std::string PlanText(const TrainPlan& plan) {
  std::string text = tools::InFlags(kProgram, plan.ToString());
  const std::optional<std::uint64_t> free_bytes = FreeDiskBytes(FLAGS_model);
  if (!free_bytes) return text;
  text += "\n  free      " + FormatBytes(static_cast<double>(*free_bytes)) + " on the disk of " +
          Printable(FLAGS_model);
  if (*free_bytes < plan.disk_bytes()) text += ": may not be enough";
  return text;
}

// Shows the run on stderr.
class ProgressObserver final : public TrainObserver {
 public:
  void OnPlan(const TrainPlan& plan) override {
    line_.Print(PlanText(plan));
    total_work_ = plan.total_work();
  }

  // A line that is written anew shows how far an iteration has come; a log has one per iteration.
  void OnTick(const IterationTick& tick) override {
    if (!tick.share_done) return;
    const double share = *tick.share_done;
    if (share > 0) SetStopSeconds(tick.seconds * (1 - share) / share);
    if (!line_.is_terminal()) return;
    line_.Update(ToString(tick) + " (" + FormatFixed(100 * share, 0) + " %)" + rest_);
  }

  void OnIteration(const IterationMetrics& metrics) override {
    // A likelihood is of certain documents: those of others do not have it.
    if (metrics.active_documents != documents_) likelihood_ = "-";
    documents_ = metrics.active_documents;
    if (metrics.log_likelihood_per_token) {
      likelihood_ = FormatFixed(*metrics.log_likelihood_per_token, 4);
    }
    if (metrics.held_out_log_likelihood_per_token) {
      held_out_ = "  held-out/token " + FormatFixed(*metrics.held_out_log_likelihood_per_token, 4);
    }
    if (first_work_ < 0) {
      first_work_ = metrics.work;
      first_seconds_ = metrics.seconds;
    } else {
      SetStopSeconds(metrics.seconds - last_seconds_);
    }
    last_seconds_ = metrics.seconds;
    rest_ = "  ETA " + TimeLeft(metrics) + "  log-likelihood/token " + likelihood_ + held_out_ +
            "  " + FormatFixed(metrics.tokens_per_second / 1e6, 1) + " Mtokens/s  documents " +
            FormatCount(metrics.active_documents);
    line_.Update(ToString(metrics) + rest_, metrics.iteration == metrics.num_iterations);
  }

  // A log has previews if it was asked for them.
  void OnPreview(const std::vector<TopicPreview>& previews) override {
    if (!line_.is_terminal() && !tools::IsGiven("preview_interval")) return;
    std::string text = "largest topics:";
    for (const TopicPreview& preview : previews) {
      text += "\n  " + std::to_string(preview.topic) + " (" + FormatCount(preview.tokens) + "):";
      for (const std::string& word : preview.top_words) text += " " + Printable(word);
    }
    line_.Print(text);
  }

  void OnMessage(const std::string& message) override {
    line_.Print(tools::InFlags(kProgram, message));
  }

  void Finish() { line_.Finish(); }

 private:
  // Work, not iterations, tells how long the rest takes: iterations of growth are short.
  std::string TimeLeft(const IterationMetrics& metrics) const {
    if (metrics.iteration == metrics.num_iterations) return "0s";
    const double rate = (metrics.work - first_work_) / (metrics.seconds - first_seconds_);
    if (!(rate > 0)) return "?";
    // The plan's work is an estimate, so a little less than nothing may be left at the end.
    const double left = std::max(0.0, total_work_ - metrics.work) / rate;
    return (metrics.may_end_sooner ? "<" : "") +
           (left < 1 ? std::string("0s") : FormatDuration(left));
  }

  ProgressLine line_;
  double total_work_ = 0;
  double first_work_ = -1;
  double first_seconds_ = 0;
  double last_seconds_ = 0;
  Count documents_ = 0;  // that likelihood_ is of
  std::string likelihood_ = "-";
  std::string held_out_;  // of the line, where there are held-out documents
  std::string rest_;      // of the line, as of the last iteration
};

Status PrintPlan(const TrainConfig& config, const ClusterOptions& options, ProcessGroup* all) {
  LIGHTLDA_ASSIGN_OR_RETURN(const TrainPlan plan, PlanOnCluster(config, options, all));
  if (all->rank() == 0) std::printf("%s\n", PrintableLines(PlanText(plan)).c_str());
  return {};
}

void PrintResult(const TrainResult& result) {
  const std::string model = Printable(FLAGS_model);
  const IterationMetrics& last = result.last;
  std::string held_out;
  if (last.held_out_log_likelihood_per_token) {
    held_out = ", held-out/token " + FormatFixed(*last.held_out_log_likelihood_per_token, 6);
  }
  std::fprintf(
      stderr,
      "trained on %s tokens, %.1f passes' worth of work, in %s; log-likelihood/token %.6f%s\n"
      "model %s (hash %s)\nnext: lightlda-dump topics --model=%s\n",
      FormatCount(last.active_tokens).c_str(), last.work, FormatDuration(last.seconds).c_str(),
      last.log_likelihood_per_token.value_or(0), held_out.c_str(), model.c_str(),
      result.model_hash.c_str(), model.c_str());
}

std::atomic<bool> loss_told{false};  // here or by another process

// What is known of processes that are silent or gone is told at once: mpirun may end the job within
// a second. Once one is lost, so do we.
void OnPeer(const PeerEvent& event) {
  if (event.lost) loss_told = true;
  if (event.tell) {
    std::fprintf(stderr, "lightlda: %s: %s\n", event.lost ? "error" : "warning",
                 Printable(event.message).c_str());
  }
  if (!event.lost) return;
  // Nothing can be saved any more, and nothing should say so.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) std::signal(number, SIG_DFL);
  LeaveJobSoon(ExitCode(StatusCode::kPeerLost), LauncherPatience(FLAGS_stall_timeout));
}

Status Run(const std::vector<std::string>& positional, ProcessGroup* all, const StopToken& stop) {
  if (!positional.empty()) {
    return Status::Usage("unexpected argument " + positional[0] + "; try --help");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const TrainConfig config, ConfigFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(ClusterOptions options, ClusterOptionsFromFlags());
  options.on_peer = OnPeer;
  if (FLAGS_dry_run) return PrintPlan(config, options, all);
  ProgressObserver observer;
  const bool leads = all->rank() == 0;
  const Result<TrainResult> result =
      TrainOnCluster(config, options, all, leads ? &observer : nullptr, stop);
  observer.Finish();
  if (leads && result.ok()) PrintResult(result.value());
  return result.status();
}

// What a signal is answered at once. Under a launcher Ctrl-C is for the launcher.
SignalAnswers Answers(const ProcessGroup& all) {
  if (all.rank() != 0) return {};
  return {.stop = "lightlda: stopping after this iteration",
          .stop_end = all.size() > 1 ? "\n" : "; Ctrl-C again to quit without saving\n",
          .save = "lightlda: saving after this iteration\n"};
}

// What the whole job prints once is printed by rank 0.
int Main(int argc, char** argv) {
  InstallInterruptHandlers();  // first of all: from here on a signal is a request
  auto mpi = MpiSession::Start(&argc, &argv);
  if (!mpi.ok()) return tools::Report(kProgram, mpi.status());
  const bool leads = (*mpi)->rank() == 0;
  const StopToken stop = InstallInterruptHandlers(Answers(*(*mpi)->all()));
  std::vector<std::string> positional;
  const Result<bool> goes_on =
      tools::ReadCommandLine(kProgram, argc, argv, &positional, /*quiet=*/!leads);
  if (goes_on.ok() && !goes_on.value()) return (*mpi)->End({});
  const Status outcome = tools::InFlags(
      kProgram, goes_on.ok() ? Run(positional, (*mpi)->all(), stop) : goes_on.status());
  if (leads && !loss_told) tools::Report(kProgram, outcome);
  return (*mpi)->End(outcome);
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) { return lightlda::Main(argc, argv); }
