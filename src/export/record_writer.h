// Records of fields, written as text, JSON, CSV or TSV: what each format makes of them is said
// once, for all exports.
//
// A record has heads, fields that are there once, and items, each with the same fields: a topic and
// its words, a document and its topics. Text has one line per record, JSON one object, a table one
// line per item that repeats the heads. Tails are more fields that are there once, at the end of
// the line; JSON has them before the items.
#ifndef LIGHTLDA_EXPORT_RECORD_WRITER_H_
#define LIGHTLDA_EXPORT_RECORD_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "export/text_writer.h"
#include "lightlda/exports.h"

namespace lightlda {

// Nothing: "-" in text, null in JSON, an empty field in a table.
using Value = std::variant<std::monostate, std::uint64_t, double, std::string_view>;

// The formats that show a field.
enum Shown : unsigned { kText = 1, kJson = 2, kTable = 4, kAll = 7 };

struct Field {
  std::string name;
  unsigned shown = kAll;
};

struct RecordShape {
  std::vector<Field> heads;
  std::vector<Field> items;  // of an item; none: a table has one line per record
  std::vector<Field> tails;
  std::string list;           // JSON's name of the items
  char lead = '\t';           // text: before the items; a tab also when there are none
  bool json_array = false;    // JSON: all records are one array
  bool json_columns = false;  // JSON: one array per field of the items, instead of the list
};

// Writes records of one shape. Not thread-safe.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;

  // What comes before the first record and after the last.
  virtual void Begin() {}
  virtual void End() {}
  // heads: [shape.heads]; items: [number of items x shape.items]; tails: [shape.tails].
  virtual void Put(std::span<const Value> heads, std::span<const Value> items,
                   std::span<const Value> tails = {}) = 0;
};

// shape and out must outlive it.
std::unique_ptr<RecordWriter> MakeRecordWriter(ExportFormat format, const RecordShape& shape,
                                               TextWriter* out);

// The first fields of records of topics: the topic, and where topics have labels its own.
std::vector<Field> TopicHeads(const ExportOptions& options);
void PutTopicHeads(const ExportOptions& options, TopicId topic, std::vector<Value>* heads);
// The topics to list.
std::vector<TopicId> TopicOrder(const ExportOptions& options, std::size_t num_topics);

// Documents as a table with a column per topic.
RecordShape DenseTopics(std::uint32_t num_topics);

inline bool IsTable(ExportFormat format) {
  return format == ExportFormat::kCsv || format == ExportFormat::kTsv;
}
// Options of what has no dense form, and of what has no table either, as kUsage.
Status CheckSparse(const ExportOptions& options);
Status CheckNoTable(const ExportOptions& options);

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORT_RECORD_WRITER_H_
