#include "serve/metrics.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace lightlda::serve {
namespace {

std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.9g", value);
  return text;
}

class Page {
 public:
  void Begin(const char* name, const char* type, const char* help) {
    name_ = std::string("lightlda_") + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
  }
  void Put(const std::string& ending, const std::string& labels, const std::string& value) {
    text_ += name_ + ending + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
  }
  template <typename T>
  void One(const char* name, const char* type, const char* help, T value) {
    Begin(name, type, help);
    Put("", "", std::to_string(value));
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

}  // namespace

void Metrics::CountRequest(int status, double seconds) {
  const auto bucket = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
  const std::lock_guard lock(mutex_);
  ++requests_[status];
  ++buckets_[static_cast<std::size_t>(bucket)];
  seconds_ += seconds;
}

void Metrics::CountReload(bool succeeded) {
  const std::lock_guard lock(mutex_);
  ++(succeeded ? reloads_ : failed_reloads_);
}

std::string Metrics::Text(std::size_t queue_depth) const {
  Page page;
  {
    const std::lock_guard lock(mutex_);
    page.Begin("requests_total", "counter", "Requests answered, by status code.");
    for (const auto& [status, count] : requests_) {
      page.Put("", "code=\"" + std::to_string(status) + "\"", std::to_string(count));
    }
    page.Begin("request_seconds", "histogram", "From a request's arrival to its answer.");
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      sum += buckets_[i];
      page.Put("_bucket", "le=\"" + NumberText(kBounds[i]) + "\"", std::to_string(sum));
    }
    sum += buckets_.back();
    page.Put("_bucket", "le=\"+Inf\"", std::to_string(sum));
    page.Put("_sum", "", NumberText(seconds_));
    page.Put("_count", "", std::to_string(sum));
    page.Begin("reloads_total", "counter", "Models loaded while serving, by result.");
    page.Put("", "result=\"ok\"", std::to_string(reloads_));
    page.Put("", "result=\"failed\"", std::to_string(failed_reloads_));
  }
  page.One("documents_total", "counter", "Documents whose topics were inferred.", documents.load());
  page.One("tokens_total", "counter", "Their tokens that the model knows.", tokens.load());
  page.One("unknown_tokens_total", "counter", "Their tokens that the model does not know.",
           unknown_tokens.load());
  page.One("queue_depth", "gauge", "Requests that wait for a worker.", queue_depth);
  page.One("inflight", "gauge", "Requests that have no answer yet.", inflight.load());
  page.One("connections", "gauge", "Open connections.", connections.load());
  page.One("refused_connections_total", "counter", "Connections beyond the limit.",
           refused_connections.load());
  return page.Take();
}

}  // namespace lightlda::serve
