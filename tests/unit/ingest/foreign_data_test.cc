// Inputs that are something else than they were taken for: refused by name, whatever the flags.
#include "ingest/foreign_data.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/preprocess.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using namespace std::string_literals;

std::string Name(const std::string& beginning) {
  const auto found = FindBinary(beginning);
  return found ? std::string(found->what) : "";
}

std::string NameOfText(const std::string& text, InputFormat format = InputFormat::kAuto) {
  const auto found = FindForeignText(text, format);
  return found ? std::string(found->what) : "";
}

// ASCII text with zeros around each character.
std::string Widen(const std::string& text, int before, int after) {
  std::string wide;
  for (const char c : text) {
    wide += std::string(static_cast<std::size_t>(before), '\0') + c +
            std::string(static_cast<std::size_t>(after), '\0');
  }
  return wide;
}

TEST_CASE("data that is no text is named by its first bytes", "[preprocess]") {
  const std::string tar = "notes.txt" + std::string(248, '\0') + "ustar\0"s + "00";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"BZh91AY&SY\xCD\x1E\x06\xCD"s, "bzip2 data within compressed data"},
      {"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"s, "bzip2 data within compressed data"},
      {"PK\x03\x04\x14\0"s, "zip data"},
      {"PK\x03\x04\x14\0[Content_Types].xml word/document.xml"s, "a Word document (docx)"},
      {"PK\x03\x04\x14\0[Content_Types].xml xl/workbook.xml"s, "an Excel workbook (xlsx)"},
      {"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.text"s, "an OpenDocument file"},
      {"PK\x03\x04\x14\0mimetypeapplication/epub+zip"s, "an EPUB book"},
      {"7z\xBC\xAF\x27\x1C\0\x04"s, "7-Zip data"},
      {"Rar!\x1A\x07\x01\0"s, "RAR data"},
      {"\x04\x22\x4D\x18\x64\x40"s, "lz4 data"},
      {"LZIP\x01\x0C"s, "lzip data"},
      {"\x5D\0\0\x80\0\xFF\xFF"s, "lzma data"},
      {"\x78\x9C\x4B\x2C\x28"s, "zlib data"},
      {"\x78\x5E\x4B\x2C\x01"s, "zlib data"},
      {"\x1F\x9D\x90"s, "compress (.Z) data"},
      {"\x1F\x8B\x08\0"s, "gzip data within compressed data"},
      {"\xFD\x37zXZ\0\0\x04"s, "xz data within compressed data"},
      {"\x28\xB5\x2F\xFD\x04"s, "zstd data within compressed data"},
      {tar, "a tar archive"},
      {"PAR1\x15\x04\x15\0"s, "a Parquet file"},
      {"ARROW1\0\0"s, "an Arrow file"},
      {"Obj\x01\x04"s, "an Avro file"},
      {"SQLite format 3\0\x10"s, "an SQLite database"},
      {"\x93NUMPY\x01\0"s, "a NumPy array"},
      {"\x80\x04\x95\x0A"s, "a Python pickle"},
      {"%PDF-1.4\n%\xE2\xE3"s, "a PDF document"},
      {"{\\rtf1\\ansi hello}", "an RTF document"},
      {"\xFF\xFE" + Widen("words", 0, 1), "UTF-16 text"},
      {"\xFE\xFF" + Widen("words", 1, 0), "UTF-16 text"},
      {Widen("words", 0, 1), "UTF-16 text"},
      {Widen("words", 1, 0), "UTF-16 text"},
      {"\xFF\xFE\0\0"s + Widen("words", 0, 3), "UTF-32 text"},
      {Widen("words", 0, 3), "UTF-32 text"},
      {Widen("words", 3, 0), "UTF-32 text"},
      {"a\x01\x02\x03\x04\x05\x06\x0E\x0F", "binary data"},
  };
  for (const auto& [beginning, name] : cases) {
    INFO(name);
    CHECK(Name(beginning) == name);
  }
}

TEST_CASE("text is not taken for data, whatever its first characters", "[preprocess]") {
  for (const char* text :
       {"", "a", "BZh9 is how bzip2 files begin\n", "PAR1 is a receptor\n", "ORC and elf\n",
        "x^2 is a square\n", "PK\n", "bell \x07 and escape \x1B[0m\n", "\xEF\xBB\xBFwords\n",
        "\xDA\xA9\xD8\xAA\xD8\xA7\xD8\xA8\n", "caf\xE9 in another encoding\n"}) {
    INFO(text);
    CHECK(Name(text).empty());
  }
}

TEST_CASE("texts that are no words are named, unless they are meant as text", "[preprocess]") {
  CHECK(NameOfText("%%MatrixMarket matrix coordinate integer general\n% c\n3 4 4\n") ==
        "a Matrix Market file");
  CHECK(NameOfText("[[1]]\n", InputFormat::kJsonl) == "a JSON array as JSON Lines");
  CHECK(NameOfText("{\n  \"text\": \"a\"\n}\n", InputFormat::kJsonl) ==
        "JSON over several lines as JSON Lines");
  CHECK(NameOfText("\n<?xml version=\"1.0\"?>\n") == "XML or HTML");
  CHECK(NameOfText("<!DOCTYPE html>\n") == "XML or HTML");
  for (const char* text : {"[1] A note\n", "[[Image:x.png]] text\n", "[applause]\n", "<p>A text\n",
                           "{\"text\":\"a\"}\n", "{ \"text\":\n", "100 %% sure\n", "\n\n", "{"}) {
    INFO(text);
    CHECK(NameOfText(text).empty());
  }
}

