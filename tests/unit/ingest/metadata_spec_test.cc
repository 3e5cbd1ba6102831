// Which members of the input become metadata.
#include "ingest/metadata_spec.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

using Specs = std::vector<std::string>;

// "name type member", or the failure.
std::string Parsed(const std::string& spec) {
  const auto fields = ParseMetadataSpecs(Specs{spec});
  if (!fields.ok()) return fields.status().message();
  const MetadataField& field = fields.value()[0];
  return field.name + " " + std::string(MetadataTypeName(field.type)) + " " + field.member;
}

TEST_CASE("a specification says the member, and may say name and type", "[metadata]") {
  CHECK(Parsed("section") == "section category section");
  CHECK(Parsed("votes.score:number") == "score number votes.score");
  CHECK(Parsed("when=meta.created_at:date") == "when date meta.created_at");
  CHECK(Parsed("a:b:text") == "a:b text a:b");
}

TEST_CASE("the type that is not said follows from the name", "[metadata]") {
  CHECK(Parsed("created") == "created date created");
  CHECK(Parsed("date=submitted") == "date date submitted");
  CHECK(Parsed("when=year") == "when date year");
  CHECK(Parsed("info.title") == "title text info.title");
  CHECK(Parsed("authors") == "authors list authors");
  CHECK(Parsed("title:category") == "title category title");
}

TEST_CASE("specifications that say nothing, or the same twice, are refused", "[metadata]") {
  for (const char* spec : {"", "=a", "a=", ":text", "a:colour"}) {
    CAPTURE(spec);
    CHECK(ParseMetadataSpecs(Specs{spec}).status().code() == StatusCode::kUsage);
  }
  CHECK(ParseMetadataSpecs(Specs{"a", "b.a"}).status().code() == StatusCode::kUsage);
  CHECK(ParseMetadataSpecs(Specs{"a", "b=a"}).ok());
}

TEST_CASE("lists as text are split at semicolons", "[metadata]") {
  CHECK(SplitMetadataList(" Ann, B. ;Bo;; \t;Cy") == Specs{"Ann, B.", "Bo", "Cy"});
  CHECK(SplitMetadataList("").empty());
  CHECK(SplitMetadataList(" ; ").empty());
}

}  // namespace
}  // namespace lightlda
