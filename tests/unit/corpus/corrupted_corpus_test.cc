// A damaged corpus is refused with the file named, whatever byte is wrong; also one whose checksums
// are right but whose content is not.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/manifest.h"
#include "corpus/block_builder.h"
#include "corpus/block_file.h"
#include "corpus/corpus_format.h"
#include "corpus/corpus_writer.h"
#include "corpus/vocabulary_file.h"
#include "lightlda/corpus.h"
#include "unit/corpus/damage_test_util.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

// Two blocks.
void WriteSample(const std::string& directory) {
  const std::vector<CorpusDocument> documents = {
      {"a", {0, 1, 2, 0}}, {"b", {}}, {"c", {2, 2, 1}}, {"d", {0}}, {"e", {1, 2}}};
  REQUIRE(WriteCorpus(directory, {"x", "yy", "zzz"}, documents, 1, 7).ok());
}

// Everything a program may read of a corpus.
Status ReadAll(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  if (!corpus.ok()) return corpus.status();
  for (std::size_t b = 0; b < corpus->blocks().size(); ++b) {
    LIGHTLDA_RETURN_IF_ERROR(corpus->OpenBlock(b).status());
    LIGHTLDA_RETURN_IF_ERROR(corpus->ReadDocumentNames(b).status());
  }
  return {};
}

TEST_CASE("a wrong byte anywhere in a corpus is found and the file named", "[corpus]") {
  TempDir dir;
  const std::string corpus = dir.File("c");
  WriteSample(corpus);
  REQUIRE(ReadAll(corpus).ok());
  const auto files = ReadTree(corpus);
  REQUIRE(files.size() == 7);
  for (const auto& [name, good] : files) {
    CheckWrongBytesAreFound(corpus + "/" + name, [&] { return ReadAll(corpus); });
  }
  CHECK(ReadAll(corpus).ok());
}

TEST_CASE("a corpus file that is cut, missing or another corpus's is refused", "[corpus]") {
  TempDir dir;
  const std::string corpus = dir.File("c");
  WriteSample(corpus);
  REQUIRE(WriteCorpus(dir.File("other"), {"x", "yy", "zzz"},
                      {{"p", {1, 1, 0, 2}}, {"q", {}}, {"r", {0, 2, 0}}, {"s", {2}}, {"t", {0, 1}}},
                      1, 7)
              .ok());
  for (const auto& [name, good] : ReadTree(corpus)) {
    INFO(name);
    const std::string path = corpus + "/" + name;
    CheckMissingBytesAreFound(path, [&] { return ReadAll(corpus); });
    // Both corpora are of bags of words with names: their text pipelines are the same file.
    if (name != "manifest.json" && name != "text_pipeline.json") {
      WriteText(path, ReadText(dir.File("other/" + name)));
      CHECK(NamesFile(ReadAll(corpus), path));
    }
    WriteText(path, good);
  }
}

using Json = nlohmann::ordered_json;
using ManifestChanges = std::vector<std::pair<std::string, std::function<void(Json*)>>>;

// Each change alone, with a right checksum, makes the sample corpus one that is refused.
void CheckRefused(const ManifestChanges& changes) {
  TempDir dir;
  const std::string corpus = dir.File("c");
  WriteSample(corpus);
  const std::string path = corpus + "/manifest.json";
  const auto good = ReadManifest(path);
  REQUIRE(good.ok());
  for (const auto& [what, change] : changes) {
    Json json = *good.value().json;
    change(&json);
    REQUIRE(WriteManifest(path, json).ok());
    const Status status = ReadAll(corpus);
    INFO(what << ": " << status.message());
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().starts_with(corpus + "/"));
  }
}

TEST_CASE("a manifest with a right checksum but wrong members is refused", "[corpus]") {
  const ManifestChanges changes = {
      {"kind", [](Json* json) { (*json)["kind"] = "lightlda model"; }},
      {"kind of another type", [](Json* json) { (*json)["kind"] = 5; }},
      {"newer version", [](Json* json) { (*json)["format_version"] = 3; }},
      {"no documents", [](Json* json) { (*json)["num_documents"] = 0; }},
      {"negative documents", [](Json* json) { (*json)["num_documents"] = -5; }},
      {"more documents", [](Json* json) { (*json)["num_documents"] = 6; }},
      {"fractional documents", [](Json* json) { (*json)["num_documents"] = 5.0; }},
      {"more tokens", [](Json* json) { (*json)["num_tokens"] = 11; }},
      {"huge tokens", [](Json* json) { (*json)["num_tokens"] = UINT64_MAX; }},
      {"more words", [](Json* json) { (*json)["num_words"] = 4; }},
      {"too many words", [](Json* json) { (*json)["num_words"] = std::uint64_t{1} << 40; }},
      {"blocks is no array", [](Json* json) { (*json)["blocks"] = "none"; }},
      {"a block is no object", [](Json* json) { (*json)["blocks"][0] = 5; }},
      {"a block less", [](Json* json) { (*json)["blocks"].erase(1); }},
      {"blocks swapped", [](Json* json) { std::swap((*json)["blocks"][0], (*json)["blocks"][1]); }},
      {"no vocabulary", [](Json* json) { json->erase("vocabulary"); }},
      {"no text pipeline", [](Json* json) { json->erase("text_pipeline"); }},
      {"another text pipeline",
       [](Json* json) { (*json)["text_pipeline"]["checksum"] = "0123456789abcdef"; }},
      {"a file elsewhere", [](Json* json) { (*json)["vocabulary"]["file"] = "../vocabulary.bin"; }},
      {"another size", [](Json* json) { (*json)["vocabulary"]["bytes"] = 1; }},
      {"checksum is no checksum", [](Json* json) { (*json)["vocabulary"]["checksum"] = "xyz"; }},
      {"tokens moved between blocks",
       [](Json* json) {
         Json& blocks = (*json)["blocks"];
         blocks[0]["num_tokens"] = blocks[0]["num_tokens"].get<int>() + 1;
         blocks[1]["num_tokens"] = blocks[1]["num_tokens"].get<int>() - 1;
       }},
  };
  CheckRefused(changes);
}

