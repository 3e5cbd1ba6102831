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

// Appends a string, or the strings of an array of them, and of arrays in it. False: there is
// something else.
bool AppendText(simdjson::dom::element value, std::string* text) {
  std::string_view string;
  if (value.get_string().get(string) == simdjson::SUCCESS) {
    if (string.starts_with(kLongNumber)) return false;
    text->append(string).push_back('\n');
    return true;
  }
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  return std::ranges::all_of(
      array, [&](simdjson::dom::element element) { return AppendText(element, text); });
}

}  // namespace

const std::size_t kJsonPadding = simdjson::SIMDJSON_PADDING;

struct JsonLineReader::Parser {
  simdjson::dom::parser json;
  std::string quoted;  // the line, with its long numbers as strings
  std::string joined;  // the texts of several fields or elements
  simdjson::dom::object object;
  std::vector<std::optional<simdjson::dom::element>> texts;  // [number of text fields]
};

JsonLineReader::JsonLineReader(std::vector<std::string> text_fields, std::string id_field,
                               std::vector<MetadataField> metadata)
    : text_fields_(std::move(text_fields)),
      id_field_(std::move(id_field)),
      metadata_(std::move(metadata)),
      parser_(std::make_unique<Parser>()) {}

JsonLineReader::~JsonLineReader() = default;

std::optional<LineError> JsonLineReader::Read(std::string_view line, Fields* fields, bool strings) {
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
  if (strings && root.get_string().get(fields->text) == simdjson::SUCCESS) {
    fields->metadata.resize(metadata_.size());
    return std::nullopt;
  }
  if (root.get_object().get(parser_->object) != simdjson::SUCCESS) {
    return LineError{"invalid JSON", "expected a JSON object, found another value"};
  }
  if (auto bad = FindFields(fields)) return bad;
  if (auto bad = ReadText(fields)) return bad;
  for (std::size_t f = 0; f < metadata_.size(); ++f) {
    auto value = ReadJsonMetadata(parser_->object, metadata_[f]);
    if (!value) fields->bad_metadata.push_back(f);
    fields->metadata.push_back(value ? std::move(*value) : MetadataValue());
  }
  return std::nullopt;
}

// Sets the id and parser_->texts.
std::optional<LineError> JsonLineReader::FindFields(Fields* fields) {
  const simdjson::dom::object& object = parser_->object;
  auto& texts = parser_->texts;
  texts.assign(text_fields_.size(), std::nullopt);
  std::optional<simdjson::dom::element> id;
  for (const simdjson::dom::key_value_pair member : object) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (member.key != text_fields_[i]) continue;
      if (texts[i]) return BadField(text_fields_[i], "is there twice");
      texts[i] = member.value;
    }
    if (member.key == id_field_ && !member.value.is_null()) {
      if (id) return BadField(id_field_, "is there twice");
      id = member.value;
    }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]) texts[i] = FindJsonMember(object, text_fields_[i]);
  }
  if (!id) id = FindJsonMember(object, id_field_);
  if (!id || id->is_null()) return std::nullopt;
  fields->id = JsonNameText(*id);
  if (!fields->id) return BadField(id_field_, "expected a string, a number, true or false");
  fields->mended_id = MendName(&*fields->id);
  return std::nullopt;
}

// Makes the text of parser_->texts.
std::optional<LineError> JsonLineReader::ReadText(Fields* fields) {
  const auto& texts = parser_->texts;
  const bool single = texts.size() == 1;
  if (single && texts[0] && texts[0]->get_string().get(fields->text) == simdjson::SUCCESS &&
      !fields->text.starts_with(kLongNumber)) {
    return std::nullopt;
  }
  std::string& joined = parser_->joined;
  joined.clear();
  bool any = false;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i] || (!single && texts[i]->is_null())) continue;
    any = true;
    if (!AppendText(*texts[i], &joined)) {
      return BadField(text_fields_[i], "expected a string or an array of strings");
    }
  }
  if (!any)
    return BadField(text_fields_[0], single ? "is missing" : "is missing, and the others, too");
  fields->text = joined;
  return std::nullopt;
}

}  // namespace lightlda
