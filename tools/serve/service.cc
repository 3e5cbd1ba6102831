#include "serve/service.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "base/out_of_memory.h"
#include "lightlda/version.h"
#include "serve/query_values.h"

namespace lightlda::serve {
namespace {

constexpr std::string_view kInferEnding = ":infer";

// A page that needs nothing but itself: what it shows cannot send anything elsewhere.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: "
    "blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Response Html(Text body) {
  Response response;
  response.content_type = kHtmlType;
  response.body = std::move(body);
  response.headers.emplace_back("Content-Security-Policy", kPagePolicy);
  return response;
}

Response WrongMethod(const char* allowed) {
  Response response = MakeError(405, std::string("expected ") + allowed);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// The host of "host:port", "[::1]:port" or "host".
std::string_view HostName(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool IsThisMachine(std::string_view host) {
  constexpr std::array<std::string_view, 4> kNames = {"localhost", "127.0.0.1", "[::1]", ""};
  return std::ranges::find(kNames, HostName(host)) != kNames.end();
}

bool IsProbe(std::string_view path) { return path == "/healthz" || path == "/readyz"; }

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace

Response MakeError(const Status& status) {
  switch (status.code()) {
    case StatusCode::kUsage:
      return MakeError(400, status.message());
    case StatusCode::kBadInput:
      return MakeError(422, status.message());
    case StatusCode::kOutOfMemory:
    case StatusCode::kCancelled:
      return MakeError(503, status.message());
    default:
      return MakeError(500, status.message());
  }
}

Service::Service(ServiceOptions options, std::vector<ModelSlot*> models, TrainingWatch* watch,
                 WorkerPool* workers, Metrics* metrics)
    : options_(std::move(options)),
      models_(std::move(models)),
      watch_(watch),
      workers_(workers),
      metrics_(metrics) {}

void Service::BeginToStop() { stop_.RequestStop(); }

std::optional<Response> Service::Refuse(const Request& head) const {
  if (options_.check_host && !IsThisMachine(head.host)) {
    return MakeError(403, "Host: expected localhost, 127.0.0.1 or [::1], found " + head.host);
  }
  // Whoever looks whether the server lives need not be trusted with more.
  if (options_.token.empty() || IsProbe(PathOf(head.target))) return std::nullopt;
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view given = head.authorization;
  if (given.starts_with(kBearer) &&
      EqualInConstantTime(given.substr(kBearer.size()), options_.token)) {
    return std::nullopt;
  }
  Response response = MakeError(401, "expected the server's token, as Authorization: Bearer TOKEN");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Lane Service::LaneOf(const Request& request) {
  const std::string_view path = PathOf(request.target);
  if (path.ends_with(kInferEnding)) return Lane::kInfer;
  if (IsProbe(path) || path == "/metrics") return Lane::kAtOnce;
  return Lane::kTables;
}

Response Service::Handle(const Request& request) const {
  const auto answer = [&]() -> Result<Response> {
    LIGHTLDA_ASSIGN_OR_RETURN(const Target target, ParseTarget(request.target));
    return Route(request, target);
  };
  Result<Response> response = CatchBadAlloc(answer);
  return response.ok() ? std::move(response).value() : MakeError(response.status());
}

Response Service::Route(const Request& request, const Target& target) const {
  const auto& path = target.path;
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  const bool under_models = path.size() >= 3 && path[0] == "v1" && path[1] == "models";
  if (under_models) {
    std::string name = path[2];
    const bool infer = path.size() == 3 && name.ends_with(kInferEnding);
    if (infer) name.resize(name.size() - kInferEnding.size());
    const ModelSlot* const slot = Find(name);
    if (slot == nullptr) return MakeError(404, "no model of the name " + name);
    const auto model = slot->Get();
    if (model == nullptr) return MakeError(503, "the model is not loaded");
    if (infer) {
      return request.method == "POST" ? Infer(request, *model, target.query) : WrongMethod("POST");
    }
    if (!is_get) return WrongMethod("GET");
    return RouteOfModel(request, *model, std::span(path).subspan(3), target.query);
  }
  if (!is_get) return WrongMethod("GET");
  const std::string_view name = PathOf(request.target);
  if (name == "/") return Home();
  if (name == "/healthz") return MakeResponse(kTextType, "ok\n");
  if (name == "/readyz") return Ready();
  if (name == "/metrics") return MetricsPage();
  if (name == "/v1/models") return Models();
  if (name == "/watch" && watch_ != nullptr) {
    static const Text page = std::make_shared<const std::string>(kWatchPage);
    return Html(page);
  }
  if (name == "/v1/watch" && watch_ != nullptr) {
    const auto from = target.query.find("from");
    const auto begin =
        ParseWhole("from", from == target.query.end() ? "0" : from->second, 0, UINT64_MAX);
    if (!begin.ok()) return MakeError(begin.status());
    Result<std::string> json = watch_->Json(begin.value());
    if (!json.ok()) return MakeError(json.status());
    Response response = MakeResponse(kJsonType, std::move(json).value());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  }
  return MakeError(404, "no such page: " + std::string(name));
}

// What a model tells is the same as long as the model is.
Response Service::RouteOfModel(const Request& request, const ServedModel& model,
                               std::span<const std::string> path, const Query& query) const {
  if (request.if_none_match == model.etag()) {
    Response response;
    response.status = 304;
    response.headers.emplace_back("ETag", model.etag());
    return response;
  }
  Response response = Tables(model, path, query);
  if (response.status == 200) response.headers.emplace_back("ETag", model.etag());
  return response;
}

ModelSlot* Service::Find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(models_, [&](const ModelSlot* slot) { return slot->name() == name; });
  return found == models_.end() ? nullptr : *found;
}

Response Service::Home() const {
  if (options_.ui && !models_.empty()) {
    const auto model = models_.front()->Get();
    return model == nullptr ? MakeError(503, "the model is not loaded") : Report(*model);
  }
  if (watch_ != nullptr && models_.empty()) {
    Response response = MakeResponse(kTextType, "see /watch\n");
    response.status = 302;
    response.headers.emplace_back("Location", "/watch");
    return response;
  }
  return MakeResponse(kTextType, "lightlda-serve " LIGHTLDA_VERSION_STRING "; see /v1/models\n");
}

Response Service::Report(const ServedModel& model) const {
  const Result<Text> report = model.Cached("report", [&](const ServedModel& m, const auto& sink) {
    return m.ExportReport(stop_, sink);
  });
  return report.ok() ? Html(report.value()) : MakeError(report.status());
}

Response Service::Models() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ModelSlot* slot : models_) {
    const auto model = slot->Get();
    nlohmann::ordered_json one;
    one["name"] = slot->name();
    if (model != nullptr) {
      one["model_hash"] = model->hash();
      one["num_topics"] = model->model().num_topics();
      one["num_words"] = model->model().num_words();
      one["num_tokens"] = model->model().num_tokens();
      one["iteration"] = model->model().progress().iteration;
      one["reads_text"] = model->ReadsText().ok();
    }
    list.push_back(std::move(one));
  }
  nlohmann::ordered_json all;
  all["models"] = std::move(list);
  return MakeResponse(kJsonType, JsonText(all) + "\n");
}

Response Service::Ready() const {
  const bool stopping = stop_.stop_requested();
  bool ready = !stopping;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ModelSlot* slot : models_) {
    const auto model = slot->Get();
    nlohmann::ordered_json one;
    one["name"] = slot->name();
    one["loads"] = slot->loads();
    if (model != nullptr) one["model_hash"] = model->hash();
    if (const std::string error = slot->error(); !error.empty()) one["load_error"] = error;
    ready = ready && model != nullptr;
    list.push_back(std::move(one));
  }
  nlohmann::ordered_json all;
  all["ready"] = ready;
  if (stopping) all["stopping"] = true;
  all["models"] = std::move(list);
  Response response = MakeResponse(kJsonType, JsonText(all) + "\n");
  response.status = ready ? 200 : 503;
  return response;
}

Response Service::MetricsPage() const {
  std::string text = metrics_->Text(workers_->queue_depth());
  text +=
      "# HELP lightlda_model_info The model that is served.\n# TYPE lightlda_model_info gauge\n";
  std::string seconds =
      "# HELP lightlda_model_load_seconds Its last load.\n# TYPE lightlda_model_load_seconds "
      "gauge\n";
  for (const ModelSlot* slot : models_) {
    const auto model = slot->Get();
    if (model == nullptr) continue;
    const std::string name = "model=\"" + slot->name() + "\"";
    text += "lightlda_model_info{" + name + ",hash=\"" + model->hash() + "\"} 1\n";
    seconds +=
        "lightlda_model_load_seconds{" + name + "} " + std::to_string(model->load_seconds()) + "\n";
  }
  return MakeResponse("text/plain; version=0.0.4; charset=utf-8", text + seconds);
}

}  // namespace lightlda::serve
