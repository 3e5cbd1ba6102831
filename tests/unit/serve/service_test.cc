// Routes without sockets.
#include "serve/service.h"

#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <string>

#include "lightlda/preprocess.h"
#include "serve/http_server.h"
#include "unit/infer/small_model.h"

namespace lightlda::serve {
namespace {

using namespace lightlda::testing;

class Fixture {
 public:
  explicit Fixture(ServiceOptions options = {}, InputFormat format = InputFormat::kText,
                   const std::string& input = "star moon star\nmoon planet\nbread oven\nbread\n")
      : slot_("m", dir_.File("model")), workers_(2, 10) {
    MakeSmallModel(dir_, format, input);
    REQUIRE(slot_.Load(false).ok());
    service_ = std::make_unique<Service>(std::move(options), std::vector<ModelSlot*>{&slot_},
                                         nullptr, &workers_, &metrics_);
  }

  Response Ask(Request request) {
    const auto answer = std::make_shared<std::promise<Response>>();
    std::future<Response> response = answer->get_future();
    const auto job = [this, answer, request = std::move(request)] {
      answer->set_value(service_->Handle(request));
    };
    REQUIRE(workers_.TrySubmit(job));
    return response.get();
  }
  Response Get(const std::string& target) { return Ask({.method = "GET", .target = target}); }
  Response Infer(const std::string& type, const std::string& body, const std::string& query = "") {
    return Ask({.method = "POST",
                .target = "/v1/models/m:infer" + query,
                .content_type = type,
                .body = body});
  }
  Service& service() { return *service_; }
  Metrics& metrics() { return metrics_; }
  ModelSlot& slot() { return slot_; }
  std::string File(const std::string& name) const { return dir_.File(name); }

