#include "ingest/json_line.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "ingest/json_metadata.h"

namespace lightlda {
namespace {

LineError BadField(const std::string& field, const std::string& expected) {
  return {"bad field", "field \"" + field + "\": " + expected};
}

// Replaces control characters, which tables of documents may not have, by blanks; whether it had
// any.
bool MendName(std::string* name) {
  bool mended = false;
  for (char& c : *name) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) continue;
    c = ' ';
    mended = true;
  }
  return mended;
}

// Whether `text` is a number by the grammar of JSON (RFC 8259, section 6).
bool IsJsonNumber(std::string_view text) {
  const auto digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leads_with_zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (leads_with_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

// Whether a number has no value in 64 bits, as an integer or, if it is written as one, a float.
template <typename Number>
bool IsOutOfRange(std::string_view text) {
  Number value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec ==
         std::errc::result_out_of_range;
}
bool IsLong(std::string_view number) {
  if (!IsJsonNumber(number)) return false;
  if (number.find_first_of(".eE") != std::string_view::npos) return IsOutOfRange<double>(number);
  return number.starts_with('-') ? IsOutOfRange<std::int64_t>(number)
                                 : IsOutOfRange<std::uint64_t>(number);
}

// The line with its long numbers as strings that begin with kLongNumber, which no id or text may
// have. The parser refuses a line for a number beyond 64 bits, whether or not someone wants it.
std::string QuoteLongNumbers(std::string_view line) {
  std::string quoted;
  bool in_string = false;
  while (!line.empty()) {
    std::size_t size = 1;
    if (in_string && line[0] == '\\') {
      size = std::min<std::size_t>(2, line.size());
    } else if (line[0] == '"') {
      in_string = !in_string;
    } else if (!in_string && (line[0] == '-' || (line[0] >= '0' && line[0] <= '9'))) {
      size = std::min(line.find_first_not_of("0123456789+-.eE"), line.size());
    }
    const std::string_view piece = line.substr(0, size);
    const std::size_t next = line.find_first_not_of(" \t", size);
    const bool is_key = next != std::string_view::npos && line[next] == ':';
    const bool is_long = !in_string && size > 1 && !is_key && IsLong(piece);
    quoted.append(is_long ? "\"\\u0000" : "").append(piece).append(is_long ? "\"" : "");
    line.remove_prefix(size);
  }
  return quoted;
}

}  // namespace

const std::size_t kJsonPadding = simdjson::SIMDJSON_PADDING;

struct JsonLineReader::Parser {
  simdjson::dom::parser json;
  std::string quoted;  // the line, with its long numbers as strings
};

JsonLineReader::JsonLineReader(std::string text_field, std::string id_field,
                               std::vector<MetadataField> metadata)
    : text_field_(std::move(text_field)),
      id_field_(std::move(id_field)),
      metadata_(std::move(metadata)),
      parser_(std::make_unique<Parser>()) {}

JsonLineReader::~JsonLineReader() = default;

std::optional<LineError> JsonLineReader::Read(std::string_view line, Fields* fields) {
  *fields = Fields();
  simdjson::dom::element root;
  auto error = parser_->json.parse(line.data(), line.size(), false).get(root);
  if (error != simdjson::SUCCESS && error != simdjson::UTF8_ERROR) {
    parser_->quoted = QuoteLongNumbers(line);
    if (parser_->quoted.size() > line.size()) {
      error = parser_->json.parse(parser_->quoted).get(root);
    }
  }
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
      if (member.value.get_string().get(fields->text) != simdjson::SUCCESS ||
          fields->text.starts_with(kLongNumber)) {
        return BadField(text_field_, "expected a string");
      }
      has_text = true;
    }
    if (member.key == id_field_ && !member.value.is_null()) {
      if (fields->id) return BadField(id_field_, "is there twice");
      fields->id = JsonNameText(member.value);
      if (!fields->id) return BadField(id_field_, "expected a string, a number, true or false");
      fields->mended_id = MendName(&*fields->id);
    }
  }
  if (!has_text) return BadField(text_field_, "is missing");
  for (std::size_t f = 0; f < metadata_.size(); ++f) {
    auto value = ReadJsonMetadata(object, metadata_[f]);
    if (!value) fields->bad_metadata.push_back(f);
    fields->metadata.push_back(value ? std::move(*value) : MetadataValue());
  }
  return std::nullopt;
}

}  // namespace lightlda
