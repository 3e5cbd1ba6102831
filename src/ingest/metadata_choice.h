// Which members or columns of an input are metadata, if nobody says.
#ifndef LIGHTLDA_INGEST_METADATA_CHOICE_H_
#define LIGHTLDA_INGEST_METADATA_CHOICE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/line_chunks.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// Of the names that metadata usually has (PreprocessConfig::metadata_fields lists them) those that
// have a value of their type in a tenth of the first 1,000 records, in a fixed order. text_field
// and id_field are none.
//
// JSON: the beginning of an input. What is no object is passed over.
std::vector<MetadataField> ChooseMetadata(const LineChunk& beginning, std::string_view text_field,
                                          std::string_view id_field);
// A table: columns, and the beginning of an input with or without its header. Bad rows are passed
// over.
std::vector<MetadataField> ChooseMetadataColumns(const LineChunk& beginning,
                                                 const std::vector<std::string>& columns,
                                                 std::string_view text_field,
                                                 std::string_view id_field);

// The metadata that an input has itself. first: its first chunk. automatic: it is chosen, else
// `named` is it. Errors: kBadInput if a table has no such column.
Result<std::vector<MetadataField>> MetadataOfInput(const SourceChunk& first,
                                                   std::vector<MetadataField> named, bool automatic,
                                                   std::string_view text_field,
                                                   std::string_view id_field);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_METADATA_CHOICE_H_
