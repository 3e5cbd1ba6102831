// How many topics? Models of several numbers of topics, compared.
#include <charconv>
#include <string>
#include <vector>

#include "base/progress.h"
#include "command.h"
#include "flag_values.h"
#include "flags.h"
#include "lightlda/sweep.h"

namespace lightlda::tools {
namespace {

constexpr char kStopping[] =
    "lightlda-evaluate: stopping: what is trained is saved; the same command goes on; a second "
    "Ctrl-C ends it at once\n";

Result<std::vector<std::uint32_t>> ParseTopics() {
  std::vector<std::uint32_t> topics;
  for (const std::string& part : SplitAtCommas(FLAGS_topics)) {
    std::uint32_t value = 0;
    const char* const end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, value);
    if (error != std::errc() || stop != end) {
      return Status::Usage("--topics=" + FLAGS_topics + ": expected numbers, as 25,50,100");
    }
    topics.push_back(value);
  }
  return topics;
}

Result<SweepConfig> ConfigFromFlags() {
  if (FLAGS_corpus.empty()) return Status::Usage("--corpus=CORPUS is needed: what to train on");
  if (FLAGS_held_out.empty()) {
    return Status::Usage(
        "--held_out=CORPUS is needed: documents that models are not trained on; "
        "lightlda-preprocess "
        "--holdout=0.1 makes such a corpus beside the one to train on");
  }
  if (FLAGS_topics.empty()) return Status::Usage("--topics=K,... is needed, as 25,50,100");
  if (FLAGS_output.empty()) return Status::Usage("--output=DIR is needed: where models are kept");
  SweepConfig config;
  config.output = FLAGS_output;
  LIGHTLDA_ASSIGN_OR_RETURN(config.topics, ParseTopics());
  config.seeds = FLAGS_seeds;
  LIGHTLDA_ASSIGN_OR_RETURN(config.training.num_iterations,
                            ParseAutoOrNumber("num_iterations", FLAGS_num_iterations, 1, 0));
  LIGHTLDA_ASSIGN_OR_RETURN(config.training.alpha, ParseAutoOrPositive("alpha", FLAGS_alpha));
  LIGHTLDA_ASSIGN_OR_RETURN(config.training.beta, ParseAutoOrPositive("beta", FLAGS_beta));
  LIGHTLDA_ASSIGN_OR_RETURN(config.training.optimize_interval,
                            ParseAutoOrNumber("optimize_interval", FLAGS_optimize_interval, 0, -1));
  config.training.num_threads = FLAGS_num_threads;
  config.top_words = FLAGS_top_words;
  config.min_gain = FLAGS_min_gain;
  config.stop_early = FLAGS_stop_early;
  return config;
}

// Shows on a terminal how far the sweep is.
class ProgressObserver final : public SweepObserver {
 public:
  void OnProgress(const SweepProgress& progress) override {
    if (!line_.is_terminal()) return;
    std::string text = std::to_string(progress.num_topics) + " topics, model " +
                       std::to_string(progress.model) + " of " +
                       std::to_string(progress.num_models) + ": ";
    if (progress.iteration) {
      text += ToString(*progress.iteration);
    } else {
      text += "judging";
    }
    line_.Update(text, /*force=*/!progress.iteration);
  }
  // The row that follows is on another stream, perhaps of the same terminal.
  Status OnRow(const SweepRow&) override {
    line_.Finish();
    return {};
  }

  void Finish() { line_.Finish(); }

 private:
  ProgressLine line_;
};

Status PrintSweep() {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/true));
  LIGHTLDA_ASSIGN_OR_RETURN(const SweepConfig config, ConfigFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(FLAGS_corpus));
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus held_out, Corpus::Open(FLAGS_held_out));
  const StopToken stop = StopBySignal(kStopping);
  ProgressObserver observer;
  SweepResult result;
  const Status written = WriteToStdout([&](const ExportSink& sink) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(result,
                              ExportSweep(corpus, held_out, config, format, sink, &observer, stop));
    return {};
  });
  observer.Finish();
  LIGHTLDA_RETURN_IF_ERROR(written);
  if (result.stopped_early) {
    Tell(EvaluateProgram(), "more topics no longer help (--min_gain); --nostop_early tries them");
  }
  Tell(EvaluateProgram(), "recommended: " + std::to_string(result.recommendation.num_topics) +
                              " topics, " + result.recommendation.reason);
  return {};
}

constexpr Command kCommands[] = {
    {"sweep",
     "how many topics? Trains models of several numbers of topics, tells\n"
     "held-out likelihood, coherence and stability, and recommends one.\n"
     "What it has trained it does not train again",
     PrintSweep},
};

}  // namespace

std::span<const Command> SweepCommands() { return kCommands; }

}  // namespace lightlda::tools
