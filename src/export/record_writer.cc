#include "export/record_writer.h"

#include <glog/logging.h>

#include <numeric>
#include <utility>

namespace lightlda {
namespace {

constexpr int kTextDigits = 4;

// One line: heads, then the items; the fields of an item have colons between them.
class TextRecords : public RecordWriter {
 public:
  TextRecords(const RecordShape& shape, TextWriter* out) : shape_(shape), out_(*out) {}

  void Put(std::span<const Value> heads, std::span<const Value> items,
           std::span<const Value> tails) override {
    PutFields(shape_.heads, heads, '\t', /*escape_spaces=*/false);
    char before = shape_.lead;
    if (before == '\t' && items.empty() && !shape_.items.empty()) out_.Put(before);
    const std::size_t width = shape_.items.size();
    for (std::size_t i = 0; i < items.size(); i += width) {
      out_.Put(std::exchange(before, ' '));
      PutFields(shape_.items, items.subspan(i, width), ':', /*escape_spaces=*/true);
    }
    if (!tails.empty()) out_.Put('\t');
    PutFields(shape_.tails, tails, '\t', /*escape_spaces=*/false);
    out_.Put('\n');
  }

 private:
  void PutFields(const std::vector<Field>& fields, std::span<const Value> values, char separator,
                 bool escape_spaces) {
    bool first = true;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if ((fields[i].shown & kText) == 0) continue;
      if (!std::exchange(first, false)) out_.Put(separator);
      PutValue(values[i], escape_spaces);
    }
  }

  void PutValue(const Value& value, bool escape_spaces) {
    if (std::holds_alternative<std::monostate>(value)) {
      out_.Put('-');
    } else if (const auto* integer = std::get_if<std::uint64_t>(&value)) {
      out_.PutInt(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      out_.PutNumber(*number, kTextDigits);
    } else {
      out_.PutEscaped(std::get<std::string_view>(value), escape_spaces);
    }
  }

  const RecordShape& shape_;
  TextWriter& out_;
};

// One object; the items are a list of objects, or one list per field.
class JsonRecords : public RecordWriter {
 public:
  JsonRecords(const RecordShape& shape, TextWriter* out) : shape_(shape), out_(*out) {}

  void End() override {
    if (shape_.json_array) out_.Put(std::exchange(first_, false) ? "[\n]\n" : "\n]\n");
  }

  void Put(std::span<const Value> heads, std::span<const Value> items,
           std::span<const Value> tails) override {
    const bool first = std::exchange(first_, false);
    if (shape_.json_array) out_.Put(first ? "[\n" : ",\n");
    out_.Put('{');
    PutMembers(shape_.heads, heads);
    if (!tails.empty()) out_.Put(',');
    PutMembers(shape_.tails, tails);
    if (shape_.items.empty()) {
      // Nothing that a list could be of.
    } else if (shape_.json_columns) {
      PutColumns(items);
    } else {
      PutList(items);
    }
    out_.Put(shape_.json_array ? "}" : "}\n");
  }

 private:
  void PutMembers(const std::vector<Field>& fields, std::span<const Value> values) {
    bool first = true;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if ((fields[i].shown & kJson) == 0) continue;
      if (!std::exchange(first, false)) out_.Put(',');
      PutName(fields[i].name);
      PutValue(values[i]);
    }
  }

  void PutList(std::span<const Value> items) {
    out_.Put(',');
    PutName(shape_.list);
    const std::size_t width = shape_.items.size();
    for (std::size_t i = 0; i < items.size(); i += width) {
      out_.Put(i == 0 ? "[{" : ",{");
      PutMembers(shape_.items, items.subspan(i, width));
      out_.Put('}');
    }
    out_.Put(items.empty() ? "[]" : "]");
  }

  void PutColumns(std::span<const Value> items) {
    const std::size_t width = shape_.items.size();
    for (std::size_t field = 0; field < width; ++field) {
      if ((shape_.items[field].shown & kJson) == 0) continue;
      out_.Put(',');
      PutName(shape_.items[field].name);
      for (std::size_t i = 0; i < items.size(); i += width) {
        out_.Put(i == 0 ? '[' : ',');
        PutValue(items[i + field]);
      }
      out_.Put(items.empty() ? "[]" : "]");
    }
  }

  void PutName(std::string_view name) {
    out_.PutJsonString(name);
    out_.Put(':');
  }

