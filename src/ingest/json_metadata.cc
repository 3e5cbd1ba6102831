#include "ingest/json_metadata.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus/metadata_date.h"
#include "ingest/metadata_spec.h"

namespace lightlda {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

std::optional<double> NumberOf(element value) {
  double number = 0;
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  } else if (value.get_double().get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<MetadataValue> ListOf(element value) {
  std::vector<std::string> items;
  simdjson::dom::array array;
  if (value.get_array().get(array) == simdjson::SUCCESS) {
    for (const element item : array) {
      auto text = JsonNameText(item);
      if (!text) return std::nullopt;
      if (!text->empty()) items.push_back(std::move(*text));
    }
  } else {
    const auto text = JsonNameText(value);
    if (!text) return std::nullopt;
    items = SplitMetadataList(*text);
  }
  if (items.empty()) return MetadataValue();
  return MetadataValue(std::move(items));
}

std::optional<MetadataValue> DateOf(element value) {
  const auto text = JsonScalarText(value);
  const auto date = text ? ParseDate(*text) : std::nullopt;
  if (!date) return std::nullopt;
  return MetadataValue(*date);
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
  std::string_view string;
  if (!value || value->is_null() ||
      (value->get_string().get(string) == simdjson::SUCCESS && string.empty())) {
    return MetadataValue();
  }
  switch (field.type) {
    case MetadataType::kDate:
      return DateOf(*value);
    case MetadataType::kList:
      return ListOf(*value);
    case MetadataType::kNumber:
      if (const auto number = NumberOf(*value)) return MetadataValue(*number);
      return std::nullopt;
    case MetadataType::kCategory:
    case MetadataType::kText:
      if (auto text = JsonNameText(*value)) return MetadataValue(std::move(*text));
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace lightlda
