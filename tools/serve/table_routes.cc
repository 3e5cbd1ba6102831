// GET /v1/models/NAME and what is under it: tables that lightlda-dump writes, too.
#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "lightlda/word_weights.h"
#include "serve/query_values.h"
#include "serve/service.h"

namespace lightlda::serve {
namespace {

// Words of a topic, and of all topics: those of all are found, whatever is asked for.
constexpr std::uint64_t kMaxTopWords = 1000;
constexpr std::uint64_t kMaxWordsOfAll = 1000000;

using Query = std::map<std::string, std::string>;

struct TopicsRequest {
  WordWeightOptions weights;
  ExportOptions options;
};

Result<WordWeight> ParseWeight(const std::string& text) {
  for (const WordWeight weight : {WordWeight::kProbability, WordWeight::kRelevance,
                                  WordWeight::kFrex, WordWeight::kLift, WordWeight::kScore}) {
    if (text == NameOf(weight)) return weight;
  }
  return Status::Usage("weight=" + text + ": expected probability, relevance, frex, lift or score");
}

std::uint64_t MostWords(const ServedModel& model) {
  return std::clamp<std::uint64_t>(kMaxWordsOfAll / model.model().num_topics(), 10, kMaxTopWords);
}

Result<TopicsRequest> ReadTopicsRequest(const ServedModel& model, const Query& query) {
  LIGHTLDA_RETURN_IF_ERROR(ExpectOnly(query, {"weight", "lambda", "n"}));
  TopicsRequest request;
  request.options.format = ExportFormat::kJson;
  request.options.labels = model.labels();
  for (const auto& [name, value] : query) {
    if (name == "weight") {
      LIGHTLDA_ASSIGN_OR_RETURN(request.weights.weight, ParseWeight(value));
    } else if (name == "lambda") {
      LIGHTLDA_ASSIGN_OR_RETURN(request.weights.lambda, ParseReal(name, value));
      if (!(request.weights.lambda >= 0 && request.weights.lambda <= 1)) {
        return Status::Usage("lambda=" + value + ": expected a number from 0 to 1");
      }
    } else {
      LIGHTLDA_ASSIGN_OR_RETURN(request.options.top_words,
                                ParseWhole(name, value, 1, MostWords(model)));
    }
  }
  return request;
}

// The one object of an array.
std::string OnlyElement(std::string_view array) {
  const std::size_t begin = array.find('{');
  const std::size_t end = array.rfind('}');
  if (begin == std::string_view::npos) return "{}\n";
  return std::string(array.substr(begin, end - begin + 1)) + "\n";
}

// A text that the model keeps under what was asked for.
Response Kept(const ServedModel& model, const std::string& key, const char* type,
              const std::function<Status(const ServedModel&, const ExportSink&)>& make) {
  const Result<Text> text = model.Cached(key, make);
  if (!text.ok()) return MakeError(text.status());
  Response response;
  response.content_type = type;
  response.body = text.value();
  return response;
}

Response Topics(const ServedModel& model, std::optional<TopicId> topic, const Query& query) {
  auto request = ReadTopicsRequest(model, query);
  if (!request.ok()) return MakeError(request.status());
  if (topic) request->options.order = {*topic};
  const std::string key = "topics/" + (topic ? std::to_string(*topic) : "") + "?" +
                          NameOf(request->weights.weight) + "&" +
                          std::to_string(request->weights.lambda) + "&" +
                          std::to_string(request->options.top_words);
  return Kept(model, key, kJsonType, [&](const ServedModel& m, const ExportSink& sink) -> Status {
    if (!topic) return ExportTopics(m.model(), request->weights, request->options, sink);
    std::string array;
    LIGHTLDA_RETURN_IF_ERROR(
        ExportTopics(m.model(), request->weights, request->options, [&](std::string_view piece) {
          array += piece;
          return Status();
        }));
    return sink(OnlyElement(array));
  });
}

Response Documents(const ServedModel& model, TopicId topic, const Query& query,
                   const StopToken& stop) {
  if (const Status status = ExpectOnly(query, {"n"}); !status.ok()) return MakeError(status);
  std::uint64_t num = 10;
  if (const auto n = query.find("n"); n != query.end()) {
    const auto parsed = ParseWhole("n", n->second, 1, ServedModel::kMaxTopDocuments);
    if (!parsed.ok()) return MakeError(parsed.status());
    num = parsed.value();
  }
  std::string text;
  const Status status = model.ExportDocuments(topic, num, stop, [&](std::string_view piece) {
    text += piece;
    return Status();
  });
  return status.ok() ? MakeResponse(kJsonLinesType, std::move(text)) : MakeError(status);
}

Response Words(const ServedModel& model, const std::string& word, const Query& query) {
  if (const Status status = ExpectOnly(query, {"prefix"}); !status.ok()) return MakeError(status);
  bool prefix = false;
  if (const auto given = query.find("prefix"); given != query.end()) {
    const auto parsed = ParseSwitch("prefix", given->second);
    if (!parsed.ok()) return MakeError(parsed.status());
    prefix = parsed.value();
  }
  ExportOptions options;
  options.format = ExportFormat::kJson;
  std::string text;
  const Status status =
      ExportWords(model.model(), word, prefix, options, [&](std::string_view piece) {
        text += piece;
        return Status();
      });
  if (status.code() == StatusCode::kBadInput) {
    return MakeError(404, "the model has no word " + word);
  }
  if (!status.ok()) return MakeError(status);
  return MakeResponse(prefix ? kJsonLinesType : kJsonType, std::move(text));
}

}  // namespace

Response Service::Tables(const ServedModel& model, std::span<const std::string> path,
                         const Query& query) const {
  if (path.empty()) {
    return Kept(model, "summary", kJsonType, [](const ServedModel& m, const ExportSink& sink) {
      ExportOptions options;
      options.format = ExportFormat::kJson;
      return ExportSummary(m.model(), options, sink);
    });
  }
  if (path[0] == "report" && path.size() == 1) return Report(model);
  if (path[0] == "words" && path.size() == 2) return Words(model, path[1], query);
  if (path[0] == "topics" && path.size() == 1) return Topics(model, std::nullopt, query);
  if (path[0] == "topics" && path.size() <= 3) {
    const auto topic = ParseWhole("topic", path[1], 0, model.model().num_topics() - 1);
    if (!topic.ok()) return MakeError(404, topic.status().message());
    const auto id = static_cast<TopicId>(topic.value());
    if (path.size() == 2) return Topics(model, id, query);
    if (path[2] == "documents") return Documents(model, id, query, stop_);
  }
  return MakeError(404, "no such table of the model");
}

}  // namespace lightlda::serve
