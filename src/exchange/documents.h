// The documents of an export: those that have topics, in input order, a block at a time.
#ifndef LIGHTLDA_EXCHANGE_DOCUMENTS_H_
#define LIGHTLDA_EXCHANGE_DOCUMENTS_H_

#include <cstdint>
#include <functional>

#include "lightlda/corpus.h"
#include "lightlda/document_topics.h"
#include "lightlda/model.h"
#include "lightlda/status.h"

namespace lightlda {

// How many they are. REQUIRES: the corpus is the model's.
std::uint64_t CountDocuments(const Model& model, const Corpus& corpus);

// Calls use() with the topics of each block's documents; a status that is not OK is what it
// returns. Memory: a block. Errors: as VisitDocuments.
using DocumentTopicsVisitor = std::function<Status(const DocumentTopics& documents)>;
Result<VisitedDocuments> VisitDocumentTopics(const Model& model, const Corpus& corpus,
                                             const DocumentTopicsVisitor& use);

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_DOCUMENTS_H_
