// Text, id and metadata of a line of a jsonl input.
#ifndef LIGHTLDA_INGEST_JSON_LINE_H_
#define LIGHTLDA_INGEST_JSON_LINE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/parse_number.h"
#include "lightlda/metadata.h"

namespace lightlda {

// Bytes that must be readable after a line.
extern const std::size_t kJsonPadding;

// Not thread-safe: one per thread.
class JsonLineReader {
 public:
  // Fields: members of the object, or a.b of an object in it. The text is that of all its fields,
  // one after the other: strings, or arrays of strings, whose elements are joined. Of several
  // fields some may be missing or null.
  JsonLineReader(std::vector<std::string> text_fields, std::string id_field,
                 std::vector<MetadataField> metadata = {});
  ~JsonLineReader();

  struct Fields {
    std::string_view text;          // valid until the next call
    std::optional<std::string> id;  // absent if the object has none, or null
    bool mended_id = false;         // it had control characters, which became blanks
    // [number of metadata fields]: by type; nothing for what is absent, null, empty, or bad.
    std::vector<MetadataValue> metadata;
    std::vector<std::size_t> bad_metadata;  // fields whose value is none of their type
  };

  // Parses and validates the whole line. The error, if any, says what the line lacks. strings: the
  // line may be a string, which is the text. REQUIRES: kJsonPadding bytes after line's end are
  // readable.
  std::optional<LineError> Read(std::string_view line, Fields* fields, bool strings = false);

 private:
  struct Parser;  // keeps simdjson out of this header

  std::optional<LineError> FindFields(Fields* fields);
  std::optional<LineError> ReadText(Fields* fields);

  std::vector<std::string> text_fields_;
  std::string id_field_;
  std::vector<MetadataField> metadata_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_JSON_LINE_H_
