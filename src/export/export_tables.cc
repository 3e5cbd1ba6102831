// Topics by their most probable words, and the word-topic table.
#include <algorithm>
#include <vector>

#include "model/export.h"

namespace lightlda {
namespace {

constexpr int kTextDigits = 4;

void PutTopicText(const Model& model, TopicId topic, const std::vector<TopWord>& words,
                  TextOutput* out) {
  out->PutInt(topic);
  out->Put('\t');
  out->PutInt(static_cast<std::uint64_t>(model.topic_totals()[topic]));
  out->Put('\t');
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out->Put(' ');
    PutEscaped(model.vocabulary().word(words[i].word), /*escape_spaces=*/true, out);
    out->Put(':');
    out->PutNumber(words[i].probability, kTextDigits);
  }
  out->Put('\n');
}

void PutTopicJson(const Model& model, TopicId topic, const std::vector<TopWord>& words,
                  TextOutput* out) {
  out->Put(topic == 0 ? "[\n{\"topic\":" : ",\n{\"topic\":");
  out->PutInt(topic);
  out->Put(",\"tokens\":");
  out->PutInt(static_cast<std::uint64_t>(model.topic_totals()[topic]));
  out->Put(",\"words\":[");
  for (std::size_t i = 0; i < words.size(); ++i) {
    out->Put(i > 0 ? ",{\"word\":" : "{\"word\":");
    out->Put(JsonString(model.vocabulary().word(words[i].word)));
    out->Put(",\"probability\":");
    out->PutNumber(words[i].probability);
    out->Put(",\"count\":");
    out->PutInt(words[i].count);
    out->Put('}');
  }
  out->Put("]}");
}

void PutTopicTable(const Model& model, TopicId topic, const std::vector<TopWord>& words,
                   ExportFormat format, TextOutput* out) {
  const char separator = Separator(format);
  for (std::size_t i = 0; i < words.size(); ++i) {
    out->PutInt(topic);
    out->Put(separator);
    out->PutInt(i + 1);
    out->Put(separator);
    PutField(model.vocabulary().word(words[i].word), format, out);
    out->Put(separator);
    out->PutNumber(words[i].probability);
    out->Put(separator);
    out->PutInt(words[i].count);
    out->Put('\n');
  }
}

void PutRowText(WordId word, const std::vector<TopicCount>& row, TextOutput* out) {
  out->PutInt(word);
  for (const TopicCount& entry : row) {
    out->Put(' ');
    out->PutInt(entry.topic);
    out->Put(':');
    out->PutInt(entry.count);
  }
  out->Put('\n');
}

void PutRowJson(const Model& model, WordId word, const std::vector<TopicCount>& row,
                TextOutput* out) {
  out->Put("{\"word\":");
  out->Put(JsonString(model.vocabulary().word(word)));
  out->Put(",\"word_id\":");
  out->PutInt(word);
  out->Put(",\"topics\":[");
  for (std::size_t i = 0; i < row.size(); ++i) {
    out->Put(i > 0 ? ",{\"topic\":" : "{\"topic\":");
    out->PutInt(row[i].topic);
    out->Put(",\"count\":");
    out->PutInt(row[i].count);
    out->Put(",\"probability\":");
    out->PutNumber(model.Probability(row[i].topic, row[i].count));
    out->Put('}');
  }
  out->Put("]}\n");
}

void PutRowTable(const Model& model, WordId word, const std::vector<TopicCount>& row,
                 ExportFormat format, TextOutput* out) {
  const char separator = Separator(format);
  for (const TopicCount& entry : row) {
    PutField(model.vocabulary().word(word), format, out);
    out->Put(separator);
    out->PutInt(entry.topic);
    out->Put(separator);
    out->PutInt(entry.count);
    out->Put(separator);
    out->PutNumber(model.Probability(entry.topic, entry.count));
    out->Put('\n');
  }
}

}  // namespace

void PutField(std::string_view text, ExportFormat format, TextOutput* out) {
  if (format == ExportFormat::kCsv) return PutCsvField(text, out);
  PutEscaped(text, /*escape_spaces=*/false, out);
}

char Separator(ExportFormat format) { return format == ExportFormat::kCsv ? ',' : '\t'; }

void PutHeader(std::string_view fields, ExportFormat format, TextOutput* out) {
  for (const char c : fields) out->Put(c == ',' ? Separator(format) : c);
  out->Put('\n');
}

Status ExportTopics(const Model& model, const ExportOptions& options, TextOutput* out) {
  const ExportFormat format = options.format;
  const bool table = format == ExportFormat::kCsv || format == ExportFormat::kTsv;
  if (table) PutHeader("topic,rank,word,probability,count", format, out);
  const auto topics = model.TopWords(options.top_words);
  for (TopicId topic = 0; topic < topics.size() && out->status().ok(); ++topic) {
    if (format == ExportFormat::kText) {
      PutTopicText(model, topic, topics[topic], out);
    } else if (format == ExportFormat::kJson) {
      PutTopicJson(model, topic, topics[topic], out);
    } else {
      PutTopicTable(model, topic, topics[topic], format, out);
    }
  }
  if (format == ExportFormat::kJson) out->Put("\n]\n");
  return out->status();
}

Status ExportWordTopic(const Model& model, const ExportOptions& options, TextOutput* out) {
  const ExportFormat format = options.format;
  const bool table = format == ExportFormat::kCsv || format == ExportFormat::kTsv;
  if (table) PutHeader("word,topic,count,probability", format, out);
  for (std::size_t i = 0; i < model.num_words() && out->status().ok(); ++i) {
    const auto word = static_cast<WordId>(i);
    const std::vector<TopicCount> row = model.WordRow(word);
    if (format == ExportFormat::kText) {
      PutRowText(word, row, out);
    } else if (format == ExportFormat::kJson) {
      PutRowJson(model, word, row, out);
    } else {
      PutRowTable(model, word, row, format, out);
    }
  }
  return out->status();
}

}  // namespace lightlda
