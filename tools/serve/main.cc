// lightlda-serve: a model that answers over HTTP.
#include <gflags/gflags.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/thread_pool.h"
#include "flag_values.h"
#include "serve/http_server.h"
#include "serve/limits.h"
#include "serve/reloader.h"
#include "serve/served_model.h"
#include "serve/service.h"
#include "serve/training_watch.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::serve::Limits kLimits;

DEFINE_string(model, "",
              "model directories, each under the name that requests have it by, which is the "
              "directory's own if none is given; needed unless --watch is");
DEFINE_string(watch, "", "directory of a training run to be shown at /watch as it goes");
DEFINE_string(listen, "127.0.0.1:8080",
              "where to listen; port 0: any that is free. An address that other machines reach "
              "needs a token");
DEFINE_string(token_file, "",
              "file with the token that requests must have, on one line. Default: that of the "
              "environment variable LIGHTLDA_SERVE_TOKEN, if any");
DEFINE_bool(ui, false, "GET / is the report of the first model");
DEFINE_string(reload, "watch",
              "when new generations of a model are loaded: watch, within a second, or signal, at "
              "SIGHUP alone, which always does");
DEFINE_int32(num_threads, 0, "threads that infer; 0: one per core");
DEFINE_string(max_body, lightlda::tools::SizeText(kLimits.max_body), "of a request's body");
DEFINE_uint32(max_header, kLimits.max_header, "bytes of a request's header");
DEFINE_uint64(max_documents, kLimits.max_documents, "documents of a request");
DEFINE_uint64(max_document_tokens, kLimits.max_document_tokens, "tokens of a document");
DEFINE_uint64(max_connections, kLimits.max_connections, "connections at a time");
DEFINE_uint64(queue, kLimits.queue, "requests that wait; more are refused");
DEFINE_double(request_timeout, kLimits.request_timeout,
              "seconds for a request to arrive, for its turn and for its answer to be taken");
DEFINE_double(drain_timeout, 30, "seconds for the last answers after SIGTERM");

namespace lightlda::serve {
namespace {

using tools::Program;

constexpr char kUsage[] = R"(lightlda-serve --model=[NAME=]MODEL [--listen=ADDRESS:PORT]
lightlda-serve --watch=MODEL [--listen=ADDRESS:PORT]

Answers over HTTP: topics of new documents, as lightlda-infer writes them, tables and the report of
a model, metrics for Prometheus. A model that is saved anew is loaded while the old one answers.
With --watch it shows a training run by its files alone. Prints where it listens, and ends at
SIGTERM when the requests that came have their answers. docs/serve.md has the routes.

Examples
  lightlda-serve --model=news=my-model --listen=127.0.0.1:8080
  curl --data-binary @new.txt -H 'Content-Type: text/plain' localhost:8080/v1/models/news:infer
  lightlda-serve --watch=my-model
)";

constexpr Program kProgram = {"lightlda-serve", __FILE__, kUsage};

constexpr char kTokenVariable[] = "LIGHTLDA_SERVE_TOKEN";
constexpr std::size_t kLeastToken = 16;
constexpr std::chrono::milliseconds kPoll(1000);

using Slots = std::vector<std::unique_ptr<ModelSlot>>;

// Names are parts of URLs and of labels of metrics.
bool IsName(const std::string& name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string::npos;
}

Result<Slots> SlotsFromFlags() {
  Slots slots;
  for (const std::string& one : tools::SplitAtCommas(FLAGS_model)) {
    const std::size_t equals = one.find('=');
    std::string directory = WithoutTrailingSlash(one);
    std::string name = directory.substr(directory.rfind('/') + 1);
    if (equals != std::string::npos) {
      name = one.substr(0, equals);
      directory = one.substr(equals + 1);
    }
    if (!IsName(name) || directory.empty()) {
      return Status::Usage("--model=" + one +
                           ": expected NAME=MODEL with a name of letters, digits, ., _ and -");
    }
    for (const auto& other : slots) {
      if (other->name() == name) return Status::Usage("--model: two have the name " + name);
    }
    slots.push_back(std::make_unique<ModelSlot>(name, directory));
  }
  if (slots.empty() && FLAGS_watch.empty()) return Status::Usage("--model=MODEL is needed");
  return slots;
}

Result<std::string> Token() {
  std::string token;
  if (!FLAGS_token_file.empty()) {
    std::ifstream file(FLAGS_token_file);
    if (!std::getline(file, token)) {
      return Status::BadInput(FLAGS_token_file + ": expected a token on the first line");
    }
    if (token.ends_with('\r')) token.pop_back();
  } else if (const char* const given = std::getenv(kTokenVariable)) {
    token = given;
  } else {
    return token;
  }
  if (token.size() < kLeastToken || token.find_first_of(" \t") != std::string::npos) {
    return Status::Usage("the token: expected " + std::to_string(kLeastToken) +
                         " characters or more, without blanks");
  }
  return token;
}

Status ExpectPositive(const char* name, double value) {
  if (value > 0 && value <= 1e6) return {};
  return Status::Usage(std::string("--") + name + ": expected a number above 0, up to 1000000");
}

Result<Limits> LimitsFromFlags() {
  Limits limits;
  LIGHTLDA_ASSIGN_OR_RETURN(limits.max_body, tools::ParseSize("max_body", FLAGS_max_body));
  limits.max_header = FLAGS_max_header;
  limits.max_documents = FLAGS_max_documents;
  limits.max_document_tokens = FLAGS_max_document_tokens;
  limits.max_connections = FLAGS_max_connections;
  limits.queue = FLAGS_queue;
  limits.request_timeout = FLAGS_request_timeout;
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"max_body", limits.max_body},
      {"max_header", limits.max_header},
      {"max_documents", limits.max_documents},
      {"max_document_tokens", limits.max_document_tokens},
      {"max_connections", limits.max_connections},
      {"queue", limits.queue}};
  for (const auto& [name, value] : counts) {
    if (value == 0) return Status::Usage(std::string("--") + name + ": expected 1 or more");
  }
  LIGHTLDA_RETURN_IF_ERROR(ExpectPositive("request_timeout", limits.request_timeout));
  LIGHTLDA_RETURN_IF_ERROR(ExpectPositive("drain_timeout", FLAGS_drain_timeout));
  if (FLAGS_num_threads < 0 || FLAGS_num_threads > 1024) {
    return Status::Usage("--num_threads: expected 0 to 1024");
  }
  if (FLAGS_reload != "watch" && FLAGS_reload != "signal") {
    return Status::Usage("--reload=" + FLAGS_reload + ": expected watch or signal");
  }
  return limits;
}

