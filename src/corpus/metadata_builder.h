// Gathers the metadata of documents in input order and writes a corpus's metadata files.
#ifndef LIGHTLDA_CORPUS_METADATA_BUILDER_H_
#define LIGHTLDA_CORPUS_METADATA_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/section_file.h"
#include "corpus/metadata_file.h"
#include "corpus/string_table.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// Memory: the metadata of one block, and the distinct values of categories and lists. Codes are
// given in the order of first use. Not thread-safe.
class MetadataBuilder {
 public:
  // num_values and num_missing of the fields are counted here.
  explicit MetadataBuilder(MetadataSchema schema);
  // Goes on counting where other documents have the values, [num_fields] by code, and as many
  // missing ones as the schema says.
  MetadataBuilder(MetadataSchema schema, MetadataValues values);

  // The next document of the open block. REQUIRES: values of the fields' types, none or
  // [num_fields]; finite numbers; a snippet that the schema allows.
  void Add(const DocumentMetadata& metadata);

  // Writes the open block to `path` and begins the next one. order: [num_documents], the block's
  // documents by their place among those added. Errors: kCannotWrite; kBadInput for texts that are
  // too long (PackTexts).
  Result<FileStamp> WriteBlock(const FilePath& path, std::uint64_t block,
                               std::span<const std::uint32_t> order);
  // Writes the values of categories and lists.
  Result<FileStamp> WriteValues(const FilePath& path) const;

  // With the values and missing ones of all documents so far.
  const MetadataSchema& schema() const { return schema_; }

 private:
  // One field: the distinct values so far, and the open block in input order.
  struct Field {
    std::unordered_map<std::string, std::uint32_t> code_of;
    std::vector<std::string> values;  // by code
    MetadataColumn column;            // without texts
    StringTable texts;
  };

  std::uint32_t Code(Field* field, const std::string& value);
  void AddValue(std::size_t field, const MetadataValue& value);
  MetadataColumn Reordered(const Field& field, std::span<const std::uint32_t> order) const;

  MetadataSchema schema_;
  std::vector<Field> fields_;  // [num_fields]
  StringTable snippets_;
  std::size_t num_documents_ = 0;  // of the open block
};

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_METADATA_BUILDER_H_
