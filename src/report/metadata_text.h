// Metadata of documents as text for tables.
#ifndef LIGHTLDA_REPORT_METADATA_TEXT_H_
#define LIGHTLDA_REPORT_METADATA_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// The shortest decimal that reads back as `value`.
std::string NumberText(double value);

// Knows the strings behind the codes. Immutable; any number of threads may read.
class MetadataText {
 public:
  // REQUIRES: the corpus has metadata. Errors: kBadInput.
  static Result<MetadataText> Create(const Corpus& corpus);

  const std::vector<MetadataField>& fields() const { return fields_; }
  // The strings of a category or list, by code.
  const std::vector<std::string>& values(std::size_t field) const { return values_[field]; }
  // The field "title", and the first one that is a date.
  std::optional<std::size_t> title() const { return title_; }
  std::optional<std::size_t> date() const { return date_; }
  // The field of this name. Errors: kUsage, naming those that there are.
  Result<std::size_t> Find(std::string_view name) const;

  // What a document has in a field; empty: nothing. The items of a list have semicolons between
  // them. REQUIRES: metadata of the corpus; row below its documents.
  std::string Text(const BlockMetadata& metadata, std::size_t field, std::uint32_t row) const;

 private:
  std::vector<MetadataField> fields_;
  std::vector<std::vector<std::string>> values_;
  std::optional<std::size_t> title_;
  std::optional<std::size_t> date_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_METADATA_TEXT_H_
