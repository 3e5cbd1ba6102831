// How good each topic is: the diagnostics of Mallet, and others that are asked for.
#ifndef LIGHTLDA_DIAGNOSTICS_H_
#define LIGHTLDA_DIAGNOSTICS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/document_topics.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Of one topic k. Natural logarithms. What needs tokens is absent of a topic without any; what
// needs documents, if no corpus is given.
struct TopicDiagnostics {
  Count tokens = 0;                // n_k
  double share = 0;                // n_k / N
  std::optional<Count> documents;  // with a token of the topic
  // Of those the documents in which theta_dk (lightlda/document_topics.h) is at least 1 %, and 5 %.
  std::optional<Count> documents_1;
  std::optional<Count> documents_5;
  // In which no topic has more tokens, and none of a lower id as many.
  std::optional<Count> rank1_documents;
  // -sum_d p_d log p_d, p_d = n_dk / n_k: low if the topic is in few documents.
  std::optional<double> document_entropy;
  // 1 / sum_w p_w^2, p_w = n_wk / n_k.
  std::optional<double> effective_words;
  std::optional<double> uniform_distance;  // sum_w p_w log(p_w V)
  std::optional<double> corpus_distance;   // sum_w p_w log(p_w N / n_w)
  // As EvaluateCoherence against the corpus has them, of the most probable words.
  std::optional<double> coherence_umass;
  std::optional<double> coherence_npmi;  // absent for bags of words, too
  // The mean over the most probable words of phi_wk / sum_j phi_wj.
  std::optional<double> exclusivity;
  double alpha = 0;
};

struct DiagnosticsOptions {
  std::size_t top_words = 10;  // of coherence and exclusivity, from 2
  int num_threads = 0;         // 0: one per core. Does not change the result
};

struct Diagnostics {
  std::vector<TopicDiagnostics> topics;  // [num_topics]
  VisitedDocuments documents;            // none without a corpus
};

// corpus: the one the model was trained on; null: only what the model itself tells. Memory: the
// entries of the table, and what EvaluateCoherence and VisitDocuments need. Errors: kUsage, naming
// the field; kBadInput; kOutOfMemory.
LIGHTLDA_EXPORT Result<Diagnostics> DiagnoseTopics(const Model& model, const Corpus* corpus,
                                                   const DiagnosticsOptions& options = {});

// One record per topic with the fields above, by their names. Errors: the sink's.
LIGHTLDA_EXPORT Status ExportDiagnostics(const Diagnostics& diagnostics,
                                         const ExportOptions& options, const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_DIAGNOSTICS_H_
