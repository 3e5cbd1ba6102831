// Service: the routes of lightlda-serve, as functions from requests to responses.
//
// docs/serve.md lists them. No socket is known here, and no file is named by a request.
#ifndef LIGHTLDA_TOOLS_SERVE_SERVICE_H_
#define LIGHTLDA_TOOLS_SERVE_SERVICE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/stop.h"
#include "serve/http_message.h"
#include "serve/limits.h"
#include "serve/metrics.h"
#include "serve/served_model.h"
#include "serve/training_watch.h"
#include "serve/worker_pool.h"

namespace lightlda::serve {

struct ServiceOptions {
  Limits limits;
  std::string token;       // empty: who connects may ask
  bool check_host = true;  // only names of this machine, as a page of another site may lead here
  bool ui = false;         // GET / is the report
};

// Who is to answer a request.
enum class Lane {
  kAtOnce,  // the thread that reads from the network: it takes no time
  kInfer,   // a worker
  kTables,  // the thread of what takes long and is asked for seldom, as a report
};

// Thread-safe. What it is given must outlive it.
class Service {
 public:
  // watch: null if no run is watched. workers: of kInfer.
  Service(ServiceOptions options, std::vector<ModelSlot*> models, TrainingWatch* watch,
          WorkerPool* workers, Metrics* metrics);

  // What can be said of a request before its body is read: nothing, or its refusal.
  std::optional<Response> Refuse(const Request& head) const;

  static Lane LaneOf(const Request& request);
  // REQUIRES: Refuse had nothing to say; kInfer: a job of the workers calls.
  Response Handle(const Request& request) const;

  const Limits& limits() const { return options_.limits; }
  // From now on /readyz fails, and what takes long ends.
  void BeginToStop();

 private:
  using Query = std::map<std::string, std::string>;

  Response Route(const Request& request, const Target& target) const;
  Response RouteOfModel(const Request& request, const ServedModel& model,
                        std::span<const std::string> path, const Query& query) const;
  Response Infer(const Request& request, const ServedModel& model, const Query& query) const;
  Response Tables(const ServedModel& model, std::span<const std::string> path,
                  const Query& query) const;
  Response Home() const;
  Response Models() const;
  Response Ready() const;
  Response MetricsPage() const;
  Response Report(const ServedModel& model) const;
  ModelSlot* Find(std::string_view name) const;

  const ServiceOptions options_;
  const std::vector<ModelSlot*> models_;
  TrainingWatch* const watch_;
  WorkerPool* const workers_;
  Metrics* const metrics_;
  StopToken stop_;
};

// Answers to what cannot be done. kUsage: 400, kBadInput: 422, kOutOfMemory, kCancelled: 503.
Response MakeError(const Status& status);

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_SERVICE_H_
