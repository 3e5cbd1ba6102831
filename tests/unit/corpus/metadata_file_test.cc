// Metadata of a corpus: what goes in comes out, and damaged or hostile files are refused.
#include "corpus/metadata_file.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/manifest.h"
#include "corpus/corpus_writer.h"
#include "lightlda/corpus.h"
#include "unit/corpus/damage_test_util.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

enum Fields : std::size_t { kWhen, kSection, kScore, kTitle, kAuthors };

MetadataSchema SampleSchema(std::int64_t snippet_bytes = 40) {
  MetadataSchema schema;
  schema.fields = {{"when", MetadataType::kDate, "created"},
                   {"section", MetadataType::kCategory, "section"},
                   {"score", MetadataType::kNumber, "votes.score"},
                   {"title", MetadataType::kText, "title"},
                   {"authors", MetadataType::kList, "authors"}};
  schema.snippet_bytes = snippet_bytes;
  return schema;
}

// Document i, with each value missing in some.
DocumentMetadata SampleMetadata(std::size_t i) {
  DocumentMetadata metadata;
  metadata.values.resize(5);
  const auto day = static_cast<std::int32_t>(i);
  if (i % 5 != 1) {
    metadata.values[kWhen] = MetadataDate{day - 400, static_cast<DatePrecision>(1 + i % 3)};
  }
  if (i % 4 != 2)
    metadata.values[kSection] = i % 3 == 0 ? std::string("Büro") : "b" + std::to_string(i % 6);
  if (i % 7 != 3) metadata.values[kScore] = static_cast<double>(i) / 8 - 3;
  if (i % 3 != 1) metadata.values[kTitle] = "\"Tïtle\"\t東京\n" + std::to_string(i);
  std::vector<std::string> authors(i % 4, "Ann, B.");
  if (!authors.empty()) authors.back() = "author " + std::to_string(i % 9);
  metadata.values[kAuthors] = authors;
  if (i % 6 != 5) metadata.snippet = "the start of " + std::to_string(i) + " …";
  return metadata;
}

std::vector<CorpusDocument> SampleDocuments(std::size_t count, bool with_metadata = true) {
  std::vector<CorpusDocument> documents;
  for (std::size_t i = 0; i < count; ++i) {
    documents.push_back(
        {std::to_string(i), std::vector<WordId>(i % 3, static_cast<WordId>(i % 2)), {}});
    if (with_metadata) documents.back().metadata = SampleMetadata(i);
  }
  return documents;
}

Corpus MustOpen(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  INFO(corpus.status().message());
  REQUIRE(corpus.ok());
  return std::move(corpus).value();
}

// The metadata of document d of a block, as it was added.
DocumentMetadata Get(const BlockMetadata& block, const MetadataValues& values, std::uint32_t d) {
  DocumentMetadata found;
  found.values.resize(5);
  const DatePrecision precision = block.Precisions(kWhen)[d];
  if (precision != DatePrecision::kMissing) {
    found.values[kWhen] = MetadataDate{block.Days(kWhen)[d], precision};
  }
  const std::uint32_t section = block.Categories(kSection)[d];
  if (section != kMissingCategory) found.values[kSection] = values[kSection].at(section);
  if (!std::isnan(block.Numbers(kScore)[d])) found.values[kScore] = block.Numbers(kScore)[d];
  if (!block.Text(kTitle, d).empty()) found.values[kTitle] = std::string(block.Text(kTitle, d));
  std::vector<std::string> authors;
  for (const std::uint32_t code : block.List(kAuthors, d)) {
    authors.push_back(values[kAuthors].at(code));
  }
  found.values[kAuthors] = authors;
  found.snippet = block.Snippet(d);
  return found;
}

