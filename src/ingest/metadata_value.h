// Metadata that is written as text: a field of a table, a string in JSON.
#ifndef LIGHTLDA_INGEST_METADATA_VALUE_H_
#define LIGHTLDA_INGEST_METADATA_VALUE_H_

#include <optional>
#include <string_view>

#include "lightlda/metadata.h"

namespace lightlda {

// Of an empty text a missing value. Lists have semicolons between their items. No value: the text
// is none of the type.
std::optional<MetadataValue> ReadTextMetadata(std::string_view text, MetadataType type);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_VALUE_H_
