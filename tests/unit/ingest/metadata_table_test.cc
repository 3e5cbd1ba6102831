#include "ingest/metadata_table.h"

#include <catch2/catch.hpp>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using testing::WriteText;

const MetadataField kTitle{.name = "title", .type = MetadataType::kText, .member = "title"};
const MetadataField kScore{.name = "score", .type = MetadataType::kNumber, .member = "score"};

TEST_CASE("metadata of a file is found by name, and what is not there is counted", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("m"),
            "{\"id\": 7, \"title\": \"seven\", \"score\": \"high\"}\n"
            "{\"id\": \"b\", \"score\": 1.5}\n");
  auto table = MetadataTable::Read(dir.File("m"), "id", {kTitle, kScore}, false);
  INFO(table.status().message());
  REQUIRE(table.ok());
  CHECK(table->Take("7") == std::vector<MetadataValue>{MetadataValue("seven"), MetadataValue()});
  CHECK(table->Take("b") == std::vector<MetadataValue>{MetadataValue(), MetadataValue(1.5)});
  CHECK(table->num_unknown() == 0);
  CHECK(table->Take("c") == std::vector<MetadataValue>(2));
  CHECK(table->num_unknown() == 1);
  CHECK(table->bad() == std::vector<Count>{0, 1});
  table = MetadataTable::Read(dir.File("m"), "id", {}, true);
  REQUIRE(table.ok());
  REQUIRE(table->fields().size() == 1);
  CHECK(table->fields()[0].name == "title");
}

TEST_CASE("a file of metadata with a bad line is refused at that line", "[preprocess]") {
  TempDir dir;
  const auto message = [&](const std::string& content) {
    WriteText(dir.File("m"), content);
    auto table = MetadataTable::Read(dir.File("m"), "id", {kTitle}, false);
    REQUIRE_FALSE(table.ok());
    CHECK(table.status().code() == StatusCode::kBadInput);
    return table.status().message().substr(dir.File("m").size());
  };
  CHECK(message("{\"id\": 1}\nid,title\n") == ":2: expected a JSON object, found \"id,title\"");
  CHECK(message("{\"title\": \"t\"}\n") == ":1: field \"id\": expected a document's name");
  CHECK(message("{\"id\": 1}\n{\"id\": \"1\"}\n") == ":2: the name \"1\" was there before");
  CHECK(message("") == ": expected JSON objects with metadata, found none");
}

}  // namespace
}  // namespace lightlda
