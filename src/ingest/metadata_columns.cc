#include "ingest/metadata_columns.h"

#include <algorithm>
#include <utility>

#include "ingest/metadata_value.h"
#include "text/utf8.h"

namespace lightlda {

MetadataColumns::MetadataColumns(std::vector<MetadataField> fields,
                                 const std::vector<std::string>& names)
    : fields_(std::move(fields)), columns_(fields_.size()) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const auto found = std::ranges::find(names, fields_[f].member);
    if (found != names.end()) columns_[f] = static_cast<std::size_t>(found - names.begin());
  }
}

void MetadataColumns::Read(std::span<const CsvField> row, std::vector<MetadataValue>* values,
                           std::vector<Count>* bad) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (!columns_[f]) {
      values->emplace_back();
      continue;
    }
    auto value = ReadTextMetadata(row[*columns_[f]].Text(&buffer_), fields_[f].type);
    (*bad)[f] += value ? 0 : 1;
    values->push_back(value ? std::move(*value) : MetadataValue());
  }
}

Status CheckMetadataColumns(std::span<const MetadataField> fields,
                            const std::vector<std::string>& columns, const std::string& name) {
  for (const MetadataField& field : fields) {
    if (std::ranges::find(columns, field.member) != columns.end()) continue;
    return Status::BadInput(name + ": `metadata_fields`: expected a column " +
                            QuoteBytes(field.member) + ", found " + ListColumns(columns));
  }
  return {};
}

}  // namespace lightlda
