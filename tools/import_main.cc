// lightlda-import: models of other tools.
#include <gflags/gflags.h>

#include <charconv>
#include <string>
#include <vector>

#include "base/file.h"
#include "flag_values.h"
#include "lightlda/import.h"
#include "lightlda/signals.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::ImportOptions kOptions;

DEFINE_string(input, "",
              "mallet_state: the file, .gz, .xz and .zst are unpacked; microsoft_lightlda: the "
              "directory of server_0_table_0.model");
DEFINE_string(output, "", "model directory to write");
DEFINE_string(corpus_output, "",
              "corpus directory to write: the documents, too, whose tokens keep their topics; "
              "microsoft_lightlda: from block.0, block.1 ... Default: none, the model is tables");
DEFINE_string(vocab, "",
              "file with one word per line, or LightLDA's dictionary \"id<TAB>word<TAB>count\". "
              "Default: the words of the state; microsoft_lightlda: numbers");
DEFINE_string(alpha, "0.01",
              "microsoft_lightlda, whose files do not have it: of every topic, or one per topic, "
              "comma-separated");
DEFINE_double(beta, kOptions.beta, "microsoft_lightlda, whose files do not have it");
DEFINE_uint32(num_topics, kOptions.num_topics,
              "microsoft_lightlda: topics; 0: as many as the files name");
DEFINE_bool(overwrite, false, "replace an existing model and corpus");

namespace lightlda::tools {
namespace {

constexpr char kUsage[] =
    R"(lightlda-import FORMAT --input=FILE --output=MODEL [--corpus_output=CORPUS]

Makes a model of what another tool has trained. FORMAT is one of
  mallet_state         what Mallet's --output-state writes
  microsoft_lightlda   the model files of Microsoft LightLDA

Examples
  lightlda-import mallet_state --input=state.gz --output=my-model --corpus_output=my-corpus
  lightlda-import microsoft_lightlda --input=DIR --vocab=dict.txt --alpha=0.1 --output=my-model
)";

constexpr Program kProgram = {"lightlda-import", __FILE__, kUsage,
                              "mallet_state microsoft_lightlda"};

enum class Format { kMalletState, kMicrosoft };

Result<Format> ParseFormat(const std::vector<std::string>& positional) {
  constexpr char kExpected[] = "expected mallet_state or microsoft_lightlda";
  if (positional.empty()) {
    return Status::Usage(std::string("what to import is missing: ") + kExpected + "; try --help");
  }
  if (positional.size() > 1) {
    return Status::Usage("unexpected argument " + positional[1] + "; try --help");
  }
  if (positional[0] == "mallet_state") return Format::kMalletState;
  if (positional[0] == "microsoft_lightlda") return Format::kMicrosoft;
  return Status::Usage(positional[0] + ": " + kExpected);
}

Result<std::vector<double>> ParseAlpha() {
  std::vector<double> alpha;
  for (const std::string& text : SplitAtCommas(FLAGS_alpha)) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value > 0)) {
      return Status::Usage("--alpha=" + FLAGS_alpha + ": expected positive numbers");
    }
    alpha.push_back(value);
  }
  return alpha;
}

Result<ImportOptions> OptionsFromFlags() {
  if (FLAGS_input.empty()) return Status::Usage("--input is needed");
  if (FLAGS_output.empty()) return Status::Usage("--output=MODEL is needed");
  ImportOptions options;
  options.vocab_file = FLAGS_vocab;
  LIGHTLDA_ASSIGN_OR_RETURN(options.alpha, ParseAlpha());
  options.beta = FLAGS_beta;
  options.num_topics = FLAGS_num_topics;
  options.with_corpus = !FLAGS_corpus_output.empty();
  options.corpus_directory = FLAGS_corpus_output;
  return options;
}

Status Run(const std::vector<std::string>& positional) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Format format, ParseFormat(positional));
  LIGHTLDA_ASSIGN_OR_RETURN(const ImportOptions options, OptionsFromFlags());
  // Said before the work, not after it.
  for (const std::string& target : {FLAGS_output, FLAGS_corpus_output}) {
    if (target.empty() || FLAGS_overwrite || !PathExists(target)) continue;
    return Status::CannotWrite(target + ": exists already; give another name or --overwrite");
  }
  const StopToken stop =
      InstallInterruptHandlers({.stop = "lightlda-import: stopping; nothing will be written\n"});
  LIGHTLDA_ASSIGN_OR_RETURN(const ImportedModel imported,
                            format == Format::kMalletState
                                ? ImportMalletState(FLAGS_input, options, stop)
                                : ImportMicrosoftModel(FLAGS_input, options, stop));
  for (const std::string& note : imported.notes) {
    Tell(kProgram, "note: " + InFlags(kProgram, note));
  }
  LIGHTLDA_RETURN_IF_ERROR(
      SaveImportedModel(imported, FLAGS_output, FLAGS_corpus_output, FLAGS_overwrite));
  const Model& model = imported.model;
  Tell(kProgram,
       std::to_string(model.num_topics()) + " topics, " + std::to_string(model.num_words()) +
           " words, " + std::to_string(model.num_tokens()) + " tokens" +
           (imported.corpus ? ", " + std::to_string(imported.corpus->num_documents()) + " documents"
                            : ""));
  return {};
}

int Main(int argc, char** argv) {
  std::vector<std::string> positional;
  if (const auto code = Start(kProgram, argc, argv, &positional)) return *code;
  return Report(kProgram, Run(positional));
}

}  // namespace
}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
