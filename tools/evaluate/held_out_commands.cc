// How well a model predicts documents that it was not trained on.
#include <optional>
#include <string>

#include "base/progress.h"
#include "command.h"
#include "flag_values.h"
#include "flags.h"
#include "lightlda/evaluate.h"

namespace lightlda::tools {
namespace {

// Where the held-out documents are.
struct HeldOut {
  std::optional<Corpus> corpus;
  DocumentInput input;  // unless there is a corpus
};

Result<HeldOut> FindHeldOut() {
  HeldOut held_out;
  if (FLAGS_input.empty() == FLAGS_corpus.empty()) {
    return Status::Usage(
        "--input=FILE,... or --corpus=CORPUS is needed, and only one of them: "
        "held-out documents");
  }
  if (!FLAGS_corpus.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(held_out.corpus, Corpus::Open(FLAGS_corpus));
    return held_out;
  }
  held_out.input.inputs = SplitAtCommas(FLAGS_input);
  LIGHTLDA_ASSIGN_OR_RETURN(held_out.input.format, ParseInputFormat(FLAGS_input_format));
  held_out.input.vocab_file = FLAGS_vocab;
  held_out.input.text_field = FLAGS_text_field;
  held_out.input.columns = SplitAtCommas(FLAGS_columns);
  held_out.input.encoding = FLAGS_encoding;
  held_out.input.num_threads = FLAGS_num_threads;
  return held_out;
}

// Scores the documents, an input or a corpus, by `evaluate`; a terminal is told how far it is.
template <typename Evaluate>
Result<HeldOutScore> Score(const Evaluate& evaluate) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadModel());
  LIGHTLDA_ASSIGN_OR_RETURN(const HeldOut held_out, FindHeldOut());
  HeldOutOptions options;
  options.num_particles = FLAGS_particles;
  options.seed = FLAGS_seed;
  options.num_threads = FLAGS_num_threads;
  ProgressLine line;
  const std::string of_all =
      held_out.corpus ? " of " + FormatCount(held_out.corpus->num_documents()) : "";
  options.progress = [&](Count num_documents) {
    if (line.is_terminal()) line.Update(FormatCount(num_documents) + of_all + " documents");
  };
  const StopToken stop = StopBySignal();
  Result<HeldOutScore> score = held_out.corpus ? evaluate(model, *held_out.corpus, options, stop)
                                               : evaluate(model, held_out.input, options, stop);
  line.Finish();
  return score;
}

// name: of the member that says how the score was made; how: without what JSON would escape.
Status PrintScore(const HeldOutScore& score, ExportFormat format, const char* name,
                  const std::string& how) {
  const char* const shape =
      format == ExportFormat::kJson
          ? "{\"%s\":\"%s\",\"documents\":%lld,\"tokens\":%lld,\"unknown\":%lld,"
            "\"log_likelihood_per_token\":%.9g,\"perplexity\":%.9g}\n"
          : "%s\t%s\ndocuments\t%lld\ntokens predicted\t%lld\n"
            "tokens unknown to the model\t%lld\nlog-likelihood/token\t%.6f\nperplexity\t%.2f\n";
  return Print(shape, name, how.c_str(), static_cast<long long>(score.num_documents),
               static_cast<long long>(score.num_tokens), static_cast<long long>(score.num_unknown),
               score.log_likelihood_per_token, score.perplexity);
}

Status PrintCompletion() {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/false));
  const auto evaluate = [](const Model& model, const auto& held_out, const HeldOutOptions& options,
                           const StopToken& stop) {
    return EvaluateCompletion(model, held_out, options, stop);
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const HeldOutScore found, Score(evaluate));
  return PrintScore(found, format, "split",
                    "halves of documents, seed " + std::to_string(FLAGS_seed));
}

Status PrintLeftToRight() {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/false));
  const auto evaluate = [](const Model& model, const auto& held_out, const HeldOutOptions& options,
                           const StopToken& stop) {
    return EvaluateLeftToRight(model, held_out, options, stop);
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const HeldOutScore found, Score(evaluate));
  return PrintScore(found, format, "method",
                    "left to right, particles " + std::to_string(FLAGS_particles) + ", seed " +
                        std::to_string(FLAGS_seed));
}

constexpr Command kCommands[] = {
    {"completion",
     "how well does it predict new documents? Log-likelihood per token and\n"
     "perplexity of one half of each document, given the other",
     PrintCompletion},
    {"left_to_right",
     "the same of whole documents, each token given those before it, by\n"
     "particles (Wallach et al. 2009). Time grows with the square of a\n"
     "document's length",
     PrintLeftToRight},
};

}  // namespace

std::span<const Command> HeldOutCommands() { return kCommands; }

}  // namespace lightlda::tools
