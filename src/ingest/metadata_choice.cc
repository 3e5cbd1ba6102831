#include "ingest/metadata_choice.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ingest/json_metadata.h"

namespace lightlda {
namespace {

constexpr std::size_t kMaxLines = 1000;
constexpr std::size_t kMinShare = 10;  // one in ten

constexpr std::array<std::pair<const char*, MetadataType>, 15> kUsual = {{
    {"title", MetadataType::kText},
    {"url", MetadataType::kText},
    {"date", MetadataType::kDate},
    {"created", MetadataType::kDate},
    {"published", MetadataType::kDate},
    {"year", MetadataType::kDate},
    {"author", MetadataType::kList},
    {"authors", MetadataType::kList},
    {"category", MetadataType::kCategory},
    {"label", MetadataType::kCategory},
    {"primary", MetadataType::kCategory},
    {"section", MetadataType::kCategory},
    {"topics", MetadataType::kList},
    {"tags", MetadataType::kList},
    {"keywords", MetadataType::kList},
}};

bool HasValue(simdjson::dom::object object, const MetadataField& field) {
  const auto value = ReadJsonMetadata(object, field);
  return value && !std::holds_alternative<std::monostate>(*value);
}

}  // namespace

std::vector<MetadataField> ChooseMetadata(std::string_view lines, std::string_view text_field,
                                          std::string_view id_field) {
  std::vector<MetadataField> candidates;
  for (const auto& [name, type] : kUsual) {
    if (name == text_field || name == id_field) continue;
    candidates.push_back({.name = name, .type = type, .member = name});
  }
  std::vector<std::size_t> found(candidates.size());
  std::size_t num_objects = 0;
  simdjson::dom::parser parser;
  while (!lines.empty() && num_objects < kMaxLines) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    simdjson::dom::object object;
    if (parser.parse(line.data(), line.size()).get_object().get(object) != simdjson::SUCCESS) {
      continue;
    }
    ++num_objects;
    for (std::size_t i = 0; i < candidates.size(); ++i) found[i] += HasValue(object, candidates[i]);
  }
  std::vector<MetadataField> fields;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (found[i] > 0 && found[i] * kMinShare >= num_objects) fields.push_back(candidates[i]);
  }
  return fields;
}

}  // namespace lightlda