TEST_CASE("a manifest with wrong growth levels is refused", "[corpus]") {
  const ManifestChanges changes = {
      {"no levels", [](Json* json) { json->erase("levels"); }},
      {"levels is no array", [](Json* json) { (*json)["levels"] = 4; }},
      {"an empty list of levels", [](Json* json) { (*json)["levels"] = Json::array(); }},
      {"a level is no object", [](Json* json) { (*json)["levels"][0] = 5; }},
      {"a level more, without documents",
       [](Json* json) {
         (*json)["levels"].push_back({{"num_documents", 0}, {"num_tokens", 0}});
       }},
      {"more levels than any document can have",
       [](Json* json) {
         const Json last = (*json)["levels"].back();
         (*json)["levels"].erase((*json)["levels"].size() - 1);
         while ((*json)["levels"].size() < 41) {
           (*json)["levels"].push_back({{"num_documents", 0}, {"num_tokens", 0}});
         }
         (*json)["levels"].push_back(last);
       }},
      {"shallow levels",
       [](Json* json) {
         (*json)["levels"] = Json::array({{{"num_documents", 5}, {"num_tokens", 10}}});
       }},
      {"a document less in a level",
       [](Json* json) {
         Json& number = (*json)["levels"][0]["num_documents"];
         number = number.get<int>() - 1;
       }},
      {"a token more in a level",
       [](Json* json) {
         Json& number = (*json)["levels"][0]["num_tokens"];
         number = number.get<int>() + 1;
       }},
      {"a token less in a level",
       [](Json* json) {
         Json& number = (*json)["levels"].back()["num_tokens"];
         number = number.get<int>() - 1;
       }},
      {"a level with huge counts",
       [](Json* json) { (*json)["levels"][0]["num_tokens"] = UINT64_MAX; }},
  };
  CheckRefused(changes);
}

TEST_CASE("a corpus of an older lightlda is refused with a word on what to do", "[corpus]") {
  TempDir dir;
  WriteSample(dir.File("c"));
  const std::string path = dir.File("c") + "/manifest.json";
  nlohmann::ordered_json json = *ReadManifest(path)->json;
  json["format_version"] = 1;
  REQUIRE(WriteManifest(path, json).ok());
  const Status status = ReadAll(dir.File("c"));
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message() == path + ": made by an older lightlda (format version 1, expected 2); " +
                                "preprocess the input again");
}

TEST_CASE("a text pipeline with right checksums but wrong content is refused", "[corpus]") {
  TempDir dir;
  const std::string corpus = dir.File("c");
  WriteSample(corpus);
  const std::string path = corpus + "/text_pipeline.json";
  nlohmann::ordered_json pipeline = *ReadManifest(path)->json;
  pipeline["format_version"] = 3;
  REQUIRE(WriteManifest(path, pipeline).ok());
  nlohmann::ordered_json manifest = *ReadManifest(corpus + "/manifest.json")->json;
  manifest["text_pipeline"] = StampToJson("text_pipeline.json", StampOfText(ReadText(path)));
  REQUIRE(WriteManifest(corpus + "/manifest.json", manifest).ok());
  CHECK(NamesFile(ReadAll(corpus), path));
}

