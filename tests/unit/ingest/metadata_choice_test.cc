#include "ingest/metadata_choice.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

std::string Names(const std::vector<MetadataField>& fields) {
  std::string names;
  for (const MetadataField& field : fields) {
    names += field.name + ":" + std::string(MetadataTypeName(field.type)) + " ";
    CHECK(field.member == field.name);
  }
  return names;
}

TEST_CASE("usual members with values of their type are metadata", "[preprocess]") {
  const std::string lines =
      R"({"id": 1, "text": "a", "title": "t", "created": "2019-05", "primary": "hep", "split": "x"})"
      "\n"
      R"({"id": 2, "text": "b", "title": "u", "date": "soon", "authors": ["A", "B"], "year": null})"
      "\n";
  CHECK(Names(ChooseMetadata(lines, "text", "id")) ==
        "title:text created:date authors:list primary:category ");
  CHECK(Names(ChooseMetadata(lines, "title", "primary")) == "created:date authors:list ");
  CHECK(ChooseMetadata("", "text", "id").empty());
  CHECK(Names(ChooseMetadata("no object\n" + lines, "text", "id")) ==
        "title:text created:date authors:list primary:category ");
}

TEST_CASE("a member that fewer than a tenth of the documents have is none", "[preprocess]") {
  const auto lines = [](int num_with, int num) {
    std::string text;
    for (int i = 0; i < num; ++i) {
      text += i < num_with ? "{\"text\": \"a\", \"label\": \"x\"}\n" : "{\"text\": \"a\"}\n";
    }
    return text;
  };
  CHECK(ChooseMetadata(lines(2, 20), "text", "id").size() == 1);
  CHECK(ChooseMetadata(lines(1, 20), "text", "id").empty());
  // Of the first 1,000 documents.
  CHECK(ChooseMetadata(lines(0, 1000) + lines(900, 900), "text", "id").empty());
}

}  // namespace
}  // namespace lightlda
