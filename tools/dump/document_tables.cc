// What lightlda-dump computes of topics and their documents.
#include "lightlda/document_tables.h"

#include <optional>
#include <string>

#include "base/progress.h"
#include "flag_values.h"
#include "flags.h"
#include "part.h"

namespace lightlda::tools {
namespace {

Status ExpectAtLeast(const char* name, std::int64_t value, std::int64_t least) {
  if (value >= least) return {};
  return Status::Usage(std::string("--") + name + "=" + std::to_string(value) + ": expected " +
                       std::to_string(least) + " or more");
}

// The corpus of the model, for tables of all its documents: says how many are left out, if any.
Result<Corpus> OpenDocuments(const Model& model) {
  Result<Corpus> corpus = OpenCorpus(model);
  if (corpus.ok() && model.active_level() > 0) {
    const Count active = model.progress().active_documents;
    TellInactive({active, corpus->num_documents() - active});
  }
  return corpus;
}

// --min_share, or what it is where nothing is said.
Result<double> MinShare(double fallback) {
  if (FLAGS_min_share < 0) return fallback;
  LIGHTLDA_RETURN_IF_ERROR(CheckShare("min_share", FLAGS_min_share));
  return FLAGS_min_share;
}

Status WriteTopDocuments(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(ExpectAtLeast("num", FLAGS_num, 0));
  LIGHTLDA_RETURN_IF_ERROR(ExpectAtLeast("min_document_tokens", FLAGS_min_document_tokens, 0));
  TopDocumentsOptions options;
  options.num = static_cast<std::size_t>(FLAGS_num);
  options.min_document_tokens = static_cast<std::uint32_t>(FLAGS_min_document_tokens);
  LIGHTLDA_ASSIGN_OR_RETURN(options.min_share, MinShare(0));
  if (FLAGS_and_topic >= 0) options.and_topic = static_cast<TopicId>(FLAGS_and_topic);
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenDocuments(input.model));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto topics,
                            TopDocuments(input.model, corpus, options, input.options.pass));
  return ExportTopDocuments(topics, input.options, sink);
}

Status WriteCorrelation(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const double min_share, MinShare(0.05));
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenDocuments(input.model));
  LIGHTLDA_ASSIGN_OR_RETURN(const TopicCooccurrence together,
                            CountTopicPairs(input.model, corpus, min_share, input.options.pass));
  return ExportTopicPairs(together, input.options, sink);
}

Result<std::vector<TopicMerge>> Hierarchy(const DumpInput& input) {
  if (FLAGS_on == "words") return TopicHierarchyByWords(input.model);
  if (FLAGS_on != "documents") {
    return Status::Usage("--on=" + FLAGS_on + ": expected documents or words");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenDocuments(input.model));
  return TopicHierarchyByDocuments(input.model, corpus, input.options.pass);
}

Status WriteHierarchy(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_clusters < 0 || FLAGS_clusters > static_cast<std::int64_t>(input.model.num_topics())) {
    return Status::Usage("--clusters=" + std::to_string(FLAGS_clusters) +
                         ": expected 1 to the number of topics, " +
                         std::to_string(input.model.num_topics()));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicMerge> merges, Hierarchy(input));
  if (FLAGS_clusters == 0) return ExportHierarchy(merges, input.options, sink);
  const auto clusters = CutHierarchy(merges, static_cast<std::size_t>(FLAGS_clusters));
  return ExportClusters(input.model, clusters, input.options, sink);
}

Status WriteGroups(const DumpInput& input, const ExportSink& sink) {
  GroupOptions options;
  options.by = SplitAtCommas(FLAGS_by);
  LIGHTLDA_ASSIGN_OR_RETURN(options.date_bin, DateBinFromFlags());
  options.bin_width = FLAGS_bin_width;
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenDocuments(input.model));
  LIGHTLDA_ASSIGN_OR_RETURN(const TopicGroups groups,
                            GroupTopics(input.model, corpus, options, input.options.pass));
  if (groups.num_missing > 0) {
    Tell(DumpProgram(),
         "left out " + FormatCount(groups.num_missing) + " documents that have no " + FLAGS_by);
  }
  return ExportGroups(groups, input.options, sink);
}

Status WriteDocument(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_name.empty() == (FLAGS_index < 0)) {
    return Status::Usage("expected one of --name and --index, which document it is");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(input.model));
  Result<DocId> found = static_cast<DocId>(FLAGS_index);
  if (FLAGS_index < 0) found = FindDocument(corpus, FLAGS_name);
  LIGHTLDA_ASSIGN_OR_RETURN(const DocId document, found);
  if (FLAGS_format == "html") return ExportDocumentAsHtml(input.model, corpus, document, sink);
  return ExportDocument(input.model, corpus, document, input.options, sink);
}

constexpr DumpPart kParts[] = {
    {"top_documents", "the documents with the largest shares of each topic", true, true,
     WriteTopDocuments},
    {"correlation", "pairs of topics: how many documents have both", true, true, WriteCorrelation},
    {"hierarchy", "topics merged step by step; or --clusters of them", true, true, WriteHierarchy},
    {"groups", "shares of topics --by a field of the metadata, over time, ...", true, true,
     WriteGroups},
    {"document", "one document, by --name or --index, with each token's topic", true, true,
     WriteDocument, DumpForm::kHtml},
};

}  // namespace

Result<DateBin> DateBinFromFlags() {
  constexpr std::pair<const char*, DateBin> kBins[] = {
      {"auto", DateBin::kAuto},   {"year", DateBin::kYear}, {"quarter", DateBin::kQuarter},
      {"month", DateBin::kMonth}, {"week", DateBin::kWeek}, {"day", DateBin::kDay}};
  for (const auto& [known, bin] : kBins) {
    if (FLAGS_bin == known) return bin;
  }
  return Status::Usage("--bin=" + FLAGS_bin + ": expected year, quarter, month, week, day or auto");
}

std::span<const DumpPart> DocumentTableParts() { return kParts; }

}  // namespace lightlda::tools