TEST_CASE("a vocabulary with right checksums but wrong frequencies is refused", "[corpus]") {
  TempDir dir;
  const std::string corpus = dir.File("c");
  WriteSample(corpus);
  const std::vector<std::string> words = {"x", "yy", "zzz"};
  struct Case {
    std::vector<Count> tokens;
    std::vector<Count> documents;
    bool good;
  };
  // 10 tokens in 5 documents.
  const std::vector<Case> cases = {
      {{3, 3, 4}, {2, 3, 3}, true},   {{3, 3, 3}, {2, 3, 3}, false},
      {{3, 3, 5}, {2, 3, 3}, false},  {{3, -1, 8}, {2, -1, 3}, false},
      {{3, 3, 4}, {2, 3, -3}, false}, {{3, 1, 6}, {2, 3, 3}, false},
      {{3, 0, 7}, {2, 0, 6}, false},  {{INT64_MAX, INT64_MAX, 12}, {2, 3, 3}, false},
  };
  for (const Case& one : cases) {
    const auto stamp = WriteVocabularyFile(corpus + "/vocabulary.bin",
                                           Vocabulary(words, one.tokens, one.documents));
    REQUIRE(stamp.ok());
    auto manifest = ReadManifest(corpus + "/manifest.json");
    REQUIRE(manifest.ok());
    (*manifest->json)["vocabulary"] = StampToJson("vocabulary.bin", stamp.value());
    REQUIRE(WriteManifest(corpus + "/manifest.json", *manifest->json).ok());
    const Status status = ReadAll(corpus);
    INFO(status.message());
    CHECK(status.ok() == one.good);
    CHECK((one.good || NamesFile(status, corpus + "/vocabulary.bin")));
  }
}

// Documents by level: 5 documents of which the deepest comes first.
BlockFacts SampleFacts() {
  BlockFacts facts;
  facts.num_words = 3;
  facts.num_documents = 5;
  facts.num_tokens = 8;
  facts.first_document = 10;
  facts.max_level = 4;
  return facts;
}

BlockArrays SampleBlock() {
  const std::vector<WordId> tokens = {0, 1, 2, 0, 2, 2, 1, 0};
  const std::vector<std::uint32_t> offsets = {0, 4, 4, 7, 7, 8};
  return BuildBlock(SampleFacts(), /*seed=*/1, tokens, offsets);
}

// What opening the block says once it was written to `path` with right checksums.
Status WriteAndOpen(const std::string& path, const BlockArrays& block) {
  const auto stamp = WriteBlockFile(path, SampleFacts(), block);
  REQUIRE(stamp.ok());
  return OpenBlockFile(path, stamp.value(), SampleFacts()).status();
}

TEST_CASE("a block with right checksums but wrong content is refused", "[corpus]") {
  const std::vector<std::pair<std::string, std::function<void(BlockArrays*)>>> changes = {
      {"word_offsets start", [](BlockArrays* block) { block->word_offsets[0] = 1; }},
      {"word_offsets descend",
       [](BlockArrays* block) { std::swap(block->word_offsets[1], block->word_offsets[2]); }},
      {"word_offsets beyond the end", [](BlockArrays* block) { block->word_offsets[2] = 9; }},
      {"word_offsets end", [](BlockArrays* block) { block->word_offsets[3] = 7; }},
      {"document_offsets start", [](BlockArrays* block) { block->document_offsets[0] = 1; }},
      {"document_offsets beyond", [](BlockArrays* block) { block->document_offsets[2] = 4000; }},
      {"document_offsets end", [](BlockArrays* block) { block->document_offsets[5] = 7; }},
      {"position twice", [](BlockArrays* block) { block->positions[0] = block->positions[1]; }},
      {"position beyond", [](BlockArrays* block) { block->positions[3] = 8; }},
      {"positions of a word not by document",
       [](BlockArrays* block) {
         const auto first = std::ranges::find(block->positions, 0u);
         const auto last = std::ranges::find(block->positions, block->word_offsets[1] - 1);
         std::iter_swap(first, last);
       }},
      {"document twice",
       [](BlockArrays* block) { block->document_index[1] = block->document_index[0]; }},
      {"document before the block", [](BlockArrays* block) { block->document_index[0] = 9; }},
      {"document after the block", [](BlockArrays* block) { block->document_index[4] = 15; }},
      {"document far away", [](BlockArrays* block) { block->document_index[4] = UINT64_MAX; }},
      {"levels ascend", [](BlockArrays* block) { block->levels[4] = 4; }},
      {"level too deep", [](BlockArrays* block) { block->levels[0] = 5; }},
      {"equal levels out of order",
       [](BlockArrays* block) {
         std::ranges::fill(block->levels, 1);
         block->document_index = {14, 13, 12, 11, 10};
       }},
  };
  TempDir dir;
  const std::string path = dir.File("block");
  const BlockArrays good = SampleBlock();
  REQUIRE(WriteAndOpen(path, good).ok());
  for (const auto& [what, change] : changes) {
    BlockArrays bad = good;
    change(&bad);
    const Status status = WriteAndOpen(path, bad);
    INFO(what << ": " << status.message());
    CHECK(NamesFile(status, path));
  }
}

TEST_CASE("a block with any position in place of any other is refused", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("block");
  const BlockArrays good = SampleBlock();
  for (std::size_t i = 0; i < good.positions.size(); ++i) {
    for (std::size_t j = 0; j < good.positions.size(); ++j) {
      if (i == j) continue;
      BlockArrays twice = good;
      twice.positions[i] = good.positions[j];
      CHECK(NamesFile(WriteAndOpen(path, twice), path));
    }
  }
}

TEST_CASE("a block with arrays shorter than its counts is refused", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("block");
  BlockArrays bad = SampleBlock();
  bad.levels.pop_back();
  CHECK(NamesFile(WriteAndOpen(path, bad), path));
}

}  // namespace
}  // namespace lightlda
