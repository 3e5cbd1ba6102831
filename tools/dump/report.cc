// lightlda-dump report: a model as one HTML file.
#include "lightlda/report.h"

#include <optional>
#include <string>

#include "base/progress.h"
#include "flag_values.h"
#include "flags.h"
#include "part.h"

namespace lightlda::tools {
namespace {

// Of --labels, or of the model's directory, if they are of this model.
Result<TopicLabels> LabelsFor(const Model& model) {
  if (!FLAGS_labels.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(TopicLabels labels, ReadLabelsFile(FLAGS_labels));
    LIGHTLDA_RETURN_IF_ERROR(CheckLabels(labels, model).WithContext(FLAGS_labels));
    return labels;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(TopicLabels labels, ReadLabels(FLAGS_model));
  if (labels.model_hash.empty()) return labels;
  if (labels.model_hash != model.model_hash()) {
    Tell(DumpProgram(), FLAGS_model +
                            "/labels.json: not shown, as its labels are of another model; see "
                            "lightlda-dump labels");
    return TopicLabels();
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckLabels(labels, model).WithContext(FLAGS_model));
  return labels;
}

Status ExpectNatural(const char* name, std::int32_t value) {
  if (value >= 0) return {};
  return Status::Usage(std::string("--") + name + "=" + std::to_string(value) +
                       ": expected 0 or more");
}

Result<ReportOptions> OptionsFromFlags(const DumpInput& input) {
  ReportOptions options;
  if (!FLAGS_of.empty()) return Status::Usage("--of: not for report");
  LIGHTLDA_RETURN_IF_ERROR(ExpectNatural("num", FLAGS_num));
  LIGHTLDA_RETURN_IF_ERROR(ExpectNatural("snippet_bytes", FLAGS_snippet_bytes));
  options.title = FLAGS_title;
  options.by = SplitAtCommas(FLAGS_by);
  LIGHTLDA_ASSIGN_OR_RETURN(options.date_bin, DateBinFromFlags());
  options.documents = static_cast<std::size_t>(FLAGS_num);
  options.snippet_bytes = static_cast<std::size_t>(FLAGS_snippet_bytes);
  LIGHTLDA_ASSIGN_OR_RETURN(options.max_bytes, ParseSize("max_bytes", FLAGS_max_bytes));
  LIGHTLDA_ASSIGN_OR_RETURN(options.labels, LabelsFor(input.model));
  options.model_directory = FLAGS_model;
  options.pass = input.options.pass;
  return options;
}

Status WriteReportPart(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ReportOptions options, OptionsFromFlags(input));
  std::optional<Corpus> corpus;
  if (!input.model.corpus_checksum().empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(corpus, OpenCorpus(input.model));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const ReportSummary summary,
                            WriteReport(input.model, corpus ? &*corpus : nullptr, options, sink));
  Tell(DumpProgram(),
       "a report of " + FormatBytes(static_cast<double>(summary.bytes)) + " is complete");
  for (const std::string& what : summary.left_out) {
    Tell(DumpProgram(), "left out of the report: " + what);
  }
  return {};
}

constexpr DumpPart kParts[] = {
    {"report", "a page to look at the model with: one HTML file", false, true, WriteReportPart,
     DumpForm::kStream},
};

}  // namespace

std::span<const DumpPart> ReportParts() { return kParts; }

}  // namespace lightlda::tools
