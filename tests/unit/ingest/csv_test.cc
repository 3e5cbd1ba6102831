// Rows and columns of csv and tsv.
#include "ingest/csv.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

using Texts = std::vector<std::string>;

Texts Split(const std::string& row, char separator = ',') {
  std::vector<CsvField> fields;
  if (const auto error = SplitCsvRow(row, separator, &fields)) return {std::string(error->reason)};
  Texts texts;
  std::string buffer;
  for (const CsvField& field : fields) texts.emplace_back(field.Text(&buffer));
  return texts;
}

const CsvRequest kRequest = {{"text"}, "id", {}};

TEST_CASE("a row is split at separators outside of quotes", "[preprocess]") {
  CHECK(Split("a,b,c\n") == Texts{"a", "b", "c"});
  CHECK(Split("a,\"b, \"\"c\"\"\nd\",\r\n") == Texts{"a", "b, \"c\"\nd", ""});
  CHECK(Split("\"\",\"\"\"\"") == Texts{"", "\""});
  CHECK(Split("5\" disk,it\"s") == Texts{"5\" disk", "it\"s"});
  CHECK(Split("a,b\tc", '\t') == Texts{"a,b", "c"});
  CHECK(Split("\n") == Texts{""});
  CHECK(Split("\"a\"\r\n") == Texts{"a"});
  CHECK(Split("a,\"b") == Texts{"open quote"});
  CHECK(Split("a,\"b\" c,d") == Texts{"text after a quote"});
}

TEST_CASE("columns are found by the names in the header", "[preprocess]") {
  auto layout = LayOutColumns("id,title,text\n", 1, ',', {{"text", "title"}, "id", {}}, "f");
  REQUIRE(layout.ok());
  CHECK(layout->text_columns == std::vector<std::size_t>{2, 1});
  CHECK(layout->id_column == 0);
  CHECK_FALSE(LayOutColumns("a,text\n", 1, ',', kRequest, "f")->id_column.has_value());
  auto given = LayOutColumns("1,2\n", 1, ',', {{"text"}, "id", {"text", "id"}}, "f");
  CHECK_FALSE(given->has_header);
  CHECK(given->id_column == 1);
  const auto message = [](const std::string& header, const CsvRequest& request) {
    return LayOutColumns(header, 3, ',', request, "f").status().message();
  };
  CHECK(message("a,b\n", kRequest)
            .starts_with("f:3: expected a column \"text\", found \"a\", \"b\"; `text_field` says "
                         "which to read"));
  CHECK(message("text,text\n", kRequest) == "f:3: two columns are named \"text\"");
  CHECK(message("text\n", {{"text"}, "key", {}}).find("\"key\"") != std::string::npos);
}

TEST_CASE("the separator is the one that makes the columns", "[preprocess]") {
  CHECK(GuessSeparator("id;text\n1;a,b,c\n", kRequest) == ';');
  CHECK(GuessSeparator("id,text\n", kRequest) == ',');
  CHECK(GuessSeparator("a|b|c, d\n", kRequest) == '|');
  CHECK(GuessSeparator("text\nwords\n", kRequest) == ',');
}

TEST_CASE("a table is told by its header or its quotes", "[preprocess]") {
  CHECK(FindTable("id,text\n1,\"a\nb\"\n2,c\n", kRequest)->format == InputFormat::kCsv);
  CHECK(FindTable("id\ttext\n1\ta, b\n", kRequest)->format == InputFormat::kTsv);
  CHECK(FindTable("id;text\n1;a, b\n", kRequest)->separator == ';');
  CHECK(FindTable("a,b\n1,\"x\ny\"\n2,z\n", kRequest).has_value());
  for (const char* text :
       {"", "one, two\nthree, four\nfive, six\n", "\"Well,\" he said\nand, \"no\"\nor yes\n",
        "some text\n", "text\n", "id,text\n1,2,3\n", "a,b\nc,d\ne,f\n"}) {
    INFO(text);
    CHECK_FALSE(FindTable(text, kRequest).has_value());
  }
}

TEST_CASE("rows of a table are documents", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("t.csv"),
            "\xEF\xBB\xBFid,title,text\r\nx,Big,\"red \"\"sun\"\",\nmoon\"\r\n\r\n,Star,\r\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("t.csv")));
  auto result = Preprocess(config);
  INFO(result.status().message());
  REQUIRE(result.ok());
  CHECK(result->format == InputFormat::kCsv);
  CHECK(Describe(config.output) == Texts{"x: red sun moon", "3:"});
  config.text_field = "text,title";
  config.overwrite = true;
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Texts{"x: red sun moon big", "3: star"});
}

TEST_CASE("bad rows are named by the line they begin in, or counted", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("t.csv"), "id,text\n1,\"a\nb\"\n2\n3,c\n4,\"d\" e\n\"x\ty\",f\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("t.csv")));
  CHECK(Preprocess(config).status().message() ==
        dir.File("t.csv") + ":4: expected 2 fields, found 1");
  config.on_bad_line = OnBadLine::kSkip;
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(Describe(config.output) == Texts{"1: a b", "3: c"});
  CHECK(result->skipped_lines.at("number of fields") == 1);
  CHECK(result->skipped_lines.at("text after a quote") == 1);
}

TEST_CASE("a table is never read as text unless that is asked for", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("t.csv"), "key,body\n1,a\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("t.csv")));
  CHECK(Preprocess(config).status().message().find("expected a column \"text\", found \"key\"") !=
        std::string::npos);
  config.format = InputFormat::kText;
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Texts{"1: key body", "2: a"});
}

}  // namespace
}  // namespace lightlda
