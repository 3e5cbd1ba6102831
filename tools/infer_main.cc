// lightlda-infer: topics of new documents, from a model alone.
#include <gflags/gflags.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/printable.h"
#include "base/progress.h"
#include "flag_values.h"
#include "lightlda/infer.h"
#include "lightlda/signals.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::DocumentInput kInput;
const lightlda::InferredExportOptions kOptions;

DEFINE_string(model, "", "model directory written by lightlda");
DEFINE_string(
    input, "",
    "files or directories to read, comma-separated; .gz, .xz, .zst and .bz2 are unpacked; - is "
    "stdin. Default: - unless there are others");
DEFINE_string(input_format, lightlda::FormatName(kInput.format),
              "auto, text, jsonl, json, csv, tsv, uci, ldac or libsvm");
DEFINE_string(vocab, "",
              "bags of words: file with one word per line, the names of the ids. Not needed if the "
              "model was trained on bags without such a file");
DEFINE_string(text_field, kInput.text_field,
              "jsonl, json, csv, tsv: member or column with the text; several with commas between "
              "are joined; a.b is b in a");
DEFINE_string(id_field, kInput.id_field, "likewise: member or column with the document's name");
DEFINE_string(columns, "", "csv and tsv without a header: names of the columns, comma-separated");
DEFINE_string(encoding, kInput.encoding,
              "of inputs without a byte order mark: latin-1, windows-1252, ... Default: UTF-8");
DEFINE_string(on_bad_line, "fail", "fail or skip (and count)");
DEFINE_uint64(max_line_bytes, kInput.max_line_bytes, "longer lines are bad lines");
DEFINE_string(output, "-",
              "file to write, compressed if its name ends in .gz or .zst; -: standard output");
DEFINE_bool(overwrite, false, "replace an existing output file");
DEFINE_string(format, "text", "of the output: text, json (one object per line), csv or tsv");
DEFINE_uint64(top, kOptions.top, "topics per document at most, the most probable; 0: all");
DEFINE_double(min_probability, kOptions.min_probability, "leave out less probable topics; 0: none");
DEFINE_bool(words, kOptions.words, "the topic of each word instead (text and json)");
DEFINE_bool(dense, kOptions.dense, "one column per topic (csv and tsv)");
DEFINE_int32(num_threads, kInput.num_threads,
             "threads; 0: one per core. Does not change the result");

namespace lightlda::tools {
namespace {

constexpr char kUsage[] = R"(lightlda-infer --model=MODEL [FILE...] [--output=FILE]

Topics of new documents: one line per document, in order, as soon as it is read. The model keeps how
its text was read; new text is read in the same way. Words that it does not know are left out and
counted. The same text gives the same topics, whatever is before or after it.

Examples
  lightlda-infer --model=my-model --input=new.txt --output=topics.txt
  echo "a text about something" | lightlda-infer --model=my-model
  lightlda-infer --model=my-model --input=new.jsonl --format=json --top=5
)";

constexpr Program kProgram = {"lightlda-infer", __FILE__, kUsage};

// positional: inputs, too.
Result<DocumentInput> InputFromFlags(const std::vector<std::string>& positional) {
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is needed");
  if (FLAGS_output.empty()) return Status::Usage("--output: expected a file or -");
  DocumentInput input;
  input.inputs = SplitAtCommas(FLAGS_input);
  input.inputs.insert(input.inputs.end(), positional.begin(), positional.end());
  if (input.inputs.empty()) input.inputs = {"-"};
  LIGHTLDA_ASSIGN_OR_RETURN(input.format, ParseInputFormat(FLAGS_input_format));
  input.vocab_file = FLAGS_vocab;
  input.text_field = FLAGS_text_field;
  input.id_field = FLAGS_id_field;
  input.columns = SplitAtCommas(FLAGS_columns);
  input.encoding = FLAGS_encoding;
  LIGHTLDA_ASSIGN_OR_RETURN(input.on_bad_line, ParseOnBadLine("on_bad_line", FLAGS_on_bad_line));
  input.max_line_bytes = FLAGS_max_line_bytes;
  input.num_threads = FLAGS_num_threads;
  return input;
}

Result<InferredExportOptions> OptionsFromFlags() {
  InferredExportOptions options;
  options.top = FLAGS_top;
  options.min_probability = FLAGS_min_probability;
  options.words = FLAGS_words;
  options.dense = FLAGS_dense;
  LIGHTLDA_ASSIGN_OR_RETURN(options.format,
                            ParseExportFormat("format", FLAGS_format, /*has_tables=*/true));
  return options;
}

void PrintSummary(const InferSummary& summary) {
  for (const std::string& note : summary.notes) {
    std::fprintf(stderr, "%s: note: %s\n", kProgram.name,
                 Printable(InFlags(kProgram, note)).c_str());
  }
  for (const auto& [reason, count] : summary.skipped_lines) {
    std::fprintf(stderr, "%s: skipped %s lines: %s\n", kProgram.name, FormatCount(count).c_str(),
                 Printable(reason).c_str());
  }
  std::fprintf(stderr,
               "%s: %s documents (%s without a known word), %s tokens, %s more unknown to the "
               "model, in %s\n",
               kProgram.name, FormatCount(summary.num_documents).c_str(),
               FormatCount(summary.num_empty_documents).c_str(),
               FormatCount(summary.num_tokens).c_str(), FormatCount(summary.num_unknown).c_str(),
               FormatDuration(summary.seconds).c_str());
}

Status Run(const std::vector<std::string>& positional, const StopToken& stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(const DocumentInput input, InputFromFlags(positional));
  LIGHTLDA_ASSIGN_OR_RETURN(const InferredExportOptions options, OptionsFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model));
  Tell(kProgram, model.load_warning());
  LIGHTLDA_ASSIGN_OR_RETURN(const Inferencer inferencer, Inferencer::Create(model));
  InferSummary summary;
  const auto write = [&](const ExportSink& sink) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(summary, ExportInferred(inferencer, input, options, sink, stop));
    return {};
  };
  LIGHTLDA_RETURN_IF_ERROR(FLAGS_output == "-"
                               ? WriteToStdout(write)
                               : WriteExport(FLAGS_output, FLAGS_overwrite, write, stop));
  PrintSummary(summary);
  return {};
}

int Main(int argc, char** argv) {
  const StopToken stop = InstallInterruptHandlers({.stop = "lightlda-infer: stopping\n"});
  std::vector<std::string> positional;
  if (const auto code = Start(kProgram, argc, argv, &positional)) return *code;
  return Report(kProgram, Run(positional, stop));
}

}  // namespace
}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
