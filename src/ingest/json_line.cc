#include "ingest/json_line.h"

#include <simdjson.h>

#include <charconv>
#include <utility>

namespace lightlda {
namespace {

using simdjson::dom::element_type;

LineError BadField(const std::string& field, const std::string& expected) {
  return {"bad field", "field \"" + field + "\": " + expected};
}

// The id as text, or nothing for a type that is no id.
std::optional<std::string> IdText(simdjson::dom::element value) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(std::string_view(value.get_string().value_unsafe()));
    case element_type::INT64:
      return std::to_string(value.get_int64().value_unsafe());
    case element_type::UINT64:
      return std::to_string(value.get_uint64().value_unsafe());
    case element_type::DOUBLE: {
      char text[32];
      const auto end = std::to_chars(text, text + sizeof(text), value.get_double().value_unsafe());
      return std::string(text, end.ptr);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

const std::size_t kJsonPadding = simdjson::SIMDJSON_PADDING;

struct JsonLineReader::Parser {
  simdjson::dom::parser json;
};

JsonLineReader::JsonLineReader(std::string text_field, std::string id_field)
    : text_field_(std::move(text_field)),
      id_field_(std::move(id_field)),
      parser_(std::make_unique<Parser>()) {}

JsonLineReader::~JsonLineReader() = default;

std::optional<LineError> JsonLineReader::Read(std::string_view line, Fields* fields) {
  *fields = Fields();
  simdjson::dom::element root;
  const auto error = parser_->json.parse(line.data(), line.size(), false).get(root);
  if (error != simdjson::SUCCESS) {
    return LineError{error == simdjson::UTF8_ERROR ? "invalid UTF-8" : "invalid JSON",
                     std::string("expected a JSON object: ") + simdjson::error_message(error)};
  }
  simdjson::dom::object object;
  if (root.get_object().get(object) != simdjson::SUCCESS) {
    return LineError{"invalid JSON", "expected a JSON object, found another value"};
  }
  bool has_text = false;
  for (const simdjson::dom::key_value_pair member : object) {
    if (member.key == text_field_) {
      if (has_text) return BadField(text_field_, "is there twice");
      if (member.value.get_string().get(fields->text) != simdjson::SUCCESS) {
        return BadField(text_field_, "expected a string");
      }
      has_text = true;
    }
    if (member.key == id_field_ && !member.value.is_null()) {
      if (fields->id) return BadField(id_field_, "is there twice");
      fields->id = IdText(member.value);
      if (!fields->id) return BadField(id_field_, "expected a string or a number");
      if (auto bad = CheckName(*fields->id)) return bad;
    }
  }
  if (!has_text) return BadField(text_field_, "is missing");
  return std::nullopt;
}

}  // namespace lightlda
