// POST /v1/models/NAME:infer.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "serve/infer_request.h"
#include "serve/service.h"

namespace lightlda::serve {
namespace {

// Documents that a worker takes at a time: few enough to share a large request, and enough for
// what reading a chunk costs at its beginning.
constexpr std::size_t kChunkDocuments = 16;

// Topics that an answer may list, so that it stays below some 100 MB.
constexpr double kMaxListed = 2e6;

// Of a document, at most; with `words` one per token, which the body bounds.
double MostListed(const InferredExportOptions& options, std::uint32_t num_topics) {
  double most = num_topics;
  if (options.words) return 0;
  if (options.dense) return most;
  if (options.top > 0) most = std::min(most, static_cast<double>(options.top));
  if (options.min_probability > 0) most = std::min(most, 1 / options.min_probability);
  return most;
}

// What is told of fields of the library's settings is not for who asks over HTTP.
std::string WithoutFields(const std::string& message) {
  return message.substr(0, message.find("; `"));
}

const char* TypeOf(ExportFormat format) {
  switch (format) {
    case ExportFormat::kJson:
      return kJsonLinesType;
    case ExportFormat::kCsv:
      return "text/csv; charset=utf-8";
    case ExportFormat::kTsv:
      return "text/tab-separated-values; charset=utf-8";
    default:
      return kTextType;
  }
}

// What ReadInferRequest fails with.
Response MakeReadError(const Status& status) {
  const bool of_type = status.code() == StatusCode::kFailure;
  return MakeError(of_type ? 415 : 400, status.message());
}

Response TooMany(std::size_t most) {
  return MakeError(413, "expected at most " + std::to_string(most) + " documents, found more");
}

// {"model_hash":...,"results":[...]} around lines of JSON.
std::string Enclose(const std::string& hash, std::string lines) {
  if (lines.ends_with('\n')) lines.pop_back();
  std::ranges::replace(lines, '\n', ',');  // within a line it is escaped
  return R"({"model_hash":")" + hash + R"(","results":[)" + lines + "]}\n";
}

}  // namespace

Response Service::Infer(const Request& request, const ServedModel& model,
                        const Query& query) const {
  if (const Status status = model.ReadsText(); !status.ok()) return MakeError(status);
  const auto read = ReadInferRequest(MediaType(request.content_type), request.body, query);
  if (!read.ok()) return MakeReadError(read.status());
  const InferRequest& asked = read.value();
  auto chunks =
      CutIntoChunks("body", asked.format, asked.documents, kChunkDocuments, limits().max_documents);
  if (!chunks.ok()) return MakeError(400, chunks.status().message());
  std::size_t documents = 0;
  for (const SourceChunk& chunk : *chunks) documents += chunk.lines.num_records;
  // Blanks after an array are a record, too.
  const bool is_array = asked.format == InputFormat::kJson;
  if (documents > limits().max_documents + (is_array ? 1 : 0))
    return TooMany(limits().max_documents);
  const double listed = MostListed(asked.options, model.model().num_topics());
  if (static_cast<double>(documents) * listed > kMaxListed) {
    return MakeError(413,
                     "the answer could list more than 2,000,000 topics; ask with fewer "
                     "documents, or with top or min_probability");
  }
  std::vector<InferredChunk> parts(chunks->size());
  std::vector<Status> failures(chunks->size());
  workers_->ParallelFor(parts.size(), [&](std::size_t i) {
    failures[i] = CatchBadAlloc([&] {
      return model.Infer(&(*chunks)[i], i == 0, asked.options, limits().max_document_tokens,
                         &parts[i]);
    });
  });
  std::string text;
  std::uint64_t inferred = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!failures[i].ok()) {
      const bool bad_line = failures[i].code() == StatusCode::kBadInput && !parts[i].too_long;
      const std::string message = WithoutFields(failures[i].message());
      return bad_line ? MakeError(400, message) : MakeError(Status(failures[i].code(), message));
    }
    inferred += parts[i].documents;
    text += parts[i].text;
  }
  if (inferred == 0 && !asked.envelope) return MakeError(400, "body: empty: no documents");
  if (inferred > limits().max_documents) return TooMany(limits().max_documents);
  for (const InferredChunk& part : parts) {
    metrics_->documents += part.documents;
    metrics_->tokens += part.tokens;
    metrics_->unknown_tokens += part.unknown;
  }
  Response response = asked.envelope
                          ? MakeResponse(kJsonType, Enclose(model.hash(), std::move(text)))
                          : MakeResponse(TypeOf(asked.options.format), std::move(text));
  response.headers.emplace_back("Lightlda-Model", model.hash());
  return response;
}

}  // namespace lightlda::serve
