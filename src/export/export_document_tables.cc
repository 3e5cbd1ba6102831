// Tables of topics and their documents.
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/document_tables.h"

namespace lightlda {
namespace {

Value TextOrNone(const std::string& text) {
  return text.empty() ? Value() : Value(std::string_view(text));
}

// Records that are one line each, in every format.
class Rows {
 public:
  Rows(std::vector<std::string> columns, ExportFormat format, const ExportSink& sink) : out_(sink) {
    for (std::string& column : columns) shape_.heads.push_back({std::move(column)});
    records_ = MakeRecordWriter(format, shape_, &out_);
    records_->Begin();
  }

  void Put(std::initializer_list<Value> values) {
    records_->Put({values.begin(), values.end()}, {});
  }
  bool ok() const { return out_.status().ok(); }
  Status Finish() {
    records_->End();
    return out_.Finish();
  }

 private:
  RecordShape shape_;
  TextWriter out_;
  std::unique_ptr<RecordWriter> records_;
};

}  // namespace

Status ExportTopDocuments(std::span<const std::vector<TopDocument>> topics,
                          const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  Rows rows({"topic", "rank", "document", "share", "tokens", "title", "date"}, options.format,
            sink);
  for (std::size_t topic = 0; topic < topics.size() && rows.ok(); ++topic) {
    for (std::size_t i = 0; i < topics[topic].size(); ++i) {
      const TopDocument& document = topics[topic][i];
      rows.Put({std::uint64_t{topic}, std::uint64_t{i + 1}, std::string_view(document.name),
                document.share, std::uint64_t{document.tokens}, TextOrNone(document.title),
                TextOrNone(document.date)});
    }
  }
  return rows.Finish();
}

Status ExportTopicPairs(const TopicCooccurrence& together, const ExportOptions& options,
                        const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  Rows rows({"topic_a", "topic_b", "documents", "npmi"}, options.format, sink);
  for (std::size_t i = 0; i < together.pairs.size() && rows.ok(); ++i) {
    const TopicPair& pair = together.pairs[i];
    rows.Put({std::uint64_t{pair.a}, std::uint64_t{pair.b},
              static_cast<std::uint64_t>(pair.documents), pair.npmi});
  }
  return rows.Finish();
}

Status ExportHierarchy(std::span<const TopicMerge> merges, const ExportOptions& options,
                       const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  Rows rows({"step", "left", "right", "height", "size"}, options.format, sink);
  for (std::size_t step = 0; step < merges.size() && rows.ok(); ++step) {
    const TopicMerge& merge = merges[step];
    rows.Put({std::uint64_t{step}, std::uint64_t{merge.left}, std::uint64_t{merge.right},
              merge.height, std::uint64_t{merge.size}});
  }
  return rows.Finish();
}

Status ExportClusters(const Model& model, std::span<const std::uint32_t> clusters,
                      const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  std::vector<std::string> labels;
  for (const std::vector<WordId>& words : ClusterWords(model, clusters)) {
    std::string& label = labels.emplace_back();
    for (const WordId word : words) {
      label += label.empty() ? "" : ", ";
      label += model.vocabulary().word(word);
    }
  }
  Rows rows({"topic", "cluster", "label"}, options.format, sink);
  for (std::size_t topic = 0; topic < clusters.size() && rows.ok(); ++topic) {
    rows.Put({std::uint64_t{topic}, std::uint64_t{clusters[topic]},
              TextOrNone(labels[clusters[topic]])});
  }
  return rows.Finish();
}

Status ExportGroups(const TopicGroups& groups, const ExportOptions& options,
                    const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  const bool crossed = groups.values.size() > 1;
  std::vector<std::string> columns = {"value"};
  if (crossed) columns.emplace_back("value_2");
  for (const char* column : {"topic", "tokens", "share", "documents", "stderr"}) {
    columns.emplace_back(column);
  }
  Rows rows(std::move(columns), options.format, sink);
  for (std::size_t i = 0; i < groups.shares.size() && rows.ok(); ++i) {
    const GroupShare& share = groups.shares[i];
    const Value value = std::string_view(groups.values[0][share.value]);
    const Value topic = std::uint64_t{share.topic};
    const auto tokens = static_cast<std::uint64_t>(share.tokens);
    const auto documents = static_cast<std::uint64_t>(share.documents);
    const Value error = share.standard_error ? Value(*share.standard_error) : Value();
    if (crossed) {
      const Value value_2 = std::string_view(groups.values[1][share.value_2]);
      rows.Put({value, value_2, topic, tokens, share.share, documents, error});
    } else {
      rows.Put({value, topic, tokens, share.share, documents, error});
    }
  }
  return rows.Finish();
}

}  // namespace lightlda
