#include "corpus/metadata_builder.h"

#include <glog/logging.h>

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <variant>

namespace lightlda {
namespace {

// The entries of `from` in another order; none if there are none.
template <typename T>
std::vector<T> Gather(const std::vector<T>& from, std::span<const std::uint32_t> order) {
  std::vector<T> gathered;
  if (from.empty()) return gathered;
  gathered.reserve(order.size());
  for (const std::uint32_t i : order) gathered.push_back(from[i]);
  return gathered;
}

std::vector<std::string_view> Gather(const StringTable& from,
                                     std::span<const std::uint32_t> order) {
  std::vector<std::string_view> gathered;
  if (from.size() == 0) return gathered;
  gathered.reserve(order.size());
  for (const std::uint32_t i : order) gathered.push_back(from[i]);
  return gathered;
}

bool IsMissing(const MetadataValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
  return std::holds_alternative<std::monostate>(value);
}

}  // namespace

MetadataBuilder::MetadataBuilder(MetadataSchema schema)
    : schema_(std::move(schema)), fields_(schema_.fields.size()) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    schema_.fields[f].num_values = 0;
    schema_.fields[f].num_missing = 0;
    if (schema_.fields[f].type == MetadataType::kList) fields_[f].column.list_offsets = {0};
  }
}

MetadataBuilder::MetadataBuilder(MetadataSchema schema, MetadataValues values)
    : MetadataBuilder(schema) {
  CHECK_EQ(values.size(), fields_.size());
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    schema_.fields[f].num_missing = schema.fields[f].num_missing;
    for (const std::string& value : values[f]) Code(&fields_[f], value);
    schema_.fields[f].num_values = static_cast<Count>(fields_[f].values.size());
  }
}

std::uint32_t MetadataBuilder::Code(Field* field, const std::string& value) {
  const auto [found, is_new] =
      field->code_of.try_emplace(value, static_cast<std::uint32_t>(field->values.size()));
  if (is_new) {
    CHECK_LT(field->values.size(), kMissingCategory);
    field->values.push_back(value);
  }
  return found->second;
}

void MetadataBuilder::AddValue(std::size_t f, const MetadataValue& value) {
  Field& field = fields_[f];
  MetadataColumn& column = field.column;
  const bool missing = IsMissing(value);
  schema_.fields[f].num_missing += missing ? 1 : 0;
  switch (schema_.fields[f].type) {
    case MetadataType::kDate: {
      const MetadataDate date = missing ? MetadataDate{kMissingDate, DatePrecision::kMissing}
                                        : std::get<MetadataDate>(value);
      CHECK_EQ(date.days == kMissingDate, date.precision == DatePrecision::kMissing);
      column.days.push_back(date.days);
      column.precisions.push_back(date.precision);
      break;
    }
    case MetadataType::kCategory:
      column.codes.push_back(missing ? kMissingCategory
                                     : Code(&field, std::get<std::string>(value)));
      break;
    case MetadataType::kNumber:
      column.numbers.push_back(missing ? std::numeric_limits<double>::quiet_NaN()
                                       : std::get<double>(value));
      CHECK(missing || std::isfinite(column.numbers.back()));
      break;
    case MetadataType::kText:
      field.texts.Add(missing ? std::string_view() : std::get<std::string>(value));
      break;
    case MetadataType::kList:
      if (!missing) {
        for (const std::string& item : std::get<std::vector<std::string>>(value)) {
          column.codes.push_back(Code(&field, item));
        }
      }
      column.list_offsets.push_back(static_cast<std::uint32_t>(column.codes.size()));
      break;
  }
  schema_.fields[f].num_values = static_cast<Count>(field.values.size());
}

void MetadataBuilder::Add(const DocumentMetadata& metadata) {
  CHECK(metadata.values.empty() || metadata.values.size() == fields_.size());
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    AddValue(f, metadata.values.empty() ? MetadataValue() : metadata.values[f]);
  }
  CHECK(schema_.snippet_bytes < 0 ||
        metadata.snippet.size() <= static_cast<std::uint64_t>(schema_.snippet_bytes));
  if (schema_.snippet_bytes != 0) snippets_.Add(metadata.snippet);
  ++num_documents_;
}

MetadataColumn MetadataBuilder::Reordered(const Field& field,
                                          std::span<const std::uint32_t> order) const {
  const MetadataColumn& from = field.column;
  MetadataColumn column;
  column.days = Gather(from.days, order);
  column.precisions = Gather(from.precisions, order);
  column.numbers = Gather(from.numbers, order);
  column.texts = Gather(field.texts, order);
  if (from.list_offsets.empty()) {
    column.codes = Gather(from.codes, order);
    return column;
  }
  column.list_offsets.push_back(0);
  for (const std::uint32_t i : order) {
    column.codes.insert(column.codes.end(), from.codes.begin() + from.list_offsets[i],
                        from.codes.begin() + from.list_offsets[i + 1]);
    column.list_offsets.push_back(static_cast<std::uint32_t>(column.codes.size()));
  }
  return column;
}

Result<FileStamp> MetadataBuilder::WriteBlock(const FilePath& path, std::uint64_t block,
                                              std::span<const std::uint32_t> order) {
  CHECK_EQ(order.size(), num_documents_);
  std::vector<MetadataColumn> columns;
  for (const Field& field : fields_) columns.push_back(Reordered(field, order));
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp,
                            WriteBlockMetadata(path, schema_, {block, num_documents_}, columns,
                                               Gather(snippets_, order)));
  for (Field& field : fields_) {
    const bool has_lists = !field.column.list_offsets.empty();
    field.column = {};
    if (has_lists) field.column.list_offsets = {0};
    field.texts.Clear();
  }
  snippets_.Clear();
  num_documents_ = 0;
  return stamp;
}

Result<FileStamp> MetadataBuilder::WriteValues(const FilePath& path) const {
  MetadataValues values;
  for (const Field& field : fields_) values.push_back(field.values);
  return WriteMetadataValues(path, schema_, values);
}

}  // namespace lightlda
