// Metadata are for who looks at a model: training gives the same one with them and without.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "corpus/corpus_writer.h"
#include "lightlda/trainer.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::DrawPlanted;
using testing::TempDir;

std::string MustTrainHash(const std::string& corpus, const std::string& model) {
  TrainConfig config;
  config.corpus = corpus;
  config.model = model;
  config.num_topics = 6;
  config.num_iterations = 4;
  config.num_threads = 1;
  const auto result = Train(config);
  INFO(result.status().message());
  REQUIRE(result.ok());
  return result.value().model_hash;
}

TEST_CASE("training does not read metadata", "[train]") {
  TempDir dir;
  std::vector<std::string> words;
  for (int i = 0; i < 60; ++i) words.push_back("w" + std::to_string(i));
  std::vector<CorpusDocument> documents;
  for (auto& tokens : DrawPlanted(300, 40, 60, 6, /*seed=*/3)) {
    documents.push_back({"d", std::move(tokens), {}});
  }
  REQUIRE(WriteCorpus(dir.File("without"), words, documents, 1, 3000).ok());
  MetadataSchema schema;
  schema.fields = {{"label", MetadataType::kCategory, "label"}};
  schema.snippet_bytes = 10;
  for (CorpusDocument& document : documents) document.metadata = {{"red"}, "snippet"};
  REQUIRE(WriteCorpus(dir.File("with"), words, documents, 1, 3000, schema).ok());
  const std::string expected = MustTrainHash(dir.File("without"), dir.File("m1"));
  CHECK(MustTrainHash(dir.File("with"), dir.File("m2")) == expected);
  // Not even opened.
  std::filesystem::remove(dir.File("with/metadata.bin"));
  std::filesystem::remove(dir.File("with/meta-00000.bin"));
  CHECK(MustTrainHash(dir.File("with"), dir.File("m3")) == expected);
}

}  // namespace
}  // namespace lightlda
