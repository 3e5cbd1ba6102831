#include "ingest/json_metadata.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/metadata_value.h"

namespace lightlda {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// The items of an array; no value: one of them is no text.
std::optional<MetadataValue> ItemsOf(simdjson::dom::array array) {
  std::vector<std::string> items;
  for (const element item : array) {
    auto text = JsonNameText(item);
    if (!text) return std::nullopt;
    if (!text->empty()) items.push_back(std::move(*text));
  }
  if (items.empty()) return MetadataValue();
  return MetadataValue(std::move(items));
}

}  // namespace

std::optional<element> FindJsonMember(object in, std::string_view member) {
  element found;
  if (in.at_key(member).get(found) == simdjson::SUCCESS) return found;
  const std::size_t dot = member.find('.');
  object inner;
  if (dot == std::string_view::npos ||
      in.at_key(member.substr(0, dot)).get_object().get(inner) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return FindJsonMember(inner, member.substr(dot + 1));
}

std::optional<std::string> JsonScalarText(element value) {
  switch (value.type()) {
    case element_type::STRING: {
      std::string_view text = value.get_string().value_unsafe();
      if (text.starts_with(kLongNumber)) text.remove_prefix(1);
      return std::string(text);
    }
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

std::optional<std::string> JsonNameText(element value) {
  if (value.type() == element_type::BOOL) return value.get_bool().value_unsafe() ? "true" : "false";
  return JsonScalarText(value);
}

std::optional<MetadataValue> ReadJsonMetadata(object from, const MetadataField& field) {
  const std::optional<element> value = FindJsonMember(from, field.member);
  if (!value || value->is_null()) return MetadataValue();
  simdjson::dom::array array;
  if (field.type == MetadataType::kList && value->get_array().get(array) == simdjson::SUCCESS) {
    return ItemsOf(array);
  }
  double number = 0;
  if (field.type == MetadataType::kNumber && !value->is_string()) {
    if (value->get_double().get(number) != simdjson::SUCCESS || !std::isfinite(number)) {
      return std::nullopt;
    }
    return MetadataValue(number);
  }
  const bool is_scalar = field.type == MetadataType::kDate || field.type == MetadataType::kNumber;
  const auto text = is_scalar ? JsonScalarText(*value) : JsonNameText(*value);
  return text ? ReadTextMetadata(*text, field.type) : std::nullopt;
}

}  // namespace lightlda
