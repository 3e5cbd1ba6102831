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
  CHECK(message("") == ": expected JSON objects or rows with metadata, found none");
}

TEST_CASE("metadata of a table is found by name, whatever separates its columns", "[preprocess]") {
  TempDir dir;
  for (const std::string separator : {",", ";", "\t"}) {
    std::string text = "\xEF\xBB\xBFscore,id,title\r\nhigh,7,\"say \"\"7\"\",\nor \"\r\n1.5,b,\r\n";
    for (std::size_t at = 0; (at = text.find(',', at)) != std::string::npos;) {
      text.replace(at, 1, separator);
    }
    WriteText(dir.File("m"), text);
    const auto table = MetadataTable::Read(dir.File("m"), "id", {kTitle, kScore}, false);
    INFO(table.status().message());
    REQUIRE(table.ok());
    MetadataTable found = table.value();
    CHECK(found.Take("7") ==
          std::vector<MetadataValue>{MetadataValue("say \"7\"" + separator + "\nor "),
                                     MetadataValue()});
    CHECK(found.Take("b") == std::vector<MetadataValue>{MetadataValue(), MetadataValue(1.5)});
    CHECK(found.Take("id") == std::vector<MetadataValue>(2));  // the header is no row
    CHECK(found.bad() == std::vector<Count>{0, 1});
  }
  WriteText(dir.File("m"), "title,id\nseven,7\n");
  const auto chosen = MetadataTable::Read(dir.File("m"), "id", {}, true);
  REQUIRE(chosen.ok());
  REQUIRE(chosen.value().fields().size() == 1);
  CHECK(chosen.value().fields()[0].name == "title");
}

TEST_CASE("a table of metadata that is wrong is refused at its line", "[preprocess]") {
  TempDir dir;
  const auto message = [&](const std::string& content, const std::string& key = "id") {
    WriteText(dir.File("m"), content);
    const auto table = MetadataTable::Read(dir.File("m"), key, {kTitle}, false);
    REQUIRE_FALSE(table.ok());
    CHECK(table.status().code() == StatusCode::kBadInput);
    return table.status().message().substr(dir.File("m").size());
  };
  CHECK(message("id,title\n1,a\n2,b,c\n") == ":3: expected 2 fields, found 3");
  CHECK(message("id,title\n1,a\n1,b\n") == ":3: the name \"1\" was there before");
  CHECK(message("id,title\n1,\"a\nb\"\n2,\xFF\n") == ":4: invalid UTF-8");
  CHECK(message("id,title\n1,a\n", "key") ==
        ":1: expected JSON objects, or a table with a column \"key\", found the columns \"id\", "
        "\"title\"; `metadata_key` says which has the documents' names");
  CHECK(message("id,label\n1,a\n") ==
        ": `metadata_fields`: expected a column \"title\", found \"id\", \"label\"");
  CHECK(message("id,title\n") == ": expected JSON objects or rows with metadata, found none");
}

}  // namespace
}  // namespace lightlda
