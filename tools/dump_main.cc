// lightlda-dump: writes the parts of a model for people and other programs.
#include <gflags/gflags.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flag_values.h"
#include "lightlda/corpus.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/signals.h"
#include "tool_util.h"

DEFINE_string(model, "", "model directory written by lightlda (needed)");
DEFINE_string(
    format, "text",
    "topics, word_topic, doc_topic: text, json, csv or tsv; assignments, summary: text or "
    "json");
DEFINE_string(output, "-", "file to write; -: standard output");
DEFINE_bool(overwrite, false, "replace an existing output file");
DEFINE_string(corpus, "",
              "corpus directory, if it is no longer where the model was trained (doc_topic, "
              "assignments)");
DEFINE_int32(top_words, 10, "words per topic (topics, summary)");
DEFINE_double(min_probability, 0.01, "leave out less probable topics; 0: none (doc_topic)");
DEFINE_bool(dense, false,
            "one column per topic instead of one line per topic (doc_topic as csv or tsv)");

namespace lightlda::tools {
namespace {

constexpr char kUsage[] = R"(lightlda-dump WHAT --model=MODEL [--format=...] [--output=FILE]

Writes a part of a model. WHAT is one of
  topics       one line per topic: id, tokens, most probable words
  word_topic   one line per word: word_id topic:count ...
  doc_topic    one line per document: name, topic:probability ..., most probable first
  assignments  one line per document: name, word_id:topic for every token
  summary      sizes, priors, progress, the largest topics

Examples
  lightlda-dump topics --model=my-model --top_words=20
  lightlda-dump doc_topic --model=my-model --format=csv --output=doc_topic.csv
)";

constexpr Program kProgram = {"lightlda-dump", __FILE__, kUsage};

enum class What { kTopics, kWordTopic, kDocTopic, kAssignments, kSummary };

struct WhatEntry {
  const char* name;
  What what;
  bool has_tables;  // has csv and tsv beside text and json
};

constexpr WhatEntry kWhats[] = {{"topics", What::kTopics, true},
                                {"word_topic", What::kWordTopic, true},
                                {"doc_topic", What::kDocTopic, true},
                                {"assignments", What::kAssignments, false},
                                {"summary", What::kSummary, false}};

constexpr char kWhatList[] = "topics, word_topic, doc_topic, assignments or summary";

Result<WhatEntry> ParseWhat(const std::vector<std::string>& positional) {
  if (positional.empty()) {
    return Status::Usage(std::string("what to dump is missing: expected ") + kWhatList +
                         "; try --help");
  }
  if (positional.size() > 1) {
    return Status::Usage("unexpected argument " + positional[1] + "; try --help");
  }
  for (const WhatEntry& entry : kWhats) {
    if (positional[0] == entry.name) return entry;
  }
  if (positional[0] == "report") {
    return Status::Usage(std::string("report: not in this version; expected ") + kWhatList);
  }
  return Status::Usage(positional[0] + ": expected " + kWhatList);
}

Result<ExportOptions> ParseOptions(const WhatEntry& what) {
  ExportOptions options;
  const Result<ExportFormat> format = ParseExportFormat("format", FLAGS_format, what.has_tables);
  if (!format.ok()) {
    return Status::Usage(format.status().message() + " for " + what.name);
  }
  options.format = format.value();
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is needed");
  if (FLAGS_output.empty()) return Status::Usage("--output: expected a file or -");
  if (FLAGS_top_words < 0) {
    return Status::Usage("--top_words=" + std::to_string(FLAGS_top_words) + ": expected 0 or more");
  }
  if (!(FLAGS_min_probability >= 0 && FLAGS_min_probability <= 1)) {
    return Status::Usage("--min_probability=" + std::to_string(FLAGS_min_probability) +
                         ": expected a number from 0 to 1");
  }
  const bool table = options.format == ExportFormat::kCsv || options.format == ExportFormat::kTsv;
  if (FLAGS_dense && !(what.what == What::kDocTopic && table)) {
    return Status::Usage("--dense: only for doc_topic as csv or tsv");
  }
  options.top_words = static_cast<std::size_t>(FLAGS_top_words);
  options.min_probability = FLAGS_min_probability;
  options.dense = FLAGS_dense;
  return options;
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

Status ExportOfDocuments(What what, const Model& model, const ExportOptions& options,
                         const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(model));
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments documents,
                            what == What::kDocTopic
                                ? ExportDocumentTopics(model, corpus, options, sink)
                                : ExportAssignments(model, corpus, options, sink));
  if (documents.inactive > 0) {
    std::fprintf(stderr,
                 "%s: left out %lld of %lld documents: the run stopped before they had topics\n",
                 kProgram.name, static_cast<long long>(documents.inactive),
                 static_cast<long long>(documents.inactive + documents.visited));
  }
  return {};
}

Status Export(What what, const Model& model, const ExportOptions& options, const ExportSink& sink) {
  if (what == What::kTopics) return ExportTopics(model, options, sink);
  if (what == What::kWordTopic) return ExportWordTopic(model, options, sink);
  if (what == What::kSummary) return ExportSummary(model, options, sink);
  return ExportOfDocuments(what, model, options, sink);
}

Status Dump(const std::vector<std::string>& positional) {
  LIGHTLDA_ASSIGN_OR_RETURN(const WhatEntry what, ParseWhat(positional));
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, ParseOptions(what));
  const bool of_tokens = what.what == What::kDocTopic || what.what == What::kAssignments;
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model, of_tokens));
  Tell(kProgram, model.load_warning());
  const auto write = [&](const ExportSink& sink) {
    return Export(what.what, model, options, sink);
  };
  if (FLAGS_output == "-") return WriteToStdout(write);
  // Interrupted, a file must not leave its unfinished copy behind; standard output has none.
  const StopToken stop =
      InstallInterruptHandlers({.stop = "lightlda-dump: stopping; nothing will be written\n"});
  return WriteExport(FLAGS_output, FLAGS_overwrite, write, stop);
}

int Main(int argc, char** argv) {
  std::vector<std::string> positional;
  if (const auto code = Start(kProgram, argc, argv, &positional)) return *code;
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write that fails
  return Report(kProgram, Dump(positional));
}

}  // namespace
}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
