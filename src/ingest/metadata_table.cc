#include "ingest/metadata_table.h"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "ingest/csv.h"
#include "ingest/decoded_stream.h"
#include "ingest/foreign_data.h"
#include "ingest/json_metadata.h"
#include "ingest/line_chunks.h"
#include "ingest/metadata_choice.h"
#include "ingest/metadata_columns.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

Status BadRecord(const std::string& path, std::uint64_t line, const std::string& what) {
  return Status::BadInput(path + ":" + std::to_string(line) + ": " + what);
}

}  // namespace

// One kind of file: what its records are.
class MetadataTable::Reader {
 public:
  Reader(const std::string& path, const std::string& key) : path_(path), key_(key) {}
  virtual ~Reader() = default;

  virtual std::vector<MetadataField> Choose(const LineChunk& first) const = 0;
  // Once the fields are known.
  virtual Status Begin(const std::vector<MetadataField>& fields) = 0;
  // The values go to *values, those that are none of their type are counted in *bad. No name: the
  // record is none.
  virtual Result<std::optional<std::string>> Read(const Record& record,
                                                  std::vector<MetadataValue>* values,
                                                  std::vector<Count>* bad) = 0;

 protected:
  Status Bad(const Record& record, const std::string& what) const {
    return BadRecord(path_, record.line, what);
  }

  const std::string path_;
  const std::string key_;
};

namespace {

class JsonTable final : public MetadataTable::Reader {
 public:
  using Reader::Reader;

  std::vector<MetadataField> Choose(const LineChunk& first) const override {
    return ChooseMetadata(first, "", key_);
  }
  Status Begin(const std::vector<MetadataField>& fields) override {
    fields_ = fields;
    return {};
  }

  Result<std::optional<std::string>> Read(const Record& record, std::vector<MetadataValue>* values,
                                          std::vector<Count>* bad) override {
    simdjson::dom::object object;
    if (parser_.parse(record.text.data(), record.text.size()).get_object().get(object) !=
        simdjson::SUCCESS) {
      return Bad(record, "expected a JSON object, found " + QuoteBytes(record.text, 40));
    }
    simdjson::dom::element member;
    std::optional<std::string> name;
    if (object.at_key(key_).get(member) == simdjson::SUCCESS) name = JsonNameText(member);
    if (!name) return Bad(record, "field \"" + key_ + "\": expected a document's name");
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      auto value = ReadJsonMetadata(object, fields_[f]);
      (*bad)[f] += value ? 0 : 1;
      values->push_back(value ? std::move(*value) : MetadataValue());
    }
    return name;
  }

 private:
  std::vector<MetadataField> fields_;
  simdjson::dom::parser parser_;
};

class CsvTable final : public MetadataTable::Reader {
 public:
  CsvTable(const std::string& path, const std::string& key, std::vector<std::string> names,
           char separator, std::size_t key_column)
      : Reader(path, key),
        names_(std::move(names)),
        separator_(separator),
        key_column_(key_column) {}

  std::vector<MetadataField> Choose(const LineChunk& first) const override {
    return ChooseMetadataColumns(first, names_, "", key_);
  }
  Status Begin(const std::vector<MetadataField>& fields) override {
    columns_ = MetadataColumns(fields, names_);
    return CheckMetadataColumns(fields, names_, path_);
  }

  Result<std::optional<std::string>> Read(const Record& record, std::vector<MetadataValue>* values,
                                          std::vector<Count>* bad) override {
    if (record.number == 1) return std::optional<std::string>();  // the header
    if (FindInvalidUtf8(record.text)) return Bad(record, "invalid UTF-8");
    if (const auto error = SplitCsvRow(record.text, separator_, &row_)) {
      return Bad(record, error->detail);
    }
    if (row_.size() == 1 && row_[0].raw.empty()) return std::optional<std::string>();
    if (row_.size() != names_.size()) {
      return Bad(record, "expected " + std::to_string(names_.size()) + " fields, found " +
                             std::to_string(row_.size()));
    }
    columns_.Read(row_, values, bad);
    return std::optional(std::string(row_[key_column_].Text(&buffer_)));
  }

