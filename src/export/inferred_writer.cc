#include "export/inferred_writer.h"

#include <algorithm>
#include <span>

namespace lightlda {
namespace {

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

}  // namespace

Status CheckOptions(const InferredExportOptions& options) {
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

InferredWriter::InferredWriter(std::uint32_t num_topics, const Vocabulary* vocabulary,
                               const InferredExportOptions& options, const ExportSink& sink)
    : vocabulary_(*vocabulary),
      options_(options),
      shape_(ShapeOf(options, num_topics)),
      out_(sink),
      records_(MakeRecordWriter(options.format, shape_, &out_)) {}

Status InferredWriter::Put(const InferredDocument& document) {
  heads_ = {document.name};
  items_.clear();
  if (options_.dense) {
    heads_.insert(heads_.end(), document.theta.begin(), document.theta.end());
  } else {
    heads_.push_back(std::uint64_t{document.words.size()});
    heads_.push_back(std::uint64_t{document.num_unknown});
    options_.words ? PutWords(document) : PutTopics(document);
  }
  records_->Put(heads_, items_);
  return out_.status();
}

void InferredWriter::PutWords(const InferredDocument& document) {
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    items_.push_back(vocabulary_.word(document.words[i]));
    items_.push_back(std::uint64_t{document.topics[i]});
  }
}

void InferredWriter::PutTopics(const InferredDocument& document) {
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

}  // namespace lightlda
