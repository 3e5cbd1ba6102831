// Counts as Matrix Market files.
#include <vector>

#include "exchange/documents.h"
#include "export/text_writer.h"
#include "infer/fold_in.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

void PutHeader(const char* what, std::uint64_t rows, std::uint64_t columns, std::uint64_t entries,
               TextWriter* out) {
  out->Put("%%MatrixMarket matrix coordinate integer general\n% ");
  out->Put(what);
  out->Put('\n');
  out->PutInt(rows);
  out->Put(' ');
  out->PutInt(columns);
  out->Put(' ');
  out->PutInt(entries);
  out->Put('\n');
}

// Rows and columns from 0.
void PutEntry(std::uint64_t row, std::uint64_t column, std::uint64_t count, TextWriter* out) {
  out->PutInt(row + 1);
  out->Put(' ');
  out->PutInt(column + 1);
  out->Put(' ');
  out->PutInt(count);
  out->Put('\n');
}

}  // namespace

Status ExportWordTopicMatrix(const Model& model, const ExportSink& sink) {
  TextWriter out(sink);
  PutHeader("rows: words; columns: topics", model.num_words(), model.num_topics(),
            static_cast<std::uint64_t>(model.num_entries()), &out);
  for (std::size_t word = 0; word < model.num_words() && out.status().ok(); ++word) {
    for (const TopicCount& entry : model.WordRow(static_cast<WordId>(word))) {
      PutEntry(word, entry.topic, entry.count, &out);
    }
  }
  return out.Finish();
}

Result<VisitedDocuments> ExportDocumentTopicMatrix(const Model& model, const Corpus& corpus,
                                                   const ExportSink& sink) {
  std::uint64_t entries = 0;
  const auto count = [&](const DocumentTopics& documents) {
    entries += documents.counts().topics.size();
    return Status();
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            VisitDocumentTopics(model, corpus, count));
  TextWriter out(sink);
  PutHeader("rows: documents; columns: topics", static_cast<std::uint64_t>(visited.visited),
            model.num_topics(), entries, &out);
  std::uint64_t document = 0;
  const auto put = [&](const DocumentTopics& documents) {
    const CsrView counts = documents.counts();
    for (std::size_t row = 0; row < documents.num_documents(); ++row, ++document) {
      for (std::uint64_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
        PutEntry(document, counts.topics[i], counts.counts[i], &out);
      }
    }
    return out.status();
  };
  LIGHTLDA_RETURN_IF_ERROR(VisitDocumentTopics(model, corpus, put).status());
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

Result<VisitedDocuments> ExportCorpusMatrix(const Model& model, const Corpus& corpus,
                                            const ExportSink& sink) {
  std::uint64_t entries = 0;
  std::vector<WordCount> counts;
  const auto count = [&](const AssignedDocument& document) {
    CountWords(document.words, &counts);
    entries += counts.size();
    return Status();
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited, VisitDocuments(model, corpus, count));
  TextWriter out(sink);
  PutHeader("rows: documents; columns: words", static_cast<std::uint64_t>(visited.visited),
            model.num_words(), entries, &out);
  std::uint64_t row = 0;
  const auto put = [&](const AssignedDocument& document) {
    CountWords(document.words, &counts);
    for (const WordCount& entry : counts) PutEntry(row, entry.word, entry.count, &out);
    ++row;
    return out.status();
  };
  LIGHTLDA_RETURN_IF_ERROR(VisitDocuments(model, corpus, put).status());
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

}  // namespace lightlda
