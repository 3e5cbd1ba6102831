// LDA-C's files: the corpus, and the model as log phi and the variational parameters of documents.
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "exchange/documents.h"
#include "exchange/export_directory.h"
#include "exchange/topic_rows.h"
#include "infer/fold_in.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

// "N id:count ...", a document a line.
Result<VisitedDocuments> PutCorpus(const Model& model, const Corpus& corpus, TextWriter* out) {
  std::vector<WordCount> counts;
  return VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
    CountWords(document.words, &counts);
    out->PutInt(counts.size());
    for (const WordCount& entry : counts) {
      out->Put(' ');
      out->PutInt(entry.word);
      out->Put(':');
      out->PutInt(entry.count);
    }
    out->Put('\n');
    return out->status();
  });
}

void PutRow(const std::vector<double>& row, TextWriter* out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out->Put(' ');
    out->PutNumber(row[i]);
  }
  out->Put('\n');
}

Status PutBeta(const Model& model, TextWriter* out) {
  const TopicRows rows(model);
  std::vector<double> row(model.num_words());
  for (TopicId topic = 0; topic < model.num_topics() && out->status().ok(); ++topic) {
    rows.FillPhi(topic, row);
    for (double& value : row) value = std::log(value);
    PutRow(row, out);
  }
  return {};
}

Status PutGamma(const Model& model, const Corpus& corpus, TextWriter* out) {
  std::vector<double> gamma;
  const auto put = [&](const DocumentTopics& documents) {
    const CsrView counts = documents.counts();
    for (std::size_t row = 0; row < documents.num_documents() && out->status().ok(); ++row) {
      gamma.assign(model.alpha().begin(), model.alpha().end());
      for (std::uint64_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
        gamma[counts.topics[i]] += counts.counts[i];
      }
      PutRow(gamma, out);
    }
    return out->status();
  };
  return VisitDocumentTopics(model, corpus, put).status();
}

Status PutOther(const Model& model, TextWriter* out) {
  const double sum = std::accumulate(model.alpha().begin(), model.alpha().end(), 0.0);
  out->Put("num_topics ");
  out->PutInt(model.num_topics());
  out->Put("\nnum_terms ");
  out->PutInt(model.num_words());
  out->Put("\nalpha ");
  out->PutNumber(sum / model.num_topics());
  out->Put('\n');
  return {};
}

}  // namespace

Result<VisitedDocuments> WriteLdaC(const Model& model, const Corpus& corpus,
                                   const ExchangeTarget& target) {
  LIGHTLDA_ASSIGN_OR_RETURN(ExportDirectory directory,
                            ExportDirectory::Create(target, "ldac", corpus.directory()));
  VisitedDocuments visited;
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText("corpus.dat", [&](TextWriter* out) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(visited, PutCorpus(model, corpus, out));
    return {};
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory.Write(
      "vocab.txt", [&](const ExportSink& sink) { return ExportWordNames(model, sink); }));
  LIGHTLDA_RETURN_IF_ERROR(directory.Write("documents.txt", [&](const ExportSink& sink) {
    return ExportDocumentNames(model, corpus, sink).status();
  }));
  LIGHTLDA_RETURN_IF_ERROR(
      directory.WriteText("final.beta", [&](TextWriter* out) { return PutBeta(model, out); }));
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText(
      "final.gamma", [&](TextWriter* out) { return PutGamma(model, corpus, out); }));
  LIGHTLDA_RETURN_IF_ERROR(
      directory.WriteText("final.other", [&](TextWriter* out) { return PutOther(model, out); }));
  LIGHTLDA_RETURN_IF_ERROR(directory.Commit());
  return visited;
}

}  // namespace lightlda
