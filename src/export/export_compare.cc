// Topics of two models side by side, and near topics of one.
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/compare.h"

namespace lightlda {
namespace {

Value ToValue(TopicId topic) {
  if (topic == Model::kNoTopic) return std::monostate();
  return std::uint64_t{topic};
}

}  // namespace

Status ExportComparison(const ModelComparison& comparison, const ExportOptions& options,
                        const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  RecordShape shape;
  shape.heads = TopicHeads(options);
  shape.heads.insert(shape.heads.end(), {{"other_topic"}, {"hellinger"}, {"kind"}});
  shape.json_columns = true;  // of no items
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const TopicMatch& match : comparison.topics) {
    std::vector<Value> heads;
    PutTopicHeads(options, match.topic, &heads);
    heads.insert(heads.end(), {ToValue(match.other_topic), match.hellinger,
                               std::string_view(NameOf(match.kind))});
    records->Put(heads, {});
  }
  if (options.format == ExportFormat::kText) {
    std::vector<Value> heads = {std::string_view("mean")};
    heads.resize(shape.heads.size());
    heads[heads.size() - 2] = comparison.mean_hellinger;
    heads[heads.size() - 1] = std::string_view(NameOf(TopicKind::kMatched));
    records->Put(heads, {});
  }
  records->End();
  return out.Finish();
}

Status ExportSimilar(const Model& model, std::size_t num, const ExportOptions& options,
                     const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto similar, SimilarTopics(model, num));
  RecordShape shape;
  shape.heads = TopicHeads(options);
  shape.items = {{"neighbour"}, {"hellinger"}};
  shape.list = "neighbours";
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const TopicId topic : TopicOrder(options, similar.size())) {
    if (!out.status().ok()) break;
    std::vector<Value> heads;
    PutTopicHeads(options, topic, &heads);
    std::vector<Value> items;
    for (const NearTopic& near : similar[topic]) {
      items.insert(items.end(), {std::uint64_t{near.topic}, near.hellinger});
    }
    records->Put(heads, items);
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
