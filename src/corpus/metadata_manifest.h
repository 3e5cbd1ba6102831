// The member "metadata" of a corpus's manifest.
#ifndef LIGHTLDA_CORPUS_METADATA_MANIFEST_H_
#define LIGHTLDA_CORPUS_METADATA_MANIFEST_H_

#include <nlohmann/json_fwd.hpp>

#include "base/json_fields.h"
#include "base/section_file.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// values: the stamp of metadata.bin.
nlohmann::ordered_json MetadataToJson(const MetadataSchema& schema, const FileStamp& values);

// The metadata that a manifest tells of.
struct MetadataEntry {
  MetadataSchema schema;
  std::string values_file;
  FileStamp values;
};
// entry: the member. num_documents: of the corpus. Errors: kBadInput, naming file and member.
Result<MetadataEntry> ReadMetadataEntry(const JsonFields& entry, Count num_documents);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_METADATA_MANIFEST_H_