Status Load(const Slots& slots) {
  for (const auto& slot : slots) {
    LIGHTLDA_RETURN_IF_ERROR(slot->Load(/*only_if_changed=*/false).status());
    const auto model = slot->Get();
    tools::Tell(kProgram, model->warning());
    if (const Status status = model->ReadsText(); !status.ok()) {
      tools::Tell(kProgram,
                  "model " + slot->name() + ": only its tables are served: " + status.message());
    }
  }
  return {};
}

Status Serve(const Slots& slots, const Limits& limits, const Address& address,
             const std::string& token) {
  std::vector<ModelSlot*> models;
  for (const auto& slot : slots) models.push_back(slot.get());
  std::unique_ptr<TrainingWatch> watch;
  if (!FLAGS_watch.empty()) watch = std::make_unique<TrainingWatch>(FLAGS_watch);
  Metrics metrics;
  WorkerPool workers(ResolveThreadCount(FLAGS_num_threads), limits.queue);
  WorkerPool tables(1, limits.queue);
  ServiceOptions options;
  options.limits = limits;
  options.token = token;
  options.check_host = token.empty() && !address.is_unix();
  options.ui = FLAGS_ui;
  Service service(std::move(options), models, watch.get(), &workers, &metrics);
  const std::chrono::milliseconds period = FLAGS_reload == "watch" ? kPoll : kPoll * 0;
  Reloader reloader(models, period, &metrics,
                    [](const std::string& line) { tools::Tell(kProgram, line); });
  HttpServer server(&service, &workers, &tables, &metrics,
                    {.reload = [&] { reloader.Request(); },
                     .begin_stop =
                         [&] {
                           tools::Tell(kProgram, "stopping");
                           service.BeginToStop();
                         }});
  LIGHTLDA_RETURN_IF_ERROR(server.Listen(address));
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  const std::size_t unanswered = server.Run(FLAGS_drain_timeout);
  reloader.Stop();
  workers.Stop();  // their jobs know the server
  tables.Stop();
  if (unanswered == 0) return {};
  return Status::Failure("stopped with " + std::to_string(unanswered) +
                         " requests without an answer, after `drain_timeout`");
}

Status Run() {
  LIGHTLDA_ASSIGN_OR_RETURN(const Slots slots, SlotsFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const Limits limits, LimitsFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const Address address, ParseAddress(FLAGS_listen));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string token, Token());
  if (!IsLocal(address) && token.empty()) {
    return Status::Usage("--listen=" + FLAGS_listen +
                         ": other machines reach this address, so it needs a token: give "
                         "--token_file, or listen at 127.0.0.1");
  }
  std::signal(SIGPIPE, SIG_IGN);  // who reads what it says may be gone
  LIGHTLDA_RETURN_IF_ERROR(Load(slots));
  return Serve(slots, limits, address, token);
}

}  // namespace
}  // namespace lightlda::serve

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::serve::kProgram, argc, argv, lightlda::serve::Run);
}
