#include "serve/infer_request.h"

#include <simdjson.h>

#include <cstdint>
#include <limits>
#include <optional>

#include "export/inferred_writer.h"
#include "flag_values.h"
#include "ingest/records.h"
#include "serve/http_message.h"
#include "serve/query_values.h"

namespace lightlda::serve {
namespace {

constexpr std::uint64_t kMaxTop = std::numeric_limits<std::uint32_t>::max();

Status BadMember(std::string_view name, const std::string& expected) {
  return Status::BadInput("body: member " + std::string(name) + ": expected " + expected);
}

// The raw text of "documents", checked by who reads it; the options are set.
Status ReadMember(std::string_view name, simdjson::ondemand::value value,
                  std::optional<std::string_view>* documents, InferredExportOptions* options) {
  if (name == "documents") {
    simdjson::ondemand::array array;
    std::string_view raw;
    if (value.get_array().get(array) || array.raw_json().get(raw)) {
      return BadMember(name, "an array of documents");
    }
    *documents = raw;
    return {};
  }
  if (name == "top") {
    std::uint64_t top = 0;
    if (value.get_uint64().get(top) || top > kMaxTop) {
      return BadMember(name, "a whole number, 0 or more");
    }
    options->top = top;
    return {};
  }
  if (name == "min_probability") {
    if (value.get_double().get(options->min_probability)) return BadMember(name, "a number");
    return {};
  }
  if (name == "words") {
    if (value.get_bool().get(options->words)) return BadMember(name, "true or false");
    return {};
  }
  return BadMember(name, "documents, top, min_probability or words");
}

// *padded is the body where simdjson may read beyond its end.
Status ReadObject(const simdjson::padded_string& padded, const std::string& body,
                  InferRequest* request) {
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(padded).get(document) || document.get_object().get(object)) {
    return Status::BadInput("body: expected a JSON object or array");
  }
  std::optional<std::string_view> documents;
  for (auto field : object) {
    std::string_view name;
    simdjson::ondemand::value value;
    if (field.unescaped_key().get(name) || field.value().get(value)) {
      return Status::BadInput("body: invalid JSON");
    }
    const std::string own_name(name);  // valid until the next string is read
    LIGHTLDA_RETURN_IF_ERROR(ReadMember(own_name, value, &documents, &request->options));
  }
  if (!document.current_location().error()) {
    return Status::BadInput("body: expected nothing after the object");
  }
  if (!documents) return Status::BadInput("body: expected a member documents");
  const auto offset = static_cast<std::size_t>(documents->data() - padded.data());
  request->documents = std::string_view(body).substr(offset, documents->size());
  return {};
}

Status ReadJson(const std::string& body, InferRequest* request) {
  request->format = InputFormat::kJson;
  request->envelope = true;
  request->options.format = ExportFormat::kJson;
  request->documents = WithoutLeadingBlanks(body);
  if (request->documents.starts_with('[')) {
    // Of a body that was not sent to its end nothing need be read.
    const std::size_t last = body.find_last_not_of(" \t\r\n");
    return body[last] == ']' ? Status() : Status::BadInput("body: expected ] at the end");
  }
  return ReadObject(simdjson::padded_string(body), body, request);
}

Status ReadQuery(const std::map<std::string, std::string>& query, InferRequest* request) {
  LIGHTLDA_RETURN_IF_ERROR(
      ExpectOnly(query, {"format", "top", "min_probability", "words", "dense"}));
  InferredExportOptions& options = request->options;
  for (const auto& [name, value] : query) {
    if (name == "format") {
      const auto format = tools::ParseExportFormat(name, value, /*has_tables=*/true);
      if (!format.ok()) return Status::Usage(format.status().message().substr(2));  // no flag
      options.format = format.value();
      request->envelope = false;
    } else if (name == "top") {
      LIGHTLDA_ASSIGN_OR_RETURN(options.top, ParseWhole(name, value, 0, kMaxTop));
    } else if (name == "min_probability") {
      LIGHTLDA_ASSIGN_OR_RETURN(options.min_probability, ParseReal(name, value));
    } else if (name == "words") {
      LIGHTLDA_ASSIGN_OR_RETURN(options.words, ParseSwitch(name, value));
    } else {
      LIGHTLDA_ASSIGN_OR_RETURN(options.dense, ParseSwitch(name, value));
    }
  }
  return CheckOptions(options);
}

}  // namespace

Result<InferRequest> ReadInferRequest(const std::string& type, const std::string& body,
                                      const std::map<std::string, std::string>& query) {
  InferRequest request;
  request.documents = body;
  if (type == "text/plain") {
    request.format = InputFormat::kText;
  } else if (type == kJsonLinesType || type == "application/jsonl") {
    request.format = InputFormat::kJsonl;
    request.options.format = ExportFormat::kJson;
  } else if (type == kJsonType) {
    LIGHTLDA_RETURN_IF_ERROR(ReadJson(body, &request));
  } else {
    return Status::Failure("Content-Type: expected text/plain, application/x-ndjson or " +
                           std::string(kJsonType) + ", found " + (type.empty() ? "none" : type));
  }
  LIGHTLDA_RETURN_IF_ERROR(ReadQuery(query, &request));
  return request;
}

}  // namespace lightlda::serve
