// Topics of documents and of their tokens, in input order, a block at a time.
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/exports.h"

namespace lightlda {
namespace {

RecordShape SparseShape() {
  RecordShape shape;
  shape.heads = {{"document"}, {"tokens", kJson}};
  shape.items = {{"topic"}, {"probability"}, {"count", kJson | kTable}};
  shape.list = "topics";
  return shape;
}

void PutDense(const DocumentTopics& documents, std::size_t row, RecordWriter* records) {
  std::vector<double> theta(documents.num_topics());
  documents.FillRow(row, theta);
  std::vector<Value> heads = {std::string_view(documents.names()[row])};
  heads.insert(heads.end(), theta.begin(), theta.end());
  records->Put(heads, {});
}

void PutSparse(const DocumentTopics& documents, std::size_t row, double min_probability,
               RecordWriter* records) {
  const Value heads[] = {std::string_view(documents.names()[row]),
                         std::uint64_t{documents.lengths()[row]}};
  std::vector<Value> items;
  for (const TopicShare& share : documents.AtLeast(row, min_probability)) {
    items.insert(items.end(),
                 {std::uint64_t{share.topic}, share.probability, std::uint64_t{share.count}});
  }
  records->Put(heads, items);
}

}  // namespace

Result<VisitedDocuments> ExportDocumentTopics(const Model& model, const Corpus& corpus,
                                              const ExportOptions& options,
                                              const ExportSink& sink) {
  if (!(options.min_probability >= 0 && options.min_probability <= 1)) {
    return Status::Usage("`min_probability`: expected a number from 0 to 1");
  }
  if (options.dense && !IsTable(options.format)) {
    return Status::Usage("`dense`: only for csv and tsv");
  }
  const RecordShape shape = options.dense ? DenseTopics(model.num_topics()) : SparseShape();
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  VisitedDocuments visited;
  for (std::size_t block = 0; block < corpus.blocks().size() && out.status().ok(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const DocumentTopics documents,
                              DocumentTopics::ReadBlock(model, corpus, block));
    for (std::size_t row = 0; row < documents.num_documents() && out.status().ok(); ++row) {
      if (options.dense) {
        PutDense(documents, row, records.get());
      } else {
        PutSparse(documents, row, options.min_probability, records.get());
      }
    }
    visited.visited += static_cast<Count>(documents.num_documents());
    visited.inactive += documents.num_inactive();
  }
  records->End();
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

Result<VisitedDocuments> ExportAssignments(const Model& model, const Corpus& corpus,
                                           const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckNoTable(options));
  RecordShape shape;
  shape.heads = {{"document"}};
  shape.items = {{"word_id", kText}, {"words", kJson}, {"topics"}};
  shape.json_columns = true;
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  std::vector<Value> items;
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
                              items.clear();
                              for (std::size_t i = 0; i < document.words.size(); ++i) {
                                const WordId word = document.words[i];
                                items.insert(items.end(),
                                             {std::uint64_t{word}, model.vocabulary().word(word),
                                              std::uint64_t{document.topics[i]}});
                              }
                              const Value heads[] = {document.name};
                              records->Put(heads, items);
                              return out.status();
                            }));
  records->End();
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

}  // namespace lightlda
