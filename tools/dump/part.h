// The parts of a model that lightlda-dump writes: one entry each, from which the command line, the
// list in --help and the messages follow.
#ifndef LIGHTLDA_TOOLS_DUMP_PART_H_
#define LIGHTLDA_TOOLS_DUMP_PART_H_

#include <span>

#include "lightlda/corpus.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "tool_util.h"

namespace lightlda::tools {

const Program& DumpProgram();

struct DumpInput {
  const Model& model;
  ExportOptions options;  // of the flags that several parts have
};

struct DumpPart {
  const char* name;   // WHAT
  const char* help;   // a line of --help, at most 66 characters
  bool has_tables;    // has csv and tsv beside text and json
  bool reads_topics;  // reads the topics of the corpus' tokens
  Status (*write)(const DumpInput& input, const ExportSink& sink);
  bool writes_model = false;  // --output is the directory of a new model; the table goes to stdout
  bool has_html = false;      // has html, too; FLAGS_format tells
};

std::span<const DumpPart> TopicParts();          // topic_parts.cc
std::span<const DumpPart> DocumentParts();       // document_parts.cc
std::span<const DumpPart> DocumentTableParts();  // document_tables.cc
std::span<const DumpPart> TopicTableParts();     // topic_tables.cc
std::span<const DumpPart> LabelParts();          // labels.cc

// The corpus of the model: --corpus, or where it was when the model was trained.
Result<Corpus> OpenCorpus(const Model& model);

// Says on stderr how many documents were left out, if any.
void TellInactive(const VisitedDocuments& documents);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_DUMP_PART_H_
