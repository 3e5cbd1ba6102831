// What lightlda-dump writes of documents: parts that read the corpus and the topics of its tokens.
#include "part.h"

namespace lightlda::tools {
namespace {

using ExportOfDocuments = Result<VisitedDocuments> (*)(const Model&, const Corpus&,
                                                       const ExportOptions&, const ExportSink&);

template <ExportOfDocuments export_documents>
Status WriteDocuments(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(input.model));
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments documents,
                            export_documents(input.model, corpus, input.options, sink));
  TellInactive(documents);
  return {};
}

constexpr DumpPart kParts[] = {
    {"doc_topic", "one line per document: name, topic:probability ..., best first", true, true,
     WriteDocuments<ExportDocumentTopics>},
    {"assignments", "one line per document: name, word_id:topic for every token", false, true,
     WriteDocuments<ExportAssignments>},
};

}  // namespace

std::span<const DumpPart> DocumentParts() { return kParts; }

}  // namespace lightlda::tools
