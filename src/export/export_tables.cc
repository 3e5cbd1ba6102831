// Topics by their most probable words, and the word-topic table.
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/exports.h"

namespace lightlda {

Status ExportTopics(const Model& model, const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  RecordShape shape;
  shape.heads = {{"topic"}, {"tokens", kText | kJson}};
  shape.items = {{"rank", kTable}, {"word"}, {"probability"}, {"count", kJson | kTable}};
  shape.list = "words";
  shape.json_array = true;
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  const auto topics = model.TopWords(options.top_words);
  for (std::size_t topic = 0; topic < topics.size() && out.status().ok(); ++topic) {
    const auto tokens = static_cast<std::uint64_t>(model.topic_totals()[topic]);
    std::vector<Value> items;
    for (const TopWord& top : topics[topic]) {
      items.insert(items.end(),
                   {items.size() / shape.items.size() + 1, model.vocabulary().word(top.word),
                    top.probability, std::uint64_t{top.count}});
    }
    records->Put(std::vector<Value>{topic, tokens}, items);
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