TEST_CASE("metadata of every type come back, missing ones too", "[corpus]") {
  TempDir dir;
  // Of 1,025 documents the last is alone in a frame of texts; the small blocks have one frame each.
  for (const std::uint64_t block_tokens : {0, 700}) {
    const std::string path = dir.File(std::to_string(block_tokens));
    const auto documents = SampleDocuments(1025);
    const MetadataSchema schema = SampleSchema();
    REQUIRE(WriteCorpus(path, {"x", "y"}, documents, 3, block_tokens, schema).ok());
    Corpus corpus = MustOpen(path);
    REQUIRE(corpus.metadata_fields().size() == 5);
    for (std::size_t f = 0; f < 5; ++f) {
      CHECK(corpus.metadata_fields()[f].name == schema.fields[f].name);
      CHECK(corpus.metadata_fields()[f].type == schema.fields[f].type);
      CHECK(corpus.metadata_fields()[f].member == schema.fields[f].member);
    }
    CHECK(corpus.metadata_schema().snippet_bytes == 40);
    CHECK(corpus.metadata_fields()[kWhen].num_missing == 205);
    CHECK(corpus.metadata_fields()[kAuthors].num_missing == 257);
    CHECK(corpus.metadata_fields()[kSection].num_values == 5);
    CHECK(corpus.metadata_fields()[kTitle].num_values == 0);
    auto values = corpus.ReadMetadataValues();
    REQUIRE(values.ok());
    std::size_t seen = 0;
    for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
      auto block = corpus.OpenBlock(b);
      auto read = corpus.ReadMetadata(b);
      INFO(read.status().message());
      REQUIRE(read.ok());
      const BlockMetadata metadata = std::move(read).value();  // views outlive a move
      REQUIRE(metadata.num_documents() == (*block)->num_documents());
      for (std::uint32_t d = 0; d < metadata.num_documents(); ++d, ++seen) {
        const DocumentMetadata expected = SampleMetadata((*block)->document_index[d]);
        const DocumentMetadata found = Get(metadata, *values, d);
        REQUIRE(found.values == expected.values);
        REQUIRE(found.snippet == expected.snippet);
      }
    }
    CHECK(seen == 1025);
  }
}

TEST_CASE("documents without metadata have none of them", "[corpus]") {
  TempDir dir;
  auto documents = SampleDocuments(5, /*with_metadata=*/false);
  REQUIRE(WriteCorpus(dir.File("c"), {"x", "y"}, documents, 1, 0, SampleSchema()).ok());
  Corpus corpus = MustOpen(dir.File("c"));
  auto metadata = corpus.ReadMetadata(0);
  REQUIRE(metadata.ok());
  for (std::uint32_t d = 0; d < 5; ++d) {
    CHECK(metadata->Days(kWhen)[d] == kMissingDate);
    CHECK(metadata->Categories(kSection)[d] == kMissingCategory);
    CHECK(std::isnan(metadata->Numbers(kScore)[d]));
    CHECK(metadata->Text(kTitle, d).empty());
    CHECK(metadata->List(kAuthors, d).empty());
    CHECK(metadata->Snippet(d).empty());
  }
  for (const MetadataField& field : corpus.metadata_fields()) CHECK(field.num_missing == 5);
}

TEST_CASE("a corpus without metadata says nothing of them", "[corpus]") {
  TempDir dir;
  const auto documents = SampleDocuments(50, /*with_metadata=*/false);
  REQUIRE(WriteCorpus(dir.File("c"), {"x", "y"}, documents, 3, 20).ok());
  Corpus corpus = MustOpen(dir.File("c"));
  CHECK(corpus.metadata_schema().empty());
  for (const auto& [name, content] : ReadTree(dir.File("c"))) {
    CHECK_FALSE(name.starts_with("meta"));
    if (name == "manifest.json") CHECK(content.find("meta") == std::string::npos);
  }
}

