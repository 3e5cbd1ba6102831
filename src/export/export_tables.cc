// Topics by their most probable words, and the word-topic table.
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/exports.h"
#include "lightlda/word_weights.h"

namespace lightlda {

Status ExportTopics(const Model& model, const ExportOptions& options, const ExportSink& sink) {
  return ExportTopics(model, WordWeightOptions(), options, sink);
}

Status ExportTopics(const Model& model, const WordWeightOptions& weights,
                    const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto topics, TopWords(model, options.top_words, weights));
  const bool weighted = weights.weight != WordWeight::kProbability;
  RecordShape shape;
  shape.heads = TopicHeads(options);
  shape.heads.push_back({"tokens", kText | kJson});
  shape.items = {{"rank", kTable}, {"word"}};
  if (weighted) shape.items.push_back({NameOf(weights.weight)});
  shape.items.push_back({"probability", weighted ? kJson | kTable : kAll});
  shape.items.push_back({"count", kJson | kTable});
  shape.list = "words";
  shape.json_array = true;
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const TopicId topic : TopicOrder(options, topics.size())) {
    if (!out.status().ok()) break;
    std::vector<Value> heads;
    PutTopicHeads(options, topic, &heads);
    heads.push_back(static_cast<std::uint64_t>(model.topic_totals()[topic]));
    std::vector<Value> items;
    std::uint64_t rank = 0;
    for (const WeightedWord& top : topics[topic]) {
      items.insert(items.end(), {++rank, model.vocabulary().word(top.word)});
      if (weighted) items.push_back(top.weight);
      items.insert(items.end(), {top.probability, std::uint64_t{top.count}});
    }
    records->Put(heads, items);
  }
  records->End();
  return out.Finish();
}

Status ExportWordTopic(const Model& model, const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  RecordShape shape;
  shape.heads = {{"word", kJson | kTable}, {"word_id", kText | kJson}};
  shape.items = {{"topic"}, {"count"}, {"probability", kJson | kTable}};
  shape.list = "topics";
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  std::vector<Value> items;
  for (std::size_t word = 0; word < model.num_words() && out.status().ok(); ++word) {
    items.clear();
    for (const TopicCount& entry : model.WordRow(static_cast<WordId>(word))) {
      items.insert(items.end(), {std::uint64_t{entry.topic}, std::uint64_t{entry.count},
                                 model.Probability(entry.topic, entry.count)});
    }
    const Value heads[] = {model.vocabulary().word(static_cast<WordId>(word)), word};
    records->Put(heads, items);
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
