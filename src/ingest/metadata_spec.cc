#include "ingest/metadata_spec.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::array kTypes = {MetadataType::kDate, MetadataType::kCategory, MetadataType::kNumber,
                               MetadataType::kText, MetadataType::kList};

// Names whose type is taken for granted.
constexpr std::array<std::pair<std::string_view, MetadataType>, 8> kKnown = {{
    {"date", MetadataType::kDate},
    {"created", MetadataType::kDate},
    {"published", MetadataType::kDate},
    {"year", MetadataType::kDate},
    {"title", MetadataType::kText},
    {"url", MetadataType::kText},
    {"author", MetadataType::kList},
    {"authors", MetadataType::kList},
}};

std::optional<MetadataType> TypeOfName(std::string_view name) {
  for (const auto& [known, type] : kKnown) {
    if (known == name) return type;
  }
  return std::nullopt;
}

Result<MetadataField> ParseSpec(const std::string& spec) {
  MetadataField field;
  std::string_view rest = spec;
  const std::size_t colon = rest.rfind(':');
  std::optional<MetadataType> type;
  if (colon != std::string_view::npos) {
    const std::string_view name = rest.substr(colon + 1);
    const auto found =
        std::ranges::find_if(kTypes, [&](MetadataType t) { return MetadataTypeName(t) == name; });
    if (found == kTypes.end()) {
      return Status::Usage(
          "`metadata_fields`: expected date, category, number, text or list after "
          "the colon, found " +
          QuoteBytes(spec));
    }
    type = *found;
    rest = rest.substr(0, colon);
  }
  const std::size_t equals = rest.find('=');
  field.member = rest.substr(equals == std::string_view::npos ? 0 : equals + 1);
  field.name = equals == std::string_view::npos ? field.member.substr(field.member.rfind('.') + 1)
                                                : std::string(rest.substr(0, equals));
  if (field.member.empty() || field.name.empty()) {
    return Status::Usage("`metadata_fields`: expected [NAME=]MEMBER[:TYPE], found " +
                         QuoteBytes(spec));
  }
  if (!type) type = TypeOfName(field.name);
  if (!type) type = TypeOfName(field.member.substr(field.member.rfind('.') + 1));
  field.type = type.value_or(MetadataType::kCategory);
  return field;
}

}  // namespace

Result<std::vector<MetadataField>> ParseMetadataSpecs(std::span<const std::string> specs) {
  std::vector<MetadataField> fields;
  if (specs.size() == 1 && specs[0] == "none") return fields;
  for (const std::string& spec : specs) {
    LIGHTLDA_ASSIGN_OR_RETURN(MetadataField field, ParseSpec(spec));
    if (std::ranges::find(fields, field.name, &MetadataField::name) != fields.end()) {
      return Status::Usage("`metadata_fields`: two fields are named " + QuoteBytes(field.name));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<std::string> SplitMetadataList(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    item.remove_prefix(std::min(item.find_first_not_of(kBlanks), item.size()));
    item = item.substr(0, item.find_last_not_of(kBlanks) + 1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

}  // namespace lightlda
