#include "serve/http_message.h"

#include <catch2/catch.hpp>

namespace lightlda::serve {
namespace {

TEST_CASE("a target is split and decoded", "[serve]") {
  const auto target = ParseTarget("/v1/models/a%2Fb/words/caf%C3%A9+?n=10&weight=lift&x");
  REQUIRE(target.ok());
  CHECK(target.value().path == std::vector<std::string>{"v1", "models", "a/b", "words", "café+"});
  CHECK(target.value().query ==
        std::map<std::string, std::string>{{"n", "10"}, {"weight", "lift"}, {"x", ""}});
  CHECK(ParseTarget("/").value().path.empty());
  CHECK(ParseTarget("/?a=b+c").value().query.at("a") == "b c");
}

TEST_CASE("targets that are none are refused", "[serve]") {
  for (const char* target :
       {"", "x", "*", "http://host/", "/%", "/%4", "/%zz", "/?a=%g1", "/?a=1&a=2"}) {
    INFO(target);
    CHECK(ParseTarget(target).status().code() == StatusCode::kUsage);
  }
}

TEST_CASE("texts are compared as a whole", "[serve]") {
  CHECK(EqualInConstantTime("", ""));
  CHECK(EqualInConstantTime("token", "token"));
  CHECK_FALSE(EqualInConstantTime("token", "tokem"));
  CHECK_FALSE(EqualInConstantTime("token", "toke"));
  CHECK_FALSE(EqualInConstantTime("toke", "token"));
  CHECK_FALSE(EqualInConstantTime("tokentoken", "token"));
  CHECK_FALSE(EqualInConstantTime("token", ""));
  CHECK_FALSE(EqualInConstantTime("", "token"));
}

TEST_CASE("a media type has no parameters and no case", "[serve]") {
  CHECK(MediaType("text/plain; charset=utf-8") == "text/plain");
  CHECK(MediaType("Application/JSON ;x=y") == "application/json");
  CHECK(MediaType("").empty());
}

TEST_CASE("an error is JSON, whatever it quotes", "[serve]") {
  const Response response = MakeError(404, "no \"x\xFF\n\"");
  CHECK(response.status == 404);
  CHECK(*response.body ==
        "{\"error\":{\"code\":404,\"message\":\"no \\\"x\xEF\xBF\xBD\\n\\\"\"}}\n");
}

}  // namespace
}  // namespace lightlda::serve
