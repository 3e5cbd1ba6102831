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

LineChunk Beginning(const std::string& text, RecordSyntax syntax = {}) {
  LineChunk chunk;
  chunk.text = text;
  chunk.syntax = syntax;
  return chunk;
}

TEST_CASE("usual members with values of their type are metadata", "[preprocess]") {
  const std::string lines =
      R"({"id": 1, "text": "a", "title": "t", "created": "2019-05", "primary": "hep", "split": "x"})"
      "\n"
      R"({"id": 2, "text": "b", "title": "u", "date": "soon", "authors": ["A", "B"], "year": null})"
      "\n";
  CHECK(Names(ChooseMetadata(Beginning(lines), "text", "id")) ==
        "title:text created:date authors:list primary:category ");
  CHECK(Names(ChooseMetadata(Beginning(lines), "title", "primary")) ==
        "created:date authors:list ");
  CHECK(ChooseMetadata(Beginning(""), "text", "id").empty());
  CHECK(Names(ChooseMetadata(Beginning("no object\n" + lines), "text", "id")) ==
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
  CHECK(ChooseMetadata(Beginning(lines(2, 20)), "text", "id").size() == 1);
  CHECK(ChooseMetadata(Beginning(lines(1, 20)), "text", "id").empty());
  // Of the first 1,000 documents.
  CHECK(ChooseMetadata(Beginning(lines(0, 1000) + lines(900, 900)), "text", "id").empty());
}

TEST_CASE("usual members of JSON objects of several lines are metadata", "[preprocess]") {
  const std::string array = "\n {\"text\": \"a\",\n  \"title\": \"t\"},\n {\"year\": 2020}\n]\n";
  CHECK(Names(ChooseMetadata(Beginning(array, {RecordKind::kJsonArray}), "text", "id")) ==
        "title:text year:date ");
}

TEST_CASE("usual columns with values of their type are metadata", "[preprocess]") {
  const std::string table =
      "id,text,title,year,date,authors,split\n"
      "1,a,\"t,\nu\",2019,soon,A; B,x\n"
      "2,b,,2020-05,later,,x\n"
      "too,few\n";
  const std::vector<std::string> columns = {"id",   "text",    "title", "year",
                                            "date", "authors", "split"};
  const LineChunk beginning = Beginning(table, {RecordKind::kCsv, ','});
  CHECK(Names(ChooseMetadataColumns(beginning, columns, "text", "id")) ==
        "title:text year:date authors:list ");
  CHECK(Names(ChooseMetadataColumns(beginning, columns, "title", "year")) == "authors:list ");
  // A header is no value.
  CHECK(ChooseMetadataColumns(Beginning("text,title\n", {RecordKind::kCsv, ','}), {"text", "title"},
                              "text", "id")
            .empty());
}

}  // namespace
}  // namespace lightlda
