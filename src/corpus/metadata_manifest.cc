#include "corpus/metadata_manifest.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "corpus/corpus_format.h"
#include "corpus/metadata_file.h"

namespace lightlda {
namespace {

// A code of a category is below kMissingCategory.
constexpr std::uint64_t kMaxValues = kMissingCategory;

std::optional<MetadataType> FindType(const std::string& name) {
  for (const MetadataType type :
       {MetadataType::kDate, MetadataType::kCategory, MetadataType::kNumber, MetadataType::kText,
        MetadataType::kList}) {
    if (MetadataTypeName(type) == name) return type;
  }
  return std::nullopt;
}

Result<MetadataField> ReadField(const JsonFields& entry, Count num_documents) {
  MetadataField field;
  LIGHTLDA_ASSIGN_OR_RETURN(field.name, entry.String("name"));
  if (field.name.empty()) return entry.Error("name", "a name");
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string type_name, entry.String("type"));
  const auto type = FindType(type_name);
  if (!type) return entry.Error("type", "date, category, number, text or list");
  field.type = *type;
  LIGHTLDA_ASSIGN_OR_RETURN(field.member, entry.String("member"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t values,
                            entry.Unsigned("values", 0, HasValues(*type) ? kMaxValues : 0));
  LIGHTLDA_ASSIGN_OR_RETURN(
      const std::uint64_t missing,
      entry.Unsigned("missing", 0, static_cast<std::uint64_t>(num_documents)));
  field.num_values = static_cast<Count>(values);
  field.num_missing = static_cast<Count>(missing);
  return field;
}

}  // namespace

nlohmann::ordered_json MetadataToJson(const MetadataSchema& schema, const FileStamp& values) {
  auto fields = nlohmann::ordered_json::array();
  for (const MetadataField& field : schema.fields) {
    fields.push_back({{"name", field.name},
                      {"type", MetadataTypeName(field.type)},
                      {"member", field.member},
                      {"values", field.num_values},
                      {"missing", field.num_missing}});
  }
  return {{"fields", std::move(fields)},
          {"snippet_bytes", schema.snippet_bytes},
          {"dictionary", StampToJson(std::string(kMetadataFile), values)}};
}

Result<MetadataEntry> ReadMetadataEntry(const JsonFields& entry, Count num_documents) {
  MetadataEntry found;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_fields, entry.ArraySize("fields"));
  std::unordered_set<std::string> names;
  for (std::size_t f = 0; f < num_fields; ++f) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields field_entry, entry.Element("fields", f));
    LIGHTLDA_ASSIGN_OR_RETURN(MetadataField field, ReadField(field_entry, num_documents));
    if (!names.insert(field.name).second) return field_entry.Error("name", "distinct names");
    found.schema.fields.push_back(std::move(field));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const double bytes, entry.Number("snippet_bytes"));
  if (bytes != std::floor(bytes) || bytes < -1 || bytes > static_cast<double>(kMaxSnippetBytes)) {
    return entry.Error("snippet_bytes", "-1 to " + std::to_string(kMaxSnippetBytes));
  }
  found.schema.snippet_bytes = static_cast<std::int64_t>(bytes);
  if (found.schema.empty()) return entry.Error("fields", "a field, or snippets");
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields dictionary, entry.Object("dictionary"));
  LIGHTLDA_ASSIGN_OR_RETURN(found.values_file, dictionary.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(found.values, dictionary.Stamp());
  return found;
}

}  // namespace lightlda
