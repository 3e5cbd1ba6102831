#include "ingest/metadata_table.h"

#include <simdjson.h>

#include <memory>
#include <utility>

#include "ingest/input_stream.h"
#include "ingest/json_metadata.h"
#include "ingest/line_chunks.h"
#include "ingest/metadata_choice.h"
#include "text/utf8.h"

namespace lightlda {

Result<MetadataTable> MetadataTable::Read(const std::string& path, const std::string& key,
                                          std::vector<MetadataField> fields, bool choose) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> stream, InputStream::Open(path));
  LineChunker chunker(stream.get(), LineChunkerOptions());
  MetadataTable table;
  table.fields_ = std::move(fields);
  simdjson::dom::parser parser;
  LineChunk chunk;
  const auto add = [&](std::uint64_t number, std::string_view line) -> Status {
    const auto error = [&](const std::string& what) {
      return Status::BadInput(path + ":" + std::to_string(number) + ": " + what);
    };
    simdjson::dom::object object;
    if (parser.parse(line.data(), line.size()).get_object().get(object) != simdjson::SUCCESS) {
      return error("expected a JSON object, found " + QuoteBytes(line, 40));
    }
    simdjson::dom::element member;
    std::optional<std::string> name;
    if (object.at_key(key).get(member) == simdjson::SUCCESS) name = JsonNameText(member);
    if (!name) return error("field \"" + key + "\": expected a document's name");
    std::vector<MetadataValue> values;
    for (std::size_t f = 0; f < table.fields_.size(); ++f) {
      auto value = ReadJsonMetadata(object, table.fields_[f]);
      table.bad_[f] += value ? 0 : 1;
      values.push_back(value ? std::move(*value) : MetadataValue());
    }
    if (!table.rows_.emplace(*name, std::move(values)).second) {
      return error("the name " + QuoteBytes(*name) + " was there before");
    }
    return {};
  };
  for (bool first = true;; first = false) {
    LIGHTLDA_ASSIGN_OR_RETURN(const bool more, chunker.Next(&chunk));
    if (!more) break;
    if (first && choose) table.fields_ = ChooseMetadata(chunk.text, "", key);
    if (first) table.bad_.resize(table.fields_.size());
    if (table.fields_.empty()) break;
    LIGHTLDA_RETURN_IF_ERROR(ForEachLine(chunk, add));
  }
  if (table.rows_.empty()) {
    return Status::BadInput(path + ": expected JSON objects with metadata, found none" +
                            (choose ? "; `metadata_fields` names them" : ""));
  }
  return table;
}

std::vector<MetadataValue> MetadataTable::Take(std::string_view name) {
  const auto found = rows_.find(name);
  if (found != rows_.end()) return found->second;
  ++num_unknown_;
  return std::vector<MetadataValue>(fields_.size());
}

}  // namespace lightlda
