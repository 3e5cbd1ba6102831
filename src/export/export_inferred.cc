// Topics of new documents, as they are inferred.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/infer.h"

namespace lightlda {
namespace {

Status Check(const InferredExportOptions& options) {
  if (!(options.min_probability >= 0 && options.min_probability <= 1)) {
    return Status::Usage("`min_probability`: expected a number from 0 to 1");
  }
  if (options.words && IsTable(options.format)) {
    return Status::Usage("`words`: only for text and json");
  }
  if (options.dense && !IsTable(options.format)) {
    return Status::Usage("`dense`: only for csv and tsv");
  }
  return {};
}

RecordShape ShapeOf(const InferredExportOptions& options, std::uint32_t num_topics) {
  if (options.dense) return DenseTopics(num_topics);
  RecordShape shape;
  shape.heads = {{"document"}, {"tokens", kJson}, {"unknown", kJson}};
  if (options.words) {
    shape.items = {{"words"}, {"topics"}};
    shape.json_columns = true;
  } else {
    shape.items = {{"topic"}, {"probability"}};
    shape.list = "topics";
  }
  return shape;
}

class InferredRecords {
 public:
  InferredRecords(const Vocabulary* vocabulary, const InferredExportOptions& options)
      : vocabulary_(*vocabulary), options_(options) {}

  void Put(const InferredDocument& document, RecordWriter* records) {
    heads_ = {document.name};
    items_.clear();
    if (options_.dense) {
      heads_.insert(heads_.end(), document.theta.begin(), document.theta.end());
    } else {
      heads_.push_back(std::uint64_t{document.words.size()});
      heads_.push_back(std::uint64_t{document.num_unknown});
      options_.words ? PutWords(document) : PutTopics(document);
    }
    records->Put(heads_, items_);
  }

 private:
  void PutWords(const InferredDocument& document) {
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      items_.push_back(vocabulary_.word(document.words[i]));
      items_.push_back(std::uint64_t{document.topics[i]});
    }
  }

  void PutTopics(const InferredDocument& document) {
    const std::span<const double> theta = document.theta;
    topics_.clear();
    for (TopicId k = 0; k < theta.size(); ++k) {
      if (theta[k] >= options_.min_probability) topics_.push_back(k);
    }
    const auto more = [&](TopicId a, TopicId b) {
      return theta[a] != theta[b] ? theta[a] > theta[b] : a < b;
    };
    const std::size_t shown =
        options_.top == 0 ? topics_.size() : std::min(options_.top, topics_.size());
    std::partial_sort(topics_.begin(), topics_.begin() + static_cast<std::ptrdiff_t>(shown),
                      topics_.end(), more);
    for (std::size_t i = 0; i < shown; ++i) {
      items_.push_back(std::uint64_t{topics_[i]});
      items_.push_back(theta[topics_[i]]);
    }
  }

  const Vocabulary& vocabulary_;
  const InferredExportOptions& options_;
  std::vector<Value> heads_;
  std::vector<Value> items_;
  std::vector<TopicId> topics_;
};

}  // namespace

Result<InferSummary> ExportInferred(const Inferencer& inferencer, DocumentInput input,
                                    const InferredExportOptions& options, const ExportSink& sink,
                                    StopToken stop) {
  LIGHTLDA_RETURN_IF_ERROR(Check(options));
  input.assign_topics = options.words;
  const RecordShape shape = ShapeOf(options, inferencer.model().num_topics());
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  InferredRecords inferred(&inferencer.model().vocabulary(), options);
  Result<InferSummary> summary = InferDocuments(
      inferencer, input,
      [&](const InferredDocument& document) {
        inferred.Put(document, records.get());
        return out.status();
      },
      [&] { return out.Finish(); }, std::move(stop));
  LIGHTLDA_RETURN_IF_ERROR(summary.status());
  records->End();
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return summary;
}

}  // namespace lightlda
