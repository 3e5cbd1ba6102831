// Which members of the input become metadata: "[NAME=]MEMBER[:TYPE]".
#ifndef LIGHTLDA_INGEST_METADATA_SPEC_H_
#define LIGHTLDA_INGEST_METADATA_SPEC_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// The fields of the specifications (PreprocessConfig::metadata_fields has the rules). Errors:
// kUsage, also for two fields of one name.
Result<std::vector<MetadataField>> ParseMetadataSpecs(std::span<const std::string> specs);

// The items of a list that is written as text: separated by semicolons, without blanks around them;
// empty ones are none.
std::vector<std::string> SplitMetadataList(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_SPEC_H_