  void PutValue(const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) {
      out_.Put("null");
    } else if (const auto* integer = std::get_if<std::uint64_t>(&value)) {
      out_.PutInt(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      out_.PutNumber(*number);
    } else {
      out_.PutJsonString(std::get<std::string_view>(value));
    }
  }

  const RecordShape& shape_;
  TextWriter& out_;
  bool first_ = true;
};

// CSV or TSV: a header line, then one line per item.
class TableRecords : public RecordWriter {
 public:
  TableRecords(ExportFormat format, const RecordShape& shape, TextWriter* out)
      : csv_(format == ExportFormat::kCsv), shape_(shape), out_(*out) {}

  void Begin() override {
    bool first = true;
    for (const auto* fields : {&shape_.heads, &shape_.items, &shape_.tails}) {
      for (const Field& field : *fields) {
        if ((field.shown & kTable) != 0) PutValue(std::string_view(field.name), &first);
      }
    }
    out_.Put('\n');
  }

  void Put(std::span<const Value> heads, std::span<const Value> items,
           std::span<const Value> tails) override {
    const std::size_t width = shape_.items.size();
    if (width == 0) PutLine(heads, {}, tails);
    for (std::size_t i = 0; i < items.size(); i += width) {
      PutLine(heads, items.subspan(i, width), tails);
    }
  }

 private:
  void PutLine(std::span<const Value> heads, std::span<const Value> item,
               std::span<const Value> tails) {
    bool first = true;
    PutFields(shape_.heads, heads, &first);
    PutFields(shape_.items, item, &first);
    PutFields(shape_.tails, tails, &first);
    out_.Put('\n');
  }

  void PutFields(const std::vector<Field>& fields, std::span<const Value> values, bool* first) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if ((fields[i].shown & kTable) != 0) PutValue(values[i], first);
    }
  }

  void PutValue(const Value& value, bool* first) {
    if (!std::exchange(*first, false)) out_.Put(csv_ ? ',' : '\t');
    if (std::holds_alternative<std::monostate>(value)) return;
    if (const auto* integer = std::get_if<std::uint64_t>(&value)) {
      out_.PutInt(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      out_.PutNumber(*number);
    } else if (csv_) {
      out_.PutCsvField(std::get<std::string_view>(value));
    } else {
      out_.PutEscaped(std::get<std::string_view>(value), /*escape_spaces=*/false);
    }
  }

  bool csv_;
  const RecordShape& shape_;
  TextWriter& out_;
};

}  // namespace

std::unique_ptr<RecordWriter> MakeRecordWriter(ExportFormat format, const RecordShape& shape,
                                               TextWriter* out) {
  if (format == ExportFormat::kText) return std::make_unique<TextRecords>(shape, out);
  if (format == ExportFormat::kJson) return std::make_unique<JsonRecords>(shape, out);
  return std::make_unique<TableRecords>(format, shape, out);
}

std::vector<Field> TopicHeads(const ExportOptions& options) {
  std::vector<Field> heads = {{"topic"}};
  if (!options.labels.empty()) heads.push_back({"label"});
  return heads;
}

void PutTopicHeads(const ExportOptions& options, TopicId topic, std::vector<Value>* heads) {
  const bool none = topic == Model::kNoTopic;
  heads->push_back(none ? Value() : Value(std::uint64_t{topic}));
  if (options.labels.empty()) return;
  CHECK(none || topic < options.labels.size());
  const std::string_view label = none ? std::string_view() : options.labels[topic];
  heads->push_back(label.empty() ? Value() : Value(label));
}

std::vector<TopicId> TopicOrder(const ExportOptions& options, std::size_t num_topics) {
  std::vector<TopicId> order = options.order;
  if (order.empty()) {
    order.resize(num_topics);
    std::iota(order.begin(), order.end(), TopicId{0});
  }
  for (const TopicId topic : order) CHECK_LT(topic, num_topics);
  return order;
}

RecordShape DenseTopics(std::uint32_t num_topics) {
  RecordShape shape;
  shape.heads = {{"document"}};
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    shape.heads.push_back({"topic_" + std::to_string(topic)});
  }
  return shape;
}

Status CheckSparse(const ExportOptions& options) {
  return options.dense ? Status::Usage("`dense`: only for topics of documents") : Status();
}

Status CheckNoTable(const ExportOptions& options) {
  if (IsTable(options.format)) return Status::Usage("`format`: expected text or json");
  return CheckSparse(options);
}

}  // namespace lightlda