TEST_CASE("metadata leave the other files of a corpus as they are", "[corpus]") {
  TempDir dir;
  REQUIRE(WriteCorpus(dir.File("a"), {"x", "y"}, SampleDocuments(50, false), 3, 20).ok());
  REQUIRE(WriteCorpus(dir.File("b"), {"x", "y"}, SampleDocuments(50), 3, 20, SampleSchema()).ok());
  const auto with = ReadTree(dir.File("b"));
  for (const auto& [name, content] : ReadTree(dir.File("a"))) {
    INFO(name);
    if (name != "manifest.json") CHECK(with.at(name) == content);
  }
  CHECK(MustOpen(dir.File("a")).checksum() != MustOpen(dir.File("b")).checksum());
}

TEST_CASE("snippets may be kept alone, and whole", "[corpus]") {
  TempDir dir;
  const std::string text(100'000, 'z');
  MetadataSchema schema;
  schema.snippet_bytes = -1;
  REQUIRE(WriteCorpus(dir.File("c"), {"x"}, {{"a", {0}, {{}, text}}, {"b", {}, {}}}, 1, 0, schema)
              .ok());
  Corpus corpus = MustOpen(dir.File("c"));
  CHECK(corpus.metadata_fields().empty());
  auto block = corpus.OpenBlock(0);
  auto metadata = corpus.ReadMetadata(0);
  REQUIRE(metadata.ok());
  for (std::uint32_t d = 0; d < 2; ++d) {
    CHECK(metadata->Snippet(d) == ((*block)->document_index[d] == 0 ? text : ""));
  }
}

// Everything a program may read of a corpus's metadata.
Status ReadAll(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  if (!corpus.ok()) return corpus.status();
  if (corpus->metadata_schema().empty()) return Status::BadInput("no metadata");
  LIGHTLDA_RETURN_IF_ERROR(corpus->ReadMetadataValues().status());
  for (std::size_t b = 0; b < corpus->blocks().size(); ++b) {
    LIGHTLDA_RETURN_IF_ERROR(corpus->ReadMetadata(b).status());
  }
  return {};
}

TEST_CASE("a wrong byte anywhere in metadata is found and the file named", "[corpus]") {
  TempDir dir;
  const std::string corpus = dir.File("c");
  REQUIRE(WriteCorpus(corpus, {"x", "y"}, SampleDocuments(9), 1, 6, SampleSchema()).ok());
  REQUIRE(ReadAll(corpus).ok());
  int files = 0;
  for (const auto& [name, good] : ReadTree(corpus)) {
    if (!name.starts_with("meta") && name != "manifest.json") continue;
    ++files;
    CheckWrongBytesAreFound(corpus + "/" + name, [&] { return ReadAll(corpus); });
    CheckMissingBytesAreFound(corpus + "/" + name, [&] { return ReadAll(corpus); });
  }
  CHECK(files >= 4);
  CHECK(ReadAll(corpus).ok());
}

// Three documents with every type of field.
struct SampleBlock {
  MetadataSchema schema = SampleSchema();
  MetadataFacts facts = {2, 3};
  std::vector<MetadataColumn> columns = std::vector<MetadataColumn>(5);
  std::vector<std::string_view> snippets = {"one", "", "three"};

  SampleBlock() {
    columns[kWhen].days = {10, kMissingDate, -5};
    columns[kWhen].precisions = {DatePrecision::kDay, DatePrecision::kMissing,
                                 DatePrecision::kYear};
    columns[kSection].codes = {1, kMissingCategory, 0};
    schema.fields[kSection].num_values = 2;
    columns[kScore].numbers = {1, std::numeric_limits<double>::quiet_NaN(), -2.5};
    columns[kTitle].texts = {"t", "", "u"};
    columns[kAuthors].list_offsets = {0, 2, 2, 3};
    columns[kAuthors].codes = {0, 2, 1};
    schema.fields[kAuthors].num_values = 3;
  }
};

TEST_CASE("metadata with right checksums but wrong content are refused", "[corpus]") {
  using Change = std::function<void(SampleBlock*)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"another block", [](SampleBlock* block) { block->facts.block = 1; }},
      {"a date less", [](SampleBlock* block) { block->columns[kWhen].days.pop_back(); }},
      {"a precision more",
       [](SampleBlock* block) { block->columns[kWhen].precisions.push_back(DatePrecision::kDay); }},
      {"a precision that is none",
       [](SampleBlock* block) {
         block->columns[kWhen].precisions[0] = static_cast<DatePrecision>(4);
       }},
      {"a date that is missing and is not",
       [](SampleBlock* block) { block->columns[kWhen].days[1] = 7; }},
      {"a missing date with a precision",
       [](SampleBlock* block) { block->columns[kWhen].days[0] = kMissingDate; }},
      {"a category less", [](SampleBlock* block) { block->columns[kSection].codes.pop_back(); }},
      {"a category beyond", [](SampleBlock* block) { block->columns[kSection].codes[0] = 2; }},
      {"a category far beyond",
       [](SampleBlock* block) { block->columns[kSection].codes[2] = kMissingCategory - 1; }},
      {"a number less", [](SampleBlock* block) { block->columns[kScore].numbers.pop_back(); }},
      {"an infinite number",
       [](SampleBlock* block) {
         block->columns[kScore].numbers[0] = -std::numeric_limits<double>::infinity();
       }},
      {"a text less", [](SampleBlock* block) { block->columns[kTitle].texts.pop_back(); }},
      {"lists that start late",
       [](SampleBlock* block) { block->columns[kAuthors].list_offsets[0] = 1; }},
      {"lists that descend",
       [](SampleBlock* block) { block->columns[kAuthors].list_offsets[1] = 3; }},
      {"lists beyond their end",
       [](SampleBlock* block) { block->columns[kAuthors].list_offsets[3] = 4; }},
      {"a list less", [](SampleBlock* block) { block->columns[kAuthors].list_offsets.pop_back(); }},
      {"an author beyond", [](SampleBlock* block) { block->columns[kAuthors].codes[1] = 3; }},
      {"an author that is missing",
       [](SampleBlock* block) { block->columns[kAuthors].codes[0] = kMissingCategory; }},
      {"a snippet too long",
       [](SampleBlock* block) {
         block->snippets[1] = "more than the forty bytes that are allowed";
       }},
  };
  TempDir dir;
  const std::string path = dir.File("meta");
  const auto write_and_read = [&path](const SampleBlock& block) {
    const SampleBlock good;
    const auto stamp =
        WriteBlockMetadata(path, good.schema, block.facts, block.columns, block.snippets);
    REQUIRE(stamp.ok());
    return ReadBlockMetadata(path, stamp.value(), good.schema, good.facts).status();
  };
  REQUIRE(write_and_read({}).ok());
  for (const auto& [what, change] : changes) {
    SampleBlock bad;
    change(&bad);
    const Status status = write_and_read(bad);
    INFO(what << ": " << status.message());
    CHECK(NamesFile(status, path));
  }
}

