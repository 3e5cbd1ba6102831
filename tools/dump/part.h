// The parts of a model that lightlda-dump writes: one entry each, from which the command line, the
// list in --help and the messages follow.
#ifndef LIGHTLDA_TOOLS_DUMP_PART_H_
#define LIGHTLDA_TOOLS_DUMP_PART_H_

#include <span>
#include <string>

#include "lightlda/corpus.h"
#include "lightlda/document_tables.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "tool_util.h"

namespace lightlda::tools {

const Program& DumpProgram();

struct DumpInput {
  const Model& model;
  ExportOptions options;  // of the flags that several parts have
};

enum class DumpForm {
  kFormats,  // a stream in --format
  kHtml,     // likewise, which may be html; FLAGS_format tells
  kStream,   // a stream in the one format of another tool
  kModel,    // a table in --format to standard output; --output is the directory of a new model
  kNamed,    // a file or directory that write_named makes, which cannot be standard output
};

struct DumpPart {
  const char* name;   // WHAT
  const char* help;   // a line of --help, at most 66 characters
  bool has_tables;    // has csv and tsv beside text and json
  bool reads_topics;  // reads the topics of the corpus' tokens
  Status (*write)(const DumpInput& input, const ExportSink& sink);
  DumpForm form = DumpForm::kFormats;
  // Makes the file or directory --output; null: what `write` gives.
  Status (*write_named)(const DumpInput& input, const std::string& output,
                        const StopToken& stop) = nullptr;
  bool (*reads_topics_of)() = nullptr;  // likewise as reads_topics, if that depends on --of
};

std::span<const DumpPart> TopicParts();          // topic_parts.cc
std::span<const DumpPart> TopicTableParts();     // topic_tables.cc
std::span<const DumpPart> LabelParts();          // labels.cc
std::span<const DumpPart> DocumentParts();       // document_parts.cc
std::span<const DumpPart> DocumentTableParts();  // document_tables.cc
std::span<const DumpPart> ExchangeParts();       // exchange_parts.cc
std::span<const DumpPart> ReportParts();         // report.cc

// The corpus of the model: --corpus, or where it was when the model was trained.
Result<Corpus> OpenCorpus(const Model& model);

// --bin. Errors: kUsage.
Result<DateBin> DateBinFromFlags();

// Says on stderr how many documents were left out, if any.
void TellInactive(const VisitedDocuments& documents);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_DUMP_PART_H_
