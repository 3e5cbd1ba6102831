#include "ingest/metadata_choice.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "ingest/csv.h"
#include "ingest/json_metadata.h"
#include "ingest/metadata_columns.h"
#include "ingest/metadata_value.h"

namespace lightlda {
namespace {

constexpr std::size_t kMaxRecords = 1000;
constexpr std::size_t kMinShare = 10;  // one in ten

constexpr std::array<std::pair<const char*, MetadataType>, 15> kUsual = {{
    {"title", MetadataType::kText},
    {"url", MetadataType::kText},
    {"date", MetadataType::kDate},
    {"created", MetadataType::kDate},
    {"published", MetadataType::kDate},
    {"year", MetadataType::kDate},
    {"author", MetadataType::kList},
    {"authors", MetadataType::kList},
    {"category", MetadataType::kCategory},
    {"label", MetadataType::kCategory},
    {"primary", MetadataType::kCategory},
    {"section", MetadataType::kCategory},
    {"topics", MetadataType::kList},
    {"tags", MetadataType::kList},
    {"keywords", MetadataType::kList},
}};

// The candidates, and how many records have a value of each.
class Tally {
 public:
  Tally(std::string_view text_field, std::string_view id_field) {
    for (const auto& [name, type] : kUsual) {
      if (name == text_field || name == id_field) continue;
      candidates_.push_back({.name = name, .type = type, .member = name});
    }
    found_.resize(candidates_.size());
  }

  bool is_full() const { return num_records_ == kMaxRecords; }

  // read(field): the value that a record has, no value if it is none of the field's type.
  template <typename Read>
  void Count(Read&& read) {
    ++num_records_;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const std::optional<MetadataValue> value = read(candidates_[i]);
      found_[i] += value && !std::holds_alternative<std::monostate>(*value) ? 1 : 0;
    }
  }

  std::vector<MetadataField> Choose() const {
    std::vector<MetadataField> fields;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (found_[i] > 0 && found_[i] * kMinShare >= num_records_) fields.push_back(candidates_[i]);
    }
    return fields;
  }

 private:
  std::vector<MetadataField> candidates_;
  std::vector<std::size_t> found_;
  std::size_t num_records_ = 0;
};

}  // namespace

std::vector<MetadataField> ChooseMetadata(const LineChunk& beginning, std::string_view text_field,
                                          std::string_view id_field) {
  Tally tally(text_field, id_field);
  simdjson::dom::parser parser;
  (void)ForEachRecord(beginning, [&](const Record& record) -> Status {
    if (tally.is_full()) return Status::Cancelled("enough");
    simdjson::dom::object object;
    if (parser.parse(record.text.data(), record.text.size()).get_object().get(object) ==
        simdjson::SUCCESS) {
      tally.Count([&](const MetadataField& field) { return ReadJsonMetadata(object, field); });
    }
    return {};
  });
  return tally.Choose();
}

std::vector<MetadataField> ChooseMetadataColumns(const LineChunk& beginning,
                                                 const std::vector<std::string>& columns,
                                                 std::string_view text_field,
                                                 std::string_view id_field) {
  Tally tally(text_field, id_field);
  std::vector<CsvField> row;
  std::string buffer;
  (void)ForEachRecord(beginning, [&](const Record& record) -> Status {
    if (tally.is_full()) return Status::Cancelled("enough");
    if (SplitCsvRow(record.text, beginning.syntax.separator, &row)) return {};
    if (row.size() != columns.size()) return {};
    tally.Count([&](const MetadataField& field) -> std::optional<MetadataValue> {
      const auto column = std::ranges::find(columns, field.member);
      if (column == columns.end()) return std::nullopt;
      const CsvField& found = row[static_cast<std::size_t>(column - columns.begin())];
      const std::string_view text = found.Text(&buffer);
      // The header has the names in the place of values.
      return text == field.member ? std::nullopt : ReadTextMetadata(text, field.type);
    });
    return {};
  });
  return tally.Choose();
}

Result<std::vector<MetadataField>> MetadataOfInput(const SourceChunk& first,
                                                   std::vector<MetadataField> named, bool automatic,
                                                   std::string_view text_field,
                                                   std::string_view id_field) {
  const CsvLayout* const table = first.input->csv.get();
  if (!automatic) {
    if (table != nullptr) {
      LIGHTLDA_RETURN_IF_ERROR(CheckMetadataColumns(named, table->names, first.input->name));
    }
    return named;
  }
  if (table == nullptr) return ChooseMetadata(first.lines, text_field, id_field);
  return ChooseMetadataColumns(first.lines, table->names, text_field, id_field);
}

}  // namespace lightlda
