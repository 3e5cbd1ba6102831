// Metadata in the columns of a table.
#ifndef LIGHTLDA_INGEST_METADATA_COLUMNS_H_
#define LIGHTLDA_INGEST_METADATA_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/csv.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Not thread-safe: one per thread.
class MetadataColumns {
 public:
  MetadataColumns() = default;
  // names: of the columns. A field whose member is none of them is missing in every row.
  MetadataColumns(std::vector<MetadataField> fields, const std::vector<std::string>& names);

  // Appends the values of a row, [number of fields], to *values, and counts those that are none of
  // their type, which are missing, in *bad, [number of fields]. REQUIRES: as many fields as names.
  void Read(std::span<const CsvField> row, std::vector<MetadataValue>* values,
            std::vector<Count>* bad);

 private:
  std::vector<MetadataField> fields_;
  std::vector<std::optional<std::size_t>> columns_;  // [number of fields]
  std::string buffer_;
};

// Errors: kBadInput if the member of a field is no column; the message begins with `name`.
Status CheckMetadataColumns(std::span<const MetadataField> fields,
                            const std::vector<std::string>& columns, const std::string& name);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_COLUMNS_H_
