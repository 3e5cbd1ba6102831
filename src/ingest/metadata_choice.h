// Which members of a jsonl input are metadata, if nobody says.
#ifndef LIGHTLDA_INGEST_METADATA_CHOICE_H_
#define LIGHTLDA_INGEST_METADATA_CHOICE_H_

#include <string_view>
#include <vector>

#include "lightlda/metadata.h"

namespace lightlda {

// Of the names that metadata usually has (PreprocessConfig::metadata_fields lists them) those that
// have a value of their type in a tenth of the first 1,000 objects in `lines`, in a fixed order.
// text_field and id_field are none. Lines that are no objects are passed over.
std::vector<MetadataField> ChooseMetadata(std::string_view lines, std::string_view text_field,
                                          std::string_view id_field);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_CHOICE_H_
