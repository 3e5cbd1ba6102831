#include "text/stemmer.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("the stemmer gives Snowball's stems", "[text]") {
  auto english = Stemmer::Create("english");
  REQUIRE(english.ok());
  Stemmer& stemmer = **english;
  CHECK_FALSE(stemmer.is_identity());
  CHECK(stemmer.Stem("running") == "run");
  CHECK(stemmer.Stem("topics") == "topic");
  CHECK(stemmer.Stem("") == "");
  auto german = Stemmer::Create("german");
  REQUIRE(german.ok());
  CHECK((*german)->Stem("häuser") == "haus");
}

TEST_CASE("the stemmer none leaves every word as it is", "[text]") {
  auto none = Stemmer::Create("none");
  REQUIRE(none.ok());
  CHECK((*none)->is_identity());
  CHECK((*none)->Stem("running") == "running");
}

TEST_CASE("an unknown stemmer is a usage error that lists the known ones", "[text]") {
  for (const char* name : {"klingon", "", "English "}) {
    auto stemmer = Stemmer::Create(name);
    REQUIRE_FALSE(stemmer.ok());
    CHECK(stemmer.status().code() == StatusCode::kUsage);
    CHECK(stemmer.status().message().find("none, ") != std::string::npos);
    CHECK(stemmer.status().message().find("english") != std::string::npos);
    CHECK(stemmer.status().message().find('\n') == std::string::npos);
  }
}

TEST_CASE("every listed stemmer can be made and keeps words non-empty", "[text]") {
  const auto algorithms = Stemmer::Algorithms();
  REQUIRE(algorithms.size() >= 10);
  for (const std::string& algorithm : algorithms) {
    auto stemmer = Stemmer::Create(algorithm);
    REQUIRE(stemmer.ok());
    for (const char* word : {"a", "s", "ed", "ing", "ly", "é", "я"}) {
      CHECK_FALSE((*stemmer)->Stem(word).empty());
    }
  }
}

}  // namespace
}  // namespace lightlda
