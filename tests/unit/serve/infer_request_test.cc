#include "serve/infer_request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda::serve {
namespace {

using Query = std::map<std::string, std::string>;

TEST_CASE("the type of a body says how it is read and answered", "[serve]") {
  const std::string body = "star";
  const auto text = ReadInferRequest("text/plain", body, {});
  REQUIRE(text.ok());
  CHECK(text.value().format == InputFormat::kText);
  CHECK(text.value().options.format == ExportFormat::kText);
  CHECK(text.value().documents == body);
  const auto lines = ReadInferRequest("application/x-ndjson", body, {});
  CHECK(lines.value().format == InputFormat::kJsonl);
  CHECK(lines.value().options.format == ExportFormat::kJson);
  CHECK_FALSE(lines.value().envelope);
  CHECK(ReadInferRequest("image/png", body, {}).status().code() == StatusCode::kFailure);
  CHECK(ReadInferRequest("", body, {}).status().code() == StatusCode::kFailure);
}

TEST_CASE("the documents of an object are its own text", "[serve]") {
  const std::string body =
      " {\"top\" : 3, \"documents\":\n[ {\"text\":\"]}\"}, {} ] ,\"words\":true,"
      "\"min_probability\":0.25}\n";
  const auto request = ReadInferRequest("application/json", body, {});
  REQUIRE(request.ok());
  CHECK(request.value().documents.starts_with("[ {\"text\":\"]}\"}, {} ]"));
  CHECK(request.value().documents.data() > body.data());
  CHECK(request.value().documents.data() < body.data() + body.size());
  CHECK(request.value().envelope);
  CHECK(request.value().options.top == 3);
  CHECK(request.value().options.words);
  CHECK(request.value().options.min_probability == 0.25);
}

TEST_CASE("bodies that are no JSON of documents are refused", "[serve]") {
  for (const char* body :
       {"", " ", "1", "nothing", "{", "{}", "{\"documents\"}", "{\"documents\":[}",
        "{\"documents\":1}", "{\"documents\":[]", "{\"documents\":[]}}", "{\"documents\":[],}",
        "{\"documents\":[],\"top\":1.5}", "{\"documents\":[],\"words\":1}", "{\"x\":[]}",
        "{\"documents\":[],\"min_probability\":\"1\"}", "[", "[1", "[1,"}) {
    INFO(body);
    CHECK(ReadInferRequest("application/json", body, {}).status().code() == StatusCode::kBadInput);
  }
}

TEST_CASE("parameters have the names and rules of lightlda-infer", "[serve]") {
  const std::string body = "[]";
  const auto request =
      ReadInferRequest("application/json", body, {{"format", "csv"}, {"top", "2"}, {"dense", ""}});
  REQUIRE(request.ok());
  CHECK_FALSE(request.value().envelope);
  CHECK(request.value().options.format == ExportFormat::kCsv);
  CHECK(request.value().options.dense);
  const std::vector<Query> bad = {{{"top", "-1"}},
                                  {{"top", "1.5"}},
                                  {{"top", "99999999999"}},
                                  {{"min_probability", "2"}},
                                  {{"words", "maybe"}},
                                  {{"format", ""}},
                                  {{"num_threads", "2"}},
                                  {{"min_probability", "nan"}},
                                  {{"format", "csv"}, {"words", "1"}},
                                  {{"dense", "1"}}};
  for (const Query& query : bad) {
    INFO(query.begin()->first << "=" << query.begin()->second);
    CHECK(ReadInferRequest("application/json", body, query).status().code() == StatusCode::kUsage);
  }
}

}  // namespace
}  // namespace lightlda::serve
