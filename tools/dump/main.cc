// lightlda-dump: writes the parts of a model for people and other programs.
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "flag_values.h"
#include "flags.h"
#include "lightlda/signals.h"
#include "part.h"

namespace lightlda::tools {
namespace {

std::vector<DumpPart> AllParts() {
  std::vector<DumpPart> parts;
  for (const auto some : {ReportParts(), TopicTableParts(), LabelParts(), TopicParts(),
                          DocumentTableParts(), DocumentParts(), ExchangeParts()}) {
    parts.insert(parts.end(), some.begin(), some.end());
  }
  return parts;
}

std::string Usage() {
  std::string text =
      "lightlda-dump WHAT --model=MODEL [--format=...] [--output=FILE]\n\n"
      "Writes a part of a model. WHAT is one of\n";
  for (const DumpPart& part : AllParts()) {
    const std::string name = part.name;
    text += "  " + name + std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') + part.help;
    text += '\n';
  }
  return text +
         "\nExamples\n"
         "  lightlda-dump report --model=my-model --output=report.html\n"
         "  lightlda-dump topics --model=my-model --top_words=20\n"
         "  lightlda-dump doc_topic --model=my-model --format=csv --output=doc_topic.csv\n";
}

std::string PartList(const char* between = ", ", const char* before_last = " or ") {
  const std::vector<DumpPart> parts = AllParts();
  std::string text = parts[0].name;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    text += std::string(i + 1 < parts.size() ? between : before_last) + parts[i].name;
  }
  return text;
}

Result<DumpPart> ParsePart(const std::vector<std::string>& positional) {
  if (positional.empty()) {
    return Status::Usage("what to dump is missing: expected " + PartList() + "; try --help");
  }
  if (positional.size() > 1) {
    return Status::Usage("unexpected argument " + positional[1] + "; try --help");
  }
  for (const DumpPart& part : AllParts()) {
    if (positional[0] == part.name) return part;
  }
  return Status::Usage(positional[0] + ": expected " + PartList());
}

// What is asked of parts in the formats of other tools, and of no others.
Status CheckForm(const DumpPart& part) {
  if (FLAGS_dtype != "auto" && part.name != std::string("npy")) {
    return Status::Usage("--dtype: only for npy");
  }
  if (part.form != DumpForm::kStream && part.form != DumpForm::kNamed) {
    if (!FLAGS_of.empty()) return Status::Usage(std::string("--of: not for ") + part.name);
    return {};
  }
  if (FLAGS_format != "text") {
    return Status::Usage("--format: " + std::string(part.name) + " is a format itself");
  }
  if (part.form == DumpForm::kNamed && FLAGS_output == "-") {
    return Status::Usage(std::string("--output: expected a name for ") + part.name);
  }
  return {};
}

Result<ExportFormat> ParseFormat(const DumpPart& part) {
  if (part.form == DumpForm::kHtml && FLAGS_format == "html") return ExportFormat::kText;
  const Result<ExportFormat> format = ParseExportFormat("format", FLAGS_format, part.has_tables);
  if (format.ok()) return format;
  const char* const html = part.form == DumpForm::kHtml ? " (or html)" : "";
  return Status::Usage(format.status().message() + html + " for " + part.name);
}

Result<ExportOptions> ParseOptions(const DumpPart& part) {
  LIGHTLDA_RETURN_IF_ERROR(CheckForm(part));
  ExportOptions options;
  LIGHTLDA_ASSIGN_OR_RETURN(options.format, ParseFormat(part));
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is needed");
  if (FLAGS_output.empty()) return Status::Usage("--output: expected a file or -");
  if (part.form == DumpForm::kModel && FLAGS_output == "-") {
    return Status::Usage("--output=MODEL is needed: the directory of the new model");
  }
  if (FLAGS_top_words < 0) {
    return Status::Usage("--top_words=" + std::to_string(FLAGS_top_words) + ": expected 0 or more");
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckShare("min_probability", FLAGS_min_probability));
  const bool table = options.format == ExportFormat::kCsv || options.format == ExportFormat::kTsv;
  if (FLAGS_dense && !(part.name == std::string("doc_topic") && table)) {
    return Status::Usage("--dense: only for doc_topic as csv or tsv");
  }
  options.top_words = static_cast<std::size_t>(FLAGS_top_words);
  options.min_probability = FLAGS_min_probability;
  options.dense = FLAGS_dense;
  if (!FLAGS_metadata.empty() && part.name != std::string("doc_topic")) {
    return Status::Usage("--metadata: only for doc_topic");
  }
  options.metadata = SplitAtCommas(FLAGS_metadata);
  if (FLAGS_num_threads < 0) {
    return Status::Usage("--num_threads=" + std::to_string(FLAGS_num_threads) +
                         ": expected 0 or more");
  }
  options.pass.num_threads = FLAGS_num_threads;
  return options;
}

bool ReadsTopics(const DumpPart& part) {
  return part.reads_topics || (part.reads_topics_of != nullptr && part.reads_topics_of());
}

// Shows how many documents have been read.
std::function<void(Count, Count)> ShowProgress(ProgressLine* line) {
  return [line](Count documents, Count total) {
    line->Update(FormatCount(documents) + " of " + FormatCount(total) + " documents");
  };
}

Status Dump(const std::vector<std::string>& positional) {
  LIGHTLDA_ASSIGN_OR_RETURN(const DumpPart part, ParsePart(positional));
  LIGHTLDA_ASSIGN_OR_RETURN(ExportOptions options, ParseOptions(part));
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model, ReadsTopics(part)));
  Tell(DumpProgram(), model.load_warning());
  const auto write = [&](const ExportSink& sink) { return part.write({model, options}, sink); };
  if (FLAGS_output == "-" || part.form == DumpForm::kModel) return WriteToStdout(write);
  // Interrupted, a file must not leave its unfinished copy behind; standard output has none.
  const StopToken stop =
      InstallInterruptHandlers({.stop = "lightlda-dump: stopping; nothing will be written\n"});
  if (part.write_named != nullptr) return part.write_named({model, options}, FLAGS_output, stop);
  options.pass.stop = stop;
  ProgressLine line;
  if (line.is_terminal()) options.pass.progress = ShowProgress(&line);
  Status status = WriteExport(FLAGS_output, FLAGS_overwrite, write, stop);
  line.Finish();
  return status;
}

