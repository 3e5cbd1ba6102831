// Metadata in a file of its own: an object or a row a document.
#ifndef LIGHTLDA_INGEST_METADATA_TABLE_H_
#define LIGHTLDA_INGEST_METADATA_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "ingest/raw_words.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// Not thread-safe. Memory: all values.
class MetadataTable {
 public:
  // Reads JSON Lines, or a table with a header (csv, tsv, by its first line). key: the member or
  // column with the document's name. fields: what to keep; choose: to choose them, as by
  // ChooseMetadata. Errors: kBadInput "FILE:LINE: ..." for what is no object or row, has no name,
  // or one that was there before; kBadInput if there is nothing to keep.
  static Result<MetadataTable> Read(const std::string& path, const std::string& key,
                                    std::vector<MetadataField> fields, bool choose);

  const std::vector<MetadataField>& fields() const { return fields_; }

  // The values of a document, [fields().size()]; all are missing if the table does not have it.
  // Counts these documents.
  std::vector<MetadataValue> Take(std::string_view name);
  Count num_unknown() const { return num_unknown_; }

  // Values that are none of their type, by field.
  const std::vector<Count>& bad() const { return bad_; }

  class Reader;  // of one kind of file

 private:
  std::vector<MetadataField> fields_;
  WordMap<std::vector<MetadataValue>> rows_;
  std::vector<Count> bad_;
  Count num_unknown_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_TABLE_H_