TEST_CASE("entries without a uci header are no text", "[preprocess]") {
  CHECK(FindUciEntries("3 4 4\n1 4 2\n1 3 1\n2 4 2\n").has_value());
  CHECK(FindUciEntries("\n3\n4\n4\n1 4 2\n1 3 1\n2 4 2\n3 1 1\n").has_value());
  CHECK_FALSE(FindUciEntries("3 4 4\n").has_value());
  CHECK_FALSE(FindUciEntries("1 2 3\nfour\nfive\n1 2 3\nsix\n").has_value());
  CHECK_FALSE(FindUciEntries("one two three\nfour five six\n").has_value());
}

TEST_CASE("a table is told from text by the same number of separators in every line",
          "[preprocess]") {
  CHECK(DescribeTable("1\ta b\n2\tc\n3\td\n") == "2 tab-separated fields");
  CHECK(DescribeTable("id,title,text\r\n1,a,\"b, c\"\r\n2,d,e\r\n") == "3 comma-separated fields");
  CHECK(DescribeTable("1\ta\n2\tb\tc\n3\td\n").empty());
  CHECK(DescribeTable("one, two\nthree, four\nfive, six\n").empty());
  CHECK(DescribeTable("a,b,c\nd,e,f\n").empty());
}

TEST_CASE("foreign data is refused by name before a line is parsed", "[preprocess]") {
  const std::string lz4 = "\x04\x22\x4D\x18\x01\ngood line\ngood line\n";
  const auto skip = GENERATE(OnBadLine::kFail, OnBadLine::kSkip);
  for (const auto& [format, content, named] :
       std::vector<std::tuple<InputFormat, std::string, std::string>>{
           {InputFormat::kAuto, lz4, "lz4 data is not read; unpack it: lz4cat "},
           {InputFormat::kText, lz4, "lz4 data"},
           {InputFormat::kJsonl, lz4, "lz4 data"},
           {InputFormat::kJsonl, "[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n]\n",
            "a JSON array as JSON Lines"},
           {InputFormat::kAuto, "3 4 4\n1 4 2\n1 3 1\n",
            "a table of three numbers a line without a uci header"},
           {InputFormat::kUci, "%%MatrixMarket matrix coordinate integer general\n3 4 4\n1 4 2\n",
            "a Matrix Market file"}}) {
    TempDir dir;
    WriteText(dir.File("input"), content);
    PreprocessConfig config = BaseConfig(dir, dir.File("input"), format);
    config.on_bad_line = skip;
    const auto result = Preprocess(config);
    INFO(content);
    REQUIRE_FALSE(result.ok());
    INFO(result.status().message());
    CHECK(result.status().exit_code() == 65);
    CHECK(result.status().message().starts_with(dir.File("input") + ": " + named));
    CHECK(ListNames(dir.path()) == std::vector<std::string>{"input"});
  }
}

TEST_CASE("format=text reads what looks like something else", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("input"), "<?xml?>\n<a>words</a>\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("input")));
  CHECK_FALSE(Preprocess(config).ok());
  config.format = InputFormat::kText;
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output)[1] == "2: a words a");
}

TEST_CASE("a foreign file of a directory is one bad document", "[preprocess]") {
  TempDir dir;
  std::filesystem::create_directory(dir.File("texts"));
  WriteText(dir.File("texts/a.txt"), "some words\n");
  WriteText(dir.File("texts/b.pdf"), "%PDF-1.4\n\x01 more words\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("texts")));
  const auto refused = Preprocess(config);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message() ==
        dir.File("texts/b.pdf") + ": a PDF document is not read; convert it: " + "pdftotext " +
            dir.File("texts/b.pdf") + " -");
  config.on_bad_line = OnBadLine::kSkip;
  auto skipped = Preprocess(config);
  REQUIRE(skipped.ok());
  CHECK(Describe(config.output) == std::vector<std::string>{"a.txt: some words"});
  CHECK(skipped->num_skipped_files == 1);
  CHECK(skipped->skipped_files ==
        std::vector<std::string>{dir.File("texts/b.pdf") +
                                 ": a PDF document is not read; convert it: pdftotext " +
                                 dir.File("texts/b.pdf") + " -"});
}

TEST_CASE("lines of a table are read with a note", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("input"), "1\ta b\n2\tc d\n3\te f\n");
  auto result = Preprocess(KeepAll(BaseConfig(dir, dir.File("input"))));
  REQUIRE(result.ok());
  REQUIRE(!result->notes.empty());
  CHECK(result->notes[0].find("2 tab-separated fields") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