TEST_CASE("values of fields that are not what the manifest says are refused", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("values");
  MetadataSchema schema = SampleSchema();
  schema.fields[kSection].num_values = 2;
  const auto stamp = WriteMetadataValues(path, schema, {{}, {"a", "b"}, {}, {}, {}});
  REQUIRE(stamp.ok());
  auto good = ReadMetadataValues(path, stamp.value(), schema);
  REQUIRE(good.ok());
  CHECK((*good)[kSection] == std::vector<std::string>{"a", "b"});
  MetadataSchema more = schema;
  more.fields[kSection].num_values = 3;
  CHECK(NamesFile(ReadMetadataValues(path, stamp.value(), more).status(), path));
  more = schema;
  more.fields.push_back({"x", MetadataType::kNumber, "x"});
  CHECK(NamesFile(ReadMetadataValues(path, stamp.value(), more).status(), path));
  const auto twice = WriteMetadataValues(path, schema, {{}, {"a", "a"}, {}, {}, {}});
  REQUIRE(twice.ok());
  CHECK(NamesFile(ReadMetadataValues(path, twice.value(), schema).status(), path));
}

TEST_CASE("a manifest with wrong members about metadata is refused", "[corpus]") {
  using Json = nlohmann::ordered_json;
  const std::vector<std::pair<std::string, std::function<void(Json*)>>> changes = {
      {"no object", [](Json* json) { (*json)["metadata"] = 5; }},
      {"no fields", [](Json* json) { (*json)["metadata"].erase("fields"); }},
      {"a field is no object", [](Json* json) { (*json)["metadata"]["fields"][0] = 5; }},
      {"a field less", [](Json* json) { (*json)["metadata"]["fields"].erase(1); }},
      {"no name", [](Json* json) { (*json)["metadata"]["fields"][0]["name"] = ""; }},
      {"a name twice", [](Json* json) { (*json)["metadata"]["fields"][0]["name"] = "title"; }},
      {"no type", [](Json* json) { (*json)["metadata"]["fields"][0]["type"] = "place"; }},
      {"another type", [](Json* json) { (*json)["metadata"]["fields"][0]["type"] = "number"; }},
      {"no member", [](Json* json) { (*json)["metadata"]["fields"][0].erase("member"); }},
      {"values of dates", [](Json* json) { (*json)["metadata"]["fields"][0]["values"] = 1; }},
      {"fewer values", [](Json* json) { (*json)["metadata"]["fields"][1]["values"] = 1; }},
      {"too many values",
       [](Json* json) { (*json)["metadata"]["fields"][1]["values"] = std::uint64_t{1} << 32; }},
      {"more missing than documents",
       [](Json* json) { (*json)["metadata"]["fields"][0]["missing"] = 10; }},
      {"other snippets", [](Json* json) { (*json)["metadata"]["snippet_bytes"] = 41; }},
      {"no snippets", [](Json* json) { (*json)["metadata"]["snippet_bytes"] = 0; }},
      {"half a byte", [](Json* json) { (*json)["metadata"]["snippet_bytes"] = 0.5; }},
      {"less than all", [](Json* json) { (*json)["metadata"]["snippet_bytes"] = -2; }},
      {"huge snippets", [](Json* json) { (*json)["metadata"]["snippet_bytes"] = 1e300; }},
      {"neither fields nor snippets",
       [](Json* json) {
         (*json)["metadata"]["snippet_bytes"] = 0;
         (*json)["metadata"]["fields"] = Json::array();
       }},
      {"no dictionary", [](Json* json) { (*json)["metadata"].erase("dictionary"); }},
      {"a dictionary elsewhere",
       [](Json* json) { (*json)["metadata"]["dictionary"]["file"] = "/metadata.bin"; }},
      {"a block without", [](Json* json) { (*json)["blocks"][1].erase("meta"); }},
      {"a block's elsewhere",
       [](Json* json) { (*json)["blocks"][1]["meta"]["file"] = "../meta-00001.bin"; }},
      {"blocks' swapped",
       [](Json* json) { std::swap((*json)["blocks"][0]["meta"], (*json)["blocks"][1]["meta"]); }},
  };
  TempDir dir;
  const std::string corpus = dir.File("c");
  REQUIRE(WriteCorpus(corpus, {"x", "y"}, SampleDocuments(9), 1, 6, SampleSchema()).ok());
  const auto good = ReadManifest(corpus + "/manifest.json");
  REQUIRE(good.ok());
  REQUIRE((*good.value().json)["blocks"].size() > 1);
  for (const auto& [what, change] : changes) {
    Json json = *good.value().json;
    change(&json);
    REQUIRE(WriteManifest(corpus + "/manifest.json", json).ok());
    const Status status = ReadAll(corpus);
    INFO(what << ": " << status.message());
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().starts_with(corpus + "/"));
  }
}

}  // namespace
}  // namespace lightlda
