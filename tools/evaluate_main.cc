// lightlda-evaluate: how good a model is.
#include <gflags/gflags.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "flag_values.h"
#include "lightlda/evaluate.h"
#include "lightlda/signals.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::DocumentInput kInput;
const lightlda::CoherenceOptions kOptions;

DEFINE_string(model, "", "model directory written by lightlda (needed)");
DEFINE_string(format, "text", "of the output: text, json, csv or tsv (completion: text or json)");
DEFINE_string(corpus, "",
              "coherence: corpus directory in which words are counted. Default: the one that the "
              "model was trained on");
DEFINE_uint64(top_words, kOptions.top_words, "coherence: words per topic");
DEFINE_bool(gensim_windows, kOptions.gensim_windows,
            "coherence: count windows as gensim does, to compare with its figures");
DEFINE_string(input, "",
              "completion: held-out documents, files or directories, comma-separated; - is stdin");
DEFINE_string(input_format, lightlda::FormatName(kInput.format),
              "completion: auto, text, jsonl, uci, ldac or libsvm");
DEFINE_string(vocab, "", "completion: bags of words: the names of the ids, one word per line");
DEFINE_string(text_field, kInput.text_field, "completion: jsonl: member with the text");
DEFINE_uint64(seed, 1, "completion: of the halving of documents");
DEFINE_int32(num_threads, kInput.num_threads,
             "threads; 0: one per core. Does not change the result");

namespace lightlda::tools {
namespace {

constexpr char kUsage[] = R"(lightlda-evaluate WHAT --model=MODEL

Says how good a model is. WHAT is one of
  coherence   do the words of a topic belong together? One line per topic, and their mean:
              u_mass, c_uci, c_npmi, c_v as gensim defines them
  completion  how well does it predict new documents? Log-likelihood per token and perplexity of
              one half of each document, given the other
  diversity   the share of different words among the 25 most probable of each topic

Examples
  lightlda-evaluate coherence --model=my-model
  lightlda-evaluate completion --model=my-model --input=held-out.txt
)";

constexpr Program kProgram = {"lightlda-evaluate", __FILE__, kUsage};
constexpr char kWhatList[] = "coherence, completion or diversity";

Result<ExportFormat> ParseFormat(bool has_tables) {
  return ParseExportFormat("format", FLAGS_format, has_tables);
}

// A printf to standard output whose failure is told.
template <typename... Values>
Status Print(const char* format, Values... values) {
  char text[512];
  const int size = std::snprintf(text, sizeof(text), format, values...);
  return WriteToStdout([&](const ExportSink& sink) {
    return sink(std::string_view(text, static_cast<std::size_t>(size)));
  });
}

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

Status EvaluateCoherence(const Model& model) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/true));
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus reference, OpenReference(model));
  CoherenceOptions options;
  options.top_words = FLAGS_top_words;
  options.gensim_windows = FLAGS_gensim_windows;
  options.num_threads = FLAGS_num_threads;
  return WriteToStdout([&](const ExportSink& sink) {
    return ExportCoherence(model, reference, options, format, sink);
  });
}

Status EvaluateCompletion(const Model& model, const StopToken& stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportFormat format, ParseFormat(/*has_tables=*/false));
  if (FLAGS_input.empty()) return Status::Usage("--input=FILE,... is needed: held-out documents");
  DocumentInput input;
  input.inputs = SplitAtCommas(FLAGS_input);
  LIGHTLDA_ASSIGN_OR_RETURN(input.format, ParseInputFormat(FLAGS_input_format));
  input.vocab_file = FLAGS_vocab;
  input.text_field = FLAGS_text_field;
  input.num_threads = FLAGS_num_threads;
  LIGHTLDA_ASSIGN_OR_RETURN(const CompletionScore score,
                            lightlda::EvaluateCompletion(model, input, FLAGS_seed, stop));
  const char* const shape =
      format == ExportFormat::kJson
          ? "{\"split\":\"halves of documents, seed %llu\",\"documents\":%lld,\"tokens\":%lld,"
            "\"unknown\":%lld,\"log_likelihood_per_token\":%.9g,\"perplexity\":%.9g}\n"
          : "split\thalves of documents, seed %llu\ndocuments\t%lld\ntokens predicted\t%lld\n"
            "tokens unknown to the model\t%lld\nlog-likelihood/token\t%.6f\nperplexity\t%.2f\n";
  return Print(shape, static_cast<unsigned long long>(FLAGS_seed),
               static_cast<long long>(score.num_documents),
               static_cast<long long>(score.num_tokens), static_cast<long long>(score.num_unknown),
               score.log_likelihood_per_token, score.perplexity);
}

Status Run(const std::string& what, const StopToken& stop) {
  if (what != "coherence" && what != "completion" && what != "diversity") {
    return Status::Usage(what + ": expected " + kWhatList);
  }
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is needed");
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model));
  Tell(kProgram, model.load_warning());
  if (what == "coherence") return EvaluateCoherence(model);
  if (what == "completion") return EvaluateCompletion(model, stop);
  LIGHTLDA_RETURN_IF_ERROR(ParseFormat(/*has_tables=*/false).status());
  return Print(FLAGS_format == "json" ? "{\"topic_diversity\":%.9g}\n" : "topic diversity\t%.4f\n",
               TopicDiversity(model));
}

int Main(int argc, char** argv) {
  std::vector<std::string> positional;
  if (const auto code = Start(kProgram, argc, argv, &positional)) return *code;
  if (positional.size() != 1) {
    return Report(kProgram,
                  Status::Usage((positional.empty() ? "what to evaluate is missing"
                                                    : "unexpected argument " + positional[1]) +
                                std::string(": expected ") + kWhatList + "; try --help"));
  }
  return Report(kProgram, Run(positional[0], InstallInterruptHandlers()));
}

}  // namespace
}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