 private:
  std::vector<std::string> names_;
  char separator_;
  std::size_t key_column_;
  MetadataColumns columns_;
  std::vector<CsvField> row_;
  std::string buffer_;
};

// What the beginning of a file shows it to be: JSON Lines, or a table with a header.
Result<std::unique_ptr<MetadataTable::Reader>> NewReader(const std::string& path,
                                                         const std::string& key,
                                                         std::string_view beginning,
                                                         RecordSyntax* syntax) {
  beginning = WithoutByteOrderMark(beginning);
  const bool is_json = WithoutLeadingBlanks(beginning).starts_with('{');
  std::unique_ptr<MetadataTable::Reader> reader;
  if (is_json || beginning.empty()) {
    reader = std::make_unique<JsonTable>(path, key);
    return reader;
  }
  const CsvRequest request{
      .text_fields = {key}, .id_field = PreprocessConfig().id_field, .columns = {}};
  *syntax = {RecordKind::kCsv, GuessSeparator(beginning, request)};
  const std::string_view header = beginning.substr(0, FindRecordEnd(*syntax, beginning, true));
  std::vector<CsvField> row;
  if (const auto error = SplitCsvRow(header, syntax->separator, &row)) {
    return BadRecord(path, 1, error->detail);
  }
  std::vector<std::string> names;
  std::string buffer;
  for (const CsvField& field : row) names.emplace_back(field.Text(&buffer));
  const auto column = std::ranges::find(names, key);
  if (column == names.end()) {
    return BadRecord(path, 1,
                     "expected JSON objects, or a table with a column " + QuoteBytes(key) +
                         ", found the columns " + ListColumns(names) +
                         "; `metadata_key` says which has the documents' names");
  }
  const auto key_column = static_cast<std::size_t>(column - names.begin());
  reader = std::make_unique<CsvTable>(path, key, std::move(names), syntax->separator, key_column);
  return reader;
}

}  // namespace

Result<MetadataTable> MetadataTable::Read(const std::string& path, const std::string& key,
                                          std::vector<MetadataField> fields, bool choose) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> stream, OpenText(path, "", {}));
  LineChunker chunker(stream.get(), LineChunkerOptions());
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string_view beginning, chunker.Peek(kForeignSample));
  RecordSyntax syntax;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                            NewReader(path, key, beginning, &syntax));
  chunker.SetSyntax(syntax);
  MetadataTable table;
  table.fields_ = std::move(fields);
  const auto add = [&](const Record& record) -> Status {
    std::vector<MetadataValue> values;
    LIGHTLDA_ASSIGN_OR_RETURN(const std::optional<std::string> name,
                              reader->Read(record, &values, &table.bad_));
    if (!name || table.rows_.emplace(*name, std::move(values)).second) return {};
    return BadRecord(path, record.line, "the name " + QuoteBytes(*name) + " was there before");
  };
  LineChunk chunk;
  for (bool first = true;; first = false) {
    LIGHTLDA_ASSIGN_OR_RETURN(const bool more, chunker.Next(&chunk));
    if (!more) break;
    if (first && choose) table.fields_ = reader->Choose(chunk);
    if (first) table.bad_.resize(table.fields_.size());
    if (first) LIGHTLDA_RETURN_IF_ERROR(reader->Begin(table.fields_));
    if (table.fields_.empty()) break;
    LIGHTLDA_RETURN_IF_ERROR(ForEachRecord(chunk, add));
  }
  if (table.rows_.empty()) {
    return Status::BadInput(path + ": expected JSON objects or rows with metadata, found none" +
                            (choose ? "; `metadata_fields` names them" : ""));
  }
  return table;
}

std::vector<MetadataValue> MetadataTable::Take(std::string_view name) {
  const auto found = rows_.find(name);
  if (found != rows_.end()) return found->second;
  ++num_unknown_;
  return std::vector<MetadataValue>(fields_.size());
}

}  // namespace lightlda
