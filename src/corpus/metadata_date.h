// Dates of metadata as text.
#ifndef LIGHTLDA_CORPUS_METADATA_DATE_H_
#define LIGHTLDA_CORPUS_METADATA_DATE_H_

#include <optional>
#include <string_view>

#include "lightlda/metadata.h"

namespace lightlda {

// YYYY, YYYY-MM or YYYY-MM-DD, a time after it (from a T or a blank on) left out; or, if it is a
// whole number above 3000, seconds since 1970-01-01 00:00 UTC. Nothing for anything else.
std::optional<MetadataDate> ParseDate(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_METADATA_DATE_H_
