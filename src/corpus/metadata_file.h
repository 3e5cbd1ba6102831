// metadata.bin and meta-NNNNN.bin of a corpus directory, and what its manifest says of them.
// docs/formats.md has the layouts.
#ifndef LIGHTLDA_CORPUS_METADATA_FILE_H_
#define LIGHTLDA_CORPUS_METADATA_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/section_file.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// Whether fields of the type have strings by code.
inline bool HasValues(MetadataType type) {
  return type == MetadataType::kCategory || type == MetadataType::kList;
}

// The strings of each field by code, [num_fields]; none for fields of other types than category and
// list.
using MetadataValues = std::vector<std::vector<std::string>>;

// Errors: kCannotWrite. REQUIRES: num_values strings of each field.
Result<FileStamp> WriteMetadataValues(const FilePath& path, const MetadataSchema& schema,
                                      const MetadataValues& values);
// Reads and verifies. Errors: kBadInput, naming the file.
Result<MetadataValues> ReadMetadataValues(const FilePath& path, const FileStamp& expected,
                                          const MetadataSchema& schema);

// The values of one field of a block's documents. Only what the type takes is used.
struct MetadataColumn {
  std::vector<std::int32_t> days;           // [num_documents]: of dates
  std::vector<DatePrecision> precisions;    // likewise
  std::vector<double> numbers;              // [num_documents]
  std::vector<std::uint32_t> codes;         // [num_documents] of categories; of all lists, in turn
  std::vector<std::uint32_t> list_offsets;  // [num_documents + 1]: of lists, into codes
  std::vector<std::string_view> texts;      // [num_documents]
};

// Which block a file belongs to.
struct MetadataFacts {
  std::uint64_t block = 0;
  std::uint64_t num_documents = 0;
};

// columns: [num_fields]; snippets: [num_documents], or empty if the schema has none. Errors:
// kCannotWrite; kBadInput for texts that are too long (PackTexts).
Result<FileStamp> WriteBlockMetadata(const FilePath& path, const MetadataSchema& schema,
                                     const MetadataFacts& facts,
                                     std::span<const MetadataColumn> columns,
                                     std::span<const std::string_view> snippets);
// Reads and verifies everything that BlockMetadata promises. Errors: kBadInput, naming the file.
Result<BlockMetadata> ReadBlockMetadata(const FilePath& path, const FileStamp& expected,
                                        const MetadataSchema& schema, const MetadataFacts& facts);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_METADATA_FILE_H_