int Main(int argc, char** argv) {
  std::vector<std::string> positional;
  if (const auto code = Start(DumpProgram(), argc, argv, &positional)) return *code;
  return Report(DumpProgram(), Dump(positional));
}

}  // namespace

const Program& DumpProgram() {
  static const std::string usage = Usage();
  static const std::string words = PartList(" ", " ");
  static const Program program = {"lightlda-dump", kFlagsSource, usage.c_str(), words.c_str()};
  return program;
}

Result<Corpus> OpenCorpus(const Model& model) {
  if (model.corpus_checksum().empty()) {
    return Status::BadInput(FLAGS_model + ": was made of tables: it has no topics of documents");
  }
  if (!FLAGS_corpus.empty()) return Corpus::Open(FLAGS_corpus);
  if (model.corpus_directory().empty()) {
    return Status::BadInput(
        FLAGS_model + ": its corpus was in memory; give --corpus=DIRECTORY, where it was saved");
  }
  Result<Corpus> corpus = Corpus::Open(model.corpus_directory());
  if (corpus.ok()) return corpus;
  return Status(corpus.status().code(), corpus.status().message() +
                                            " (the corpus of the model; if it was moved, give "
                                            "--corpus=DIRECTORY)");
}

void TellInactive(const VisitedDocuments& documents) {
  if (documents.inactive == 0) return;
  Tell(DumpProgram(), "left out " + std::to_string(documents.inactive) + " of " +
                          std::to_string(documents.inactive + documents.visited) +
                          " documents: the run stopped before they had topics");
}

}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
