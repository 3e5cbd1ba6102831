// Metadata in the members of a JSON object.
#ifndef LIGHTLDA_INGEST_JSON_METADATA_H_
#define LIGHTLDA_INGEST_JSON_METADATA_H_

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "lightlda/metadata.h"

namespace lightlda {

// Begins a string that was a number beyond 64 bits, where the parser got it as a string. No other
// string of a line that is read begins so, but for metadata, where it does not matter.
inline constexpr char kLongNumber = '\0';

// A string or number as text; nothing for anything else.
std::optional<std::string> JsonScalarText(simdjson::dom::element value);

// The same, and "true" or "false": what an object of another table calls a document.
std::optional<std::string> JsonNameText(simdjson::dom::element value);

// The member of this name, or else, for "a.b", the member b of the object in a.
std::optional<simdjson::dom::element> FindJsonMember(simdjson::dom::object object,
                                                     std::string_view member);

// What the object has in the field's member: "a.b" is a member of this name, or else the member b
// of the object in a. Absent, null and empty are a missing value. No value: it is none of the
// field's type.
std::optional<MetadataValue> ReadJsonMetadata(simdjson::dom::object object,
                                              const MetadataField& field);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_JSON_METADATA_H_
