#include "report/metadata_text.h"

#include <charconv>
#include <cmath>

namespace lightlda {

std::string NumberText(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof(text), value).ptr};
}

Result<MetadataText> MetadataText::Create(const Corpus& corpus) {
  MetadataText text;
  text.fields_.assign(corpus.metadata_fields().begin(), corpus.metadata_fields().end());
  LIGHTLDA_ASSIGN_OR_RETURN(text.values_, corpus.ReadMetadataValues());
  for (std::size_t f = 0; f < text.fields_.size(); ++f) {
    if (text.fields_[f].name == "title") text.title_ = f;
    if (text.fields_[f].type == MetadataType::kDate && !text.date_) text.date_ = f;
  }
  return text;
}

Result<std::size_t> MetadataText::Find(std::string_view name) const {
  std::string names;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (fields_[f].name == name) return f;
    names += (f == 0 ? "" : ", ") + fields_[f].name;
  }
  return Status::Usage("the documents have no field '" + std::string(name) +
                       "'; expected one of: " + names);
}

std::string MetadataText::Text(const BlockMetadata& metadata, std::size_t field,
                               std::uint32_t row) const {
  switch (fields_[field].type) {
    case MetadataType::kDate:
      return FormatDate({metadata.Days(field)[row], metadata.Precisions(field)[row]});
    case MetadataType::kCategory: {
      const std::uint32_t code = metadata.Categories(field)[row];
      return code == kMissingCategory ? "" : values_[field][code];
    }
    case MetadataType::kNumber: {
      const double number = metadata.Numbers(field)[row];
      return std::isnan(number) ? "" : NumberText(number);
    }
    case MetadataType::kText:
      return std::string(metadata.Text(field, row));
    case MetadataType::kList: {
      std::string text;
      for (const std::uint32_t code : metadata.List(field, row)) {
        text += (text.empty() ? "" : ";") + values_[field][code];
      }
      return text;
    }
  }
  return "";
}

}  // namespace lightlda
