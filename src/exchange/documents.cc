#include "exchange/documents.h"

#include <string>

#include "export/text_writer.h"
#include "lightlda/exchange.h"

namespace lightlda {

std::uint64_t CountDocuments(const Model& model, const Corpus& corpus) {
  Count documents = 0;
  const auto levels = corpus.levels();
  for (auto level = static_cast<std::size_t>(model.active_level()); level < levels.size();
       ++level) {
    documents += levels[level].num_documents;
  }
  return static_cast<std::uint64_t>(documents);
}

Result<VisitedDocuments> VisitDocumentTopics(const Model& model, const Corpus& corpus,
                                             const DocumentTopicsVisitor& use) {
  VisitedDocuments visited;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const DocumentTopics documents,
                              DocumentTopics::ReadBlock(model, corpus, block));
    LIGHTLDA_RETURN_IF_ERROR(use(documents));
    visited.visited += static_cast<Count>(documents.num_documents());
    visited.inactive += documents.num_inactive();
  }
  return visited;
}

Status ExportWordNames(const Model& model, const ExportSink& sink) {
  TextWriter out(sink);
  for (const std::string& word : model.vocabulary().words()) {
    out.PutEscaped(word, /*escape_spaces=*/false);
    out.Put('\n');
  }
  return out.Finish();
}

Result<VisitedDocuments> ExportDocumentNames(const Model& model, const Corpus& corpus,
                                             const ExportSink& sink) {
  TextWriter out(sink);
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
                              out.PutEscaped(document.name, /*escape_spaces=*/false);
                              out.Put('\n');
                              return out.status();
                            }));
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

}  // namespace lightlda
