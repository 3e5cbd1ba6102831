// Topics of documents and of their tokens, in input order, a block at a time.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/exports.h"
#include "report/document_pass.h"
#include "report/metadata_text.h"

namespace lightlda {
namespace {

RecordShape SparseShape() {
  RecordShape shape;
  shape.heads = {{"document"}, {"tokens", kJson}};
  shape.items = {{"topic"}, {"probability"}, {"count", kJson | kTable}, {"share", kJson | kTable}};
  shape.list = "topics";
  return shape;
}

// The fields of the metadata that are asked for.
struct MetadataFields {
  std::optional<MetadataText> text;
  std::vector<std::size_t> fields;

  // Values that are valid until the next call.
  const std::vector<Value>& Of(const BlockMetadata* metadata, std::uint32_t row,
                               std::vector<std::string>* texts, std::vector<Value>* values) const {
    texts->clear();
    values->clear();
    texts->reserve(fields.size());
    for (const std::size_t field : fields) {
      const std::string& value = texts->emplace_back(text->Text(*metadata, field, row));
      values->push_back(value.empty() ? Value() : Value(std::string_view(value)));
    }
    return *values;
  }
};

Result<MetadataFields> FieldsOf(const Corpus& corpus, const std::vector<std::string>& names) {
  MetadataFields metadata;
  if (names.empty()) return metadata;
  if (corpus.metadata_fields().empty()) {
    if (names == std::vector<std::string>{"auto"}) return metadata;
    return Status::Usage("`metadata`: the documents of the corpus have none");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(metadata.text, MetadataText::Create(corpus));
  if (names == std::vector<std::string>{"auto"}) {
    for (std::size_t f = 0; f < corpus.metadata_fields().size(); ++f) metadata.fields.push_back(f);
    return metadata;
  }
  for (const std::string& name : names) {
    const Result<std::size_t> field = metadata.text->Find(name);
    if (!field.ok()) return field.status().WithContext("`metadata`");
    metadata.fields.push_back(field.value());
  }
  return metadata;
}

// Writes the topics of documents as records.
class TopicRecords {
 public:
  TopicRecords(const ExportOptions& options, const MetadataFields& metadata, RecordWriter* records)
      : options_(options), metadata_(metadata), records_(*records) {}

  void Put(const DocumentTopics& documents, std::size_t row, const BlockMetadata* metadata) {
    metadata_.Of(metadata, documents.rows_in_block()[row], &texts_, &tails_);
    heads_ = {std::string_view(documents.names()[row])};
    items_.clear();
    options_.dense ? PutDense(documents, row) : PutSparse(documents, row);
    records_.Put(heads_, items_, tails_);
  }

 private:
  void PutDense(const DocumentTopics& documents, std::size_t row) {
    theta_.resize(documents.num_topics());
    documents.FillRow(row, theta_);
    heads_.insert(heads_.end(), theta_.begin(), theta_.end());
  }

  void PutSparse(const DocumentTopics& documents, std::size_t row) {
    heads_.push_back(std::uint64_t{documents.lengths()[row]});
    for (const TopicShare& share : documents.AtLeast(row, options_.min_probability)) {
      items_.insert(items_.end(), {std::uint64_t{share.topic}, share.probability,
                                   std::uint64_t{share.count}, share.share});
    }
  }

  const ExportOptions& options_;
  const MetadataFields& metadata_;
  RecordWriter& records_;
  std::vector<Value> heads_;
  std::vector<Value> items_;
  std::vector<Value> tails_;
  std::vector<std::string> texts_;
  std::vector<double> theta_;
};

// Writes records of documents, rendered by several threads, between what begins and ends them.
// put(range, records) writes those of a range.
template <typename PutRange>
Result<VisitedDocuments> WriteRecords(const Model& model, const Corpus& corpus,
                                      const ExportOptions& options, const RecordShape& shape,
                                      bool with_metadata, const ExportSink& sink,
                                      const PutRange& put) {
  TextWriter out(sink);
  const auto all = MakeRecordWriter(options.format, shape, &out);
  all->Begin();
  DocumentPassRunner<std::string> runner(model, corpus, options.pass, with_metadata);
  const auto work = [&](int, const DocumentRange& range, std::string* text) {
    const ExportSink append = [&](std::string_view piece) {
      text->append(piece);
      return Status();
    };
    TextWriter part(append);
    LIGHTLDA_RETURN_IF_ERROR(put(range, MakeRecordWriter(options.format, shape, &part).get()));
    return part.Finish();
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            runner.Run(work, [&](const std::string* text) {
                              out.Put(*text);
                              return out.status();
                            }));
  all->End();
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
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
  LIGHTLDA_ASSIGN_OR_RETURN(const MetadataFields metadata, FieldsOf(corpus, options.metadata));
  RecordShape shape = options.dense ? DenseTopics(model.num_topics()) : SparseShape();
  for (const std::size_t field : metadata.fields) {
    shape.tails.push_back({corpus.metadata_fields()[field].name});
  }
  const auto put = [&](const DocumentRange& range, RecordWriter* records) {
    const auto documents = DocumentTopics::Of(model, *range.block, range.begin, range.end);
    TopicRecords topics(options, metadata, records);
    for (std::size_t row = 0; row < documents.num_documents(); ++row) {
      topics.Put(documents, row, range.metadata);
    }
    return Status();
  };
  return WriteRecords(model, corpus, options, shape, !metadata.fields.empty(), sink, put);
}

Result<VisitedDocuments> ExportAssignments(const Model& model, const Corpus& corpus,
                                           const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckNoTable(options));
  RecordShape shape;
  shape.heads = {{"document"}};
  shape.items = {{"word_id", kText}, {"words", kJson}, {"topics"}};
  shape.json_columns = true;
  const auto put = [&](const DocumentRange& range, RecordWriter* records) {
    std::vector<Value> items;
    const auto visit = [&](const AssignedDocument& document) {
      items.clear();
      for (std::size_t i = 0; i < document.words.size(); ++i) {
        const WordId word = document.words[i];
        items.insert(items.end(), {std::uint64_t{word}, model.vocabulary().word(word),
                                   std::uint64_t{document.topics[i]}});
      }
      const Value heads[] = {document.name};
      records->Put(heads, items);
      return Status();
    };
    return range.block->Visit(range.begin, range.end, visit);
  };
  return WriteRecords(model, corpus, options, shape, false, sink, put);
}

}  // namespace lightlda
