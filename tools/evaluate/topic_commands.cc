// What the topics themselves tell: coherence, diversity.
#include "command.h"
#include "flags.h"
#include "lightlda/evaluate.h"

namespace lightlda::tools {
namespace {

Result<Corpus> OpenReference(const Model& model) {
  if (!FLAGS_corpus.empty()) return Corpus::Open(FLAGS_corpus);
  if (model.corpus_directory().empty()) {
    return Status::Usage("--corpus=CORPUS is needed: the model has none on disk");
  }
  Result<Corpus> corpus = Corpus::Open(model.corpus_directory());
  if (corpus.ok()) return corpus;
  return Status(corpus.status().code(),
                corpus.status().message() + " (the corpus of the model; --corpus names another)");
}

Status PrintCoherence() {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/true));
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadModel());
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus reference, OpenReference(model));
  CoherenceOptions options;
  options.top_words = FLAGS_top_words;
  options.gensim_windows = FLAGS_gensim_windows;
  options.num_threads = FLAGS_num_threads;
  const StopToken stop = StopBySignal();
  return WriteToStdout([&](const ExportSink& sink) {
    return ExportCoherence(model, reference, options, format, sink, stop);
  });
}

Status PrintDiversity() {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/false));
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, LoadModel());
  return Print(
      format == ExportFormat::kJson ? "{\"topic_diversity\":%.9g}\n" : "topic diversity\t%.4f\n",
      TopicDiversity(model));
}

constexpr Command kCommands[] = {
    {"coherence",
     "do the words of a topic belong together? One line per topic, and\n"
     "their mean: u_mass, c_uci, c_npmi, c_v as gensim defines them",
     PrintCoherence},
    {"diversity", "the share of different words among the 25 most probable of each topic",
     PrintDiversity},
};

}  // namespace

std::span<const Command> TopicCommands() { return kCommands; }

}  // namespace lightlda::tools