 private:
  TempDir dir_;
  ModelSlot slot_;
  Metrics metrics_;
  WorkerPool workers_;
  std::unique_ptr<Service> service_;
};

TEST_CASE("documents are numbered over the chunks of a request", "[serve]") {
  Fixture fixture;
  std::string body, lines;
  for (int i = 1; i <= 100; ++i) {
    body += i % 2 == 0 ? "star unheard\n" : "bread\n";
    lines += std::string(i == 1 ? "" : ",") + "{\"text\":\"moon\"}";
  }
  const Response text = fixture.Infer("text/plain", body, "?top=1&format=csv");
  REQUIRE(text.status == 200);
  CHECK(text.body->starts_with("document,topic,probability\n1,"));
  CHECK(text.body->find("\n17,") != std::string::npos);
  CHECK(text.body->find("\n100,") != std::string::npos);
  CHECK(text.body->find("document", 1) == std::string::npos);  // one header
  const Response json = fixture.Infer("application/json", "[" + lines + "]");
  const auto results = nlohmann::json::parse(*json.body)["results"];
  REQUIRE(results.size() == 100);
  CHECK(results[63]["document"] == "64");
  CHECK(fixture.metrics().documents == 200);
  CHECK(fixture.metrics().tokens == 200);
  CHECK(fixture.metrics().unknown_tokens == 50);
}

TEST_CASE("a bad document of any chunk is the request's failure", "[serve]") {
  Fixture fixture;
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += "{\"text\":\"moon\"}\n";
  const Response response = fixture.Infer("application/x-ndjson", lines + "{\"text\":1}\n");
  CHECK(response.status == 400);
  CHECK(response.body->find("body:51: ") != std::string::npos);
  CHECK(fixture.metrics().documents == 0);
}

TEST_CASE("limits of a request are its own failure", "[serve]") {
  ServiceOptions options;
  options.limits.max_documents = 2;
  options.limits.max_document_tokens = 3;
  Fixture fixture(options);
  CHECK(fixture.Infer("text/plain", "star\nmoon").status == 200);
  CHECK(fixture.Infer("text/plain", "star\nmoon\n\n").status == 413);
  CHECK(fixture.Infer("application/json", "[{\"text\":\"\"},{\"text\":\"\"}]\n ").status == 200);
  CHECK(fixture.Infer("application/json", "[{\"text\":\"\"},{\"text\":\"\"},{\"text\":\"\"}]")
            .status == 413);
  CHECK(fixture.Infer("text/plain", "star moon other").status == 200);
  CHECK(fixture.Infer("text/plain", "star moon other other").status == 422);
}

TEST_CASE("an answer that would list too many topics is refused before it is made", "[serve]") {
  ServiceOptions options;
  options.limits.max_documents = 3000000;
  Fixture fixture(options);
  const std::string body(1000001, '\n');
  for (const char* query : {"", "?min_probability=0", "?top=5", "?format=csv&dense=1"}) {
    INFO(query);
    const Response response = fixture.Infer("text/plain", body, query);
    CHECK(response.status == 413);
    CHECK(response.body->find("2,000,000 topics") != std::string::npos);
  }
  CHECK(fixture.Infer("text/plain", body.substr(0, 1000), "?min_probability=0").status == 200);
}

TEST_CASE("a token is asked for by all but probes", "[serve]") {
  ServiceOptions options;
  options.token = "0123456789abcdef";
  options.check_host = false;
  Fixture fixture(options);
  const auto refused = [&](const std::string& target, const std::string& given) {
    const auto refusal = fixture.service().Refuse(
        {.method = "GET", .target = target, .host = "far.example", .authorization = given});
    return refusal ? refusal->status : 0;
  };
  CHECK(refused("/", "") == 401);
  CHECK(refused("/metrics?x=1", "") == 401);
  CHECK(refused("/healthz/x", "") == 401);
  CHECK(refused("/healthz?x", "") == 0);
  CHECK(refused("/readyz", "") == 0);
  CHECK(refused("/", "Bearer 0123456789abcdef") == 0);
  CHECK(refused("/", "bearer 0123456789abcdef") == 401);
  CHECK(refused("/", "Bearer 0123456789abcdef ") == 401);
}

TEST_CASE("without a token only names of this machine are answered", "[serve]") {
  Fixture fixture;
  const auto refused = [&](const std::string& host) {
    return fixture.service().Refuse({.method = "GET", .target = "/", .host = host}).has_value();
  };
  CHECK_FALSE(refused("localhost:8080"));
  CHECK_FALSE(refused("[::1]:8080"));
  CHECK(refused("localhost.example:8080"));
  CHECK(refused("192.168.0.1"));
}

TEST_CASE("what takes long does not keep inference waiting", "[serve]") {
  const auto lane = [](const std::string& target) {
    return Service::LaneOf({.method = "GET", .target = target});
  };
  CHECK(lane("/healthz") == Lane::kAtOnce);
  CHECK(lane("/metrics?x") == Lane::kAtOnce);
  CHECK(lane("/v1/models/a:infer?top=1") == Lane::kInfer);
  CHECK(lane("/") == Lane::kTables);
  CHECK(lane("/v1/models/a/topics?x=:infer") == Lane::kTables);
}

TEST_CASE("a model of bags of words has tables alone", "[serve]") {
  Fixture fixture({}, InputFormat::kLdac, "2 0:1 1:2\n1 0:3\n1 2:1\n");
  const Response response = fixture.Infer("text/plain", "star");
  CHECK(response.status == 422);
  CHECK(response.body->find("bags of words") != std::string::npos);
  CHECK(fixture.Get("/v1/models/m/topics").status == 200);
  CHECK(fixture.Get("/v1/models").body->find("\"reads_text\":false") != std::string::npos);
}

TEST_CASE("a model that cannot be loaded leaves the one before", "[serve]") {
  Fixture fixture;
  const auto before = fixture.slot().Get();
  CHECK_FALSE(Must(fixture.slot().Load(true)));  // nothing has changed
  WriteText(fixture.File("model/manifest.json"), "{}");
  CHECK_FALSE(fixture.slot().Load(true).ok());
  CHECK(fixture.slot().Get() == before);
  CHECK(fixture.slot().loads() == 1);
  CHECK(fixture.Get("/readyz").status == 200);
  CHECK(fixture.Get("/readyz").body->find("load_error") != std::string::npos);
  CHECK(fixture.Infer("text/plain", "star").status == 200);
}

TEST_CASE("a server that stops is not ready", "[serve]") {
  Fixture fixture;
  CHECK(fixture.Get("/readyz").status == 200);
  fixture.service().BeginToStop();
  CHECK(fixture.Get("/readyz").status == 503);
  CHECK(fixture.Get("/healthz").status == 200);
  CHECK(fixture.Infer("text/plain", "star").status == 200);
}

TEST_CASE("addresses are of this machine or need a token", "[serve]") {
  for (const char* text :
       {"127.0.0.1:8080", "127.9.9.9:0", "[::1]:1", "localhost:65535", "unix:/run/s"}) {
    INFO(text);
    const auto address = ParseAddress(text);
    REQUIRE(address.ok());
    CHECK(IsLocal(address.value()));
  }
  for (const char* text : {"0.0.0.0:80", "[::]:80", "192.168.1.1:80"}) {
    INFO(text);
    CHECK_FALSE(IsLocal(Must(ParseAddress(text))));
  }
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "host:1", ":1",
                           "127.0.0.1:1x", "unix:"}) {
    INFO(text);
    CHECK(ParseAddress(text).status().code() == StatusCode::kUsage);
  }
  CHECK_FALSE(ParseAddress("unix:" + std::string(108, 'a')).ok());
}

}  // namespace
}  // namespace lightlda::serve
