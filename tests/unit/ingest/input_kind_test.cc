// What inputs are taken for, and inputs of several formats in one run.
#include "ingest/input_kind.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

using Texts = std::vector<std::string>;

TEST_CASE("names tell the format", "[preprocess]") {
  CHECK(FormatByName("a/b.csv") == InputFormat::kCsv);
  CHECK(FormatByName("B.CSV.gz") == InputFormat::kCsv);
  CHECK(FormatByName("b.tab.zst") == InputFormat::kTsv);
  CHECK(FormatByName("x.ndjson.bz2") == InputFormat::kJsonl);
  CHECK(FormatByName("x.json") == InputFormat::kJson);
  for (const char* path : {"x.txt", "csv", "a.csv/b", "-", "", "x.gz", "a.csv.txt"}) {
    CHECK(FormatByName(path) == InputFormat::kAuto);
  }
}

TEST_CASE("the beginning tells JSON that is not in lines", "[preprocess]") {
  const CsvRequest request = {{"text"}, "id", {}};
  const auto kind = [&](const std::string& text, const std::string& path = "in") {
    return FindInputKind(path, text, InputFormat::kAuto, request);
  };
  CHECK(kind("\xEF\xBB\xBF[\n {\"a\"").syntax.kind == RecordKind::kJsonArray);
  CHECK(kind("[ \"one text\",\n").format == InputFormat::kJson);
  CHECK(kind("{\n  \"text\": \"a\"\n}\n").syntax.kind == RecordKind::kJsonValues);
  CHECK(kind("{\"text\": \"a\",\n \"b\": 1}\n").syntax.kind == RecordKind::kJsonValues);
  CHECK(kind("[]\n", "x.json").format == InputFormat::kJson);
  for (const char* text : {"[1] A note\n", "[[Image:x.png]] text\n", "[applause]\n", "{",
                           "{\"text\":\"a\"}\n", "{\"text\":\"a\n{\"text\":\"b\"}\n", "words\n"}) {
    INFO(text);
    CHECK(kind(text).format == InputFormat::kAuto);
  }
}

TEST_CASE("texts of several formats are one corpus", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("a.txt"), "red sun\n");
  WriteText(dir.File("b.csv"), "text\nmoon\n");
  WriteText(dir.File("c.json"), "[{\"text\":\"star\"},\n\"sky\"]\n");
  WriteText(dir.File("d.jsonl"), "{\"text\":\"sea\",\"id\":7}\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("a.txt")));
  for (const char* name : {"b.csv", "c.json", "d.jsonl"}) config.inputs.push_back(dir.File(name));
  auto result = Preprocess(config);
  INFO(result.status().message());
  REQUIRE(result.ok());
  CHECK(Describe(config.output) ==
        Texts{"a.txt:1: red sun", "b.csv:1: moon", "c.json:1: star", "c.json:2: sky", "7: sea"});
  const auto says_format = [](const std::string& note) {
    return note.find(": taken as ") != std::string::npos;
  };
  CHECK(std::ranges::count_if(result->notes, says_format) == 3);
  WriteText(dir.File("e.ldac"), "1 0:1\n");
  config.inputs.push_back(dir.File("e.ldac"));
  config.overwrite = true;
  CHECK(Preprocess(config).status().message().find("all must have one format") !=
        std::string::npos);
}

TEST_CASE("bad JSON is named by its line", "[preprocess]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n", ":3: expected a comma or the end of the array"},
      {"[\n{\"text\":\"a\"},\n]\n", ":3: expected a value, found nothing"},
      {"[{\"text\":\"a\"}]\n[]\n", ":1: expected a comma or the end"},
      {"[{\"text\":\"a\"},\n{\"text\" 1}]\n", ":2: expected a JSON object"},
      {"[{\"text\":\"a\"},\n{\"body\":1}]\n", ":2: field \"text\": is missing"},
      {"[{\"text\":\"a\"},\n5]\n", ":2: expected a JSON object, found another value"},
      {"{\n\"text\":\"a\"\n}\n{\n\"text\":\n", ":4: expected a JSON object"}};
  for (const auto& [text, message] : cases) {
    TempDir dir;
    WriteText(dir.File("a.json"), text);
    const auto result = Preprocess(KeepAll(BaseConfig(dir, dir.File("a.json"))));
    INFO(text << result.status().message());
    REQUIRE_FALSE(result.ok());
    CHECK(result.status().message().starts_with(dir.File("a.json") + message));
  }
}

TEST_CASE("files of a directory that have several documents are read so", "[preprocess]") {
  TempDir dir;
  std::filesystem::create_directory(dir.File("texts"));
  WriteText(dir.File("texts/a.txt"), "red\nsun\n");
  WriteText(dir.File("texts/b.jsonl"), "{\"text\":\"moon\"}\n{\"text\":\"star\"}\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("texts")));
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Texts{"a.txt: red sun", "b.jsonl:1: moon", "b.jsonl:2: star"});
}

TEST_CASE("bad files are left out and named if asked", "[preprocess]") {
  TempDir dir;
  std::filesystem::create_directory(dir.File("texts"));
  WriteText(dir.File("texts/a.txt"), "red\nsun\n");
  WriteText(dir.File("texts/b.txt"), "moon\nst\xE4r\n");
  WriteText(dir.File("texts/c.csv"), "key,body\n1,a\n");
  WriteText(dir.File("texts/d.gz"), "\x1F\x8B\x08");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("texts")));
  CHECK(Preprocess(config).status().message().starts_with(dir.File("texts/b.txt") +
                                                          ": line 2: invalid UTF-8 at byte 8"));
  config.on_bad_file = OnBadLine::kSkip;
  config.num_threads = 1;
  auto result = Preprocess(config);
  INFO(result.status().message());
  REQUIRE(result.ok());
  CHECK(Describe(config.output) == Texts{"a.txt: red sun"});
  CHECK(result->num_skipped_files == 3);
  REQUIRE(result->skipped_files.size() == 3);
  CHECK(result->skipped_files[0].find("c.csv:1: expected a column") != std::string::npos);
  CHECK(result->skipped_files[1].find("d.gz: truncated gzip data") != std::string::npos);
  CHECK(result->skipped_files[2].find("b.txt: line 2: invalid UTF-8") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
