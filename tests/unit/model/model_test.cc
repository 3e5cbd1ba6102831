// Model directories: what is saved is what is loaded; what is damaged is refused.
#include "lightlda/model.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/checksum.h"
#include "base/manifest.h"
#include "lightlda/corpus_builder.h"
#include "model/model_manifest.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::LoadAll;
using testing::ReadText;
using testing::ReadTree;
using testing::SampleModel;
using testing::SampleState;
using testing::WriteText;

void CheckRefused(const Status& status, const std::string& file) {
  REQUIRE_FALSE(status.ok());
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().find(file) != std::string::npos);
  CHECK(status.message().find('\n') == std::string::npos);
}

TEST_CASE("a loaded model has the tables, priors, progress and words it was saved with",
          "[model]") {
  SampleModel sample;
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(model->num_topics() == 5);
  CHECK(model->num_words() == 30);
  CHECK(model->num_tokens() == sample.corpus().num_tokens());
  CHECK(std::vector<double>(model->alpha().begin(), model->alpha().end()) ==
        std::vector<double>(5, 0.1));
  CHECK(model->beta() == 0.01);
  CHECK(model->model_hash() == sample.hash());
  CHECK(model->model_hash() == ToHex(sample.state().table().Hash()));
  CHECK(model->corpus_checksum() == sample.corpus().checksum());
  CHECK(model->corpus_directory() == fs::canonical(sample.corpus().directory()).string());
  CHECK(model->vocabulary().word(29) == "word29");
  CHECK(model->vocabulary().frequency(7) == sample.corpus().vocabulary().frequency(7));
  CHECK(std::ranges::equal(model->topic_totals(), sample.state().totals()));
  CHECK(model->active_level() == 0);
  CHECK(model->packed_bytes() == sample.state().table().PackedBytes());
  Count entries = 0;
  for (WordId word = 0; word < 30; ++word) {
    std::vector<TopicCount> expected;
    sample.state().table().GetRow(word, &expected);
    CHECK(model->WordRow(word) == expected);
    entries += static_cast<Count>(expected.size());
  }
  CHECK(model->num_entries() == entries);
  const ModelProgress& progress = model->progress();
  CHECK(progress.iteration == 7);
  CHECK(progress.num_iterations == 7);
  CHECK(progress.complete);
  CHECK(progress.active_documents == 5);
  CHECK(progress.active_tokens == 6);
  CHECK(progress.work == 1.5);
  CHECK(progress.seconds == 0.1);
  CHECK(progress.log_likelihood_per_token == -7.123456789012345);
}

TEST_CASE("the topics of every block come back, for 16-bit and 32-bit topics", "[model]") {
  for (const std::uint32_t num_topics : {5u, 65536u, 65537u}) {
    SampleModel sample(num_topics);
    REQUIRE(sample.corpus().blocks().size() > 2);
    auto model = Model::Load(sample.path());
    REQUIRE(model.ok());
    for (std::size_t block = 0; block < sample.corpus().blocks().size(); ++block) {
      auto topics = model->ReadTopics(sample.corpus(), block);
      REQUIRE(topics.ok());
      CHECK(*topics == sample.state().topics(block));
    }
  }
}

TEST_CASE("an asymmetric alpha is saved as a vector, a symmetric one as a number", "[model]") {
  SampleModel sample;
  CHECK(ReadText(sample.File("manifest.json")).find("\"alpha\": 0.1,") != std::string::npos);
  sample.state().snapshot().priors.alpha = {0.1, 0.2, 0.3, 0.4, 1.0 / 3};
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(std::ranges::equal(model->alpha(), sample.state().snapshot().priors.alpha));
}

TEST_CASE("tokens of documents that were not active have no topic", "[model]") {
  SampleModel sample(5, /*active_level=*/2);
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(model->active_level() == 2);
  CHECK(model->num_tokens() < sample.corpus().num_tokens());
  Count active_tokens = 0;
  for (std::size_t b = 0; b < sample.corpus().blocks().size(); ++b) {
    auto topics = model->ReadTopics(sample.corpus(), b);
    REQUIRE(topics.ok());
    auto block = sample.corpus().OpenBlock(b);
    REQUIRE(block.ok());
    for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
      const bool active = (*block)->levels[d] >= 2;
      for (auto i = (*block)->document_offsets[d]; i < (*block)->document_offsets[d + 1]; ++i) {
        const std::uint32_t position = (*block)->positions[i];
        active_tokens += active;
        const TopicId expected = active ? sample.state().topics(b)[position] : Model::kNoTopic;
        REQUIRE((*topics)[position] == expected);
      }
    }
  }
  CHECK(active_tokens == model->num_tokens());
}

TEST_CASE("what a file of an inactive document's topics holds does not depend on garbage",
          "[model]") {
  SampleModel sample(5, /*active_level=*/2);
  const std::string before = ReadText(sample.File("gen-000001/topics-00000.bin"));
  auto block = sample.corpus().OpenBlock(0);
  REQUIRE(block.ok());
  std::vector<TopicId> topics = sample.state().topics(0);
  for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
    if ((*block)->levels[d] >= 2) continue;
    for (auto i = (*block)->document_offsets[d]; i < (*block)->document_offsets[d + 1]; ++i) {
      topics[(*block)->positions[i]] = 0xFFFFFFFFu;
    }
  }
  const testing::TempDir directory;
  REQUIRE(SaveBlockTopics(directory.path(), **block, 2, 5, topics).ok());
  CHECK(ReadText(directory.path() + "/topics-00000.bin") == before);
}

TEST_CASE("top words are the most frequent of each topic, ties by id, with their probabilities",
          "[model]") {
  SampleModel sample;
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  const auto all = model->TopWords(1000);
  const auto top = model->TopWords(4);
  REQUIRE(all.size() == 5);
  for (TopicId topic = 0; topic < 5; ++topic) {
    double sum = 0;
    for (std::size_t i = 0; i < all[topic].size(); ++i) {
      const TopWord& word = all[topic][i];
      const auto row = model->WordRow(word.word);
      CHECK(std::ranges::find(row, TopicCount{topic, word.count}) != row.end());
      if (i > 0) {
        const TopWord& before = all[topic][i - 1];
        CHECK(
            (before.count > word.count || (before.count == word.count && before.word < word.word)));
      }
      sum += word.probability;
    }
    // Words without a token in the topic have the rest.
    const double rest = static_cast<double>(30 - all[topic].size());
    CHECK(sum + rest * model->Probability(topic, 0) == Approx(1.0).epsilon(1e-12));
    REQUIRE(top[topic].size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(top[topic][i].word == all[topic][i].word);
  }
  for (const auto& words : model->TopWords(0)) CHECK(words.empty());
}

TEST_CASE("a flipped bit anywhere in any file of a model is found and the file named", "[model]") {
  SampleModel sample;
  REQUIRE(LoadAll(sample.path(), sample.corpus()).ok());
  const auto files = ReadTree(sample.path());
  REQUIRE(files.size() > 6);
  for (const auto& [file, good] : files) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
      WriteText(sample.File(file), bad);
      INFO(file << " byte " << at);
      CheckRefused(LoadAll(sample.path(), sample.corpus()), file);
    }
    WriteText(sample.File(file), good);
  }
  CHECK(LoadAll(sample.path(), sample.corpus()).ok());
}

TEST_CASE("truncated, lengthened, missing and swapped files of a model are refused", "[model]") {
  SampleModel sample;
  const auto files = ReadTree(sample.path());
  for (const auto& [file, good] : files) {
    INFO(file);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, good.size() / 2, good.size() - 1}) {
      WriteText(sample.File(file), good.substr(0, size));
      CheckRefused(LoadAll(sample.path(), sample.corpus()), file);
    }
    if (file != "metrics.jsonl") {  // which grows while training goes on
      WriteText(sample.File(file), good + "x");
      CheckRefused(LoadAll(sample.path(), sample.corpus()), file);
    }
    fs::remove(sample.File(file));
    CheckRefused(LoadAll(sample.path(), sample.corpus()), file);
    for (const auto& [other, content] : files) {
      if (other == file) continue;
      WriteText(sample.File(file), content);
      CheckRefused(LoadAll(sample.path(), sample.corpus()), file);
    }
    WriteText(sample.File(file), good);
  }
  CHECK(LoadAll(sample.path(), sample.corpus()).ok());
}

// Changes the manifest and gives it a right checksum again: what a writer with a bug, or a person,
// could do.
Status LoadWithManifest(const SampleModel& sample,
                        const std::function<void(nlohmann::ordered_json*)>& change) {
  const std::string path = sample.File("manifest.json");
  const std::string good = ReadText(path);
  auto manifest = ReadManifest(path);
  REQUIRE(manifest.ok());
  change(manifest->json.get());
  REQUIRE(WriteManifest(path, *manifest->json).ok());
  const Status status = LoadAll(sample.path(), sample.corpus());
  WriteText(path, good);
  return status;
}

TEST_CASE("a manifest that lacks a member or lies in one is refused", "[model]") {
  using Json = nlohmann::ordered_json;
  SampleModel sample;
  const auto manifest = ReadManifest(sample.File("manifest.json"));
  REQUIRE(manifest.ok());
  for (const auto& [name, value] : manifest.value().json->items()) {
    if (name == "written_by") continue;
    INFO("without or with another " << name);
    CheckRefused(LoadWithManifest(sample, [&](Json* json) { json->erase(name); }), "manifest.json");
    CheckRefused(LoadWithManifest(sample, [&](Json* json) { (*json)[name] = nullptr; }),
                 "manifest.json");
    CheckRefused(LoadWithManifest(sample, [&](Json* json) { (*json)[name] = -1; }),
                 "manifest.json");
  }
  const std::vector<std::pair<const char*, Json>> lies = {{"/num_topics", 4},
                                                          {"/num_topics", 6},
                                                          {"/num_topics", 1u << 25},
                                                          {"/num_words", 29},
                                                          {"/num_words", 31},
                                                          {"/num_tokens", 1},
                                                          {"/beta", 0},
                                                          {"/alpha", Json::array({0.1})},
                                                          {"/corpus/checksum", "00"},
                                                          {"/model_hash", "0000000000000000"},
                                                          {"/generation", 2},
                                                          {"/metrics/bytes", 1},
                                                          {"/word_topic/bytes", 1},
                                                          {"/priors/bytes", 1},
                                                          {"/priors/file", "word_topic.bin"},
                                                          {"/alpha", 0.2},
                                                          {"/beta", 0.02},
                                                          {"/word_topic/file", "../word_topic.bin"},
                                                          {"/active_level", 63},
                                                          {"/topics/0/num_tokens", 1},
                                                          {"/format_version", 3},
                                                          {"/text_pipeline/bytes", 1},
                                                          {"/text_pipeline/file", "vocabulary.bin"},
                                                          {"/kind", "lightlda corpus"}};
  for (const auto& [pointer, value] : lies) {
    INFO(pointer << " = " << value.dump());
    const Status status =
        LoadWithManifest(sample, [&pointer = pointer, &value = value](Json* json) {
          (*json)[nlohmann::ordered_json::json_pointer(pointer)] = value;
        });
    REQUIRE_FALSE(status.ok());
    CHECK(status.code() == StatusCode::kBadInput);
  }
}

TEST_CASE("a model of an older lightlda is refused with a word on what to do", "[model]") {
  SampleModel sample;
  const Status status =
      LoadWithManifest(sample, [](nlohmann::ordered_json* json) { (*json)["format_version"] = 1; });
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message() == sample.File("manifest.json") +
                                ": made by an older lightlda (format version 1, expected 2); " +
                                "train the model again");
}

TEST_CASE("a model keeps the text pipeline of its corpus", "[model]") {
  SampleModel sample;
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(model->text_pipeline() == sample.corpus().text_pipeline());
  CHECK(model->text_pipeline() == ReadText(sample.File("text_pipeline.json")));
  CHECK(model->text_pipeline().find("\"bag_of_words\"") != std::string::npos);
}

TEST_CASE("the topics of another corpus are refused, naming both corpora", "[model]") {
  SampleModel sample;
  const Corpus other = testing::MakeCorpus(sample.dir().File("other"), testing::SampleWords(30),
                                           testing::SampleDocuments(61, 30));
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  const auto topics = model->ReadTopics(other, 0);
  REQUIRE_FALSE(topics.ok());
  CheckRefused(topics.status(), other.directory());
  CheckRefused(topics.status(), model->corpus_directory());
}

TEST_CASE("messages have a name for a corpus in memory", "[model]") {
  CorpusBuilder builder;
  REQUIRE(builder.AddWords("d", std::vector<std::string>{"word"}).ok());
  auto corpus = std::move(builder).Build();
  REQUIRE(corpus.ok());
  SampleModel sample;
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  const Status status = model->ReadTopics(*corpus, 0).status();
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().starts_with("a corpus in memory: corpus has checksum "));
}

TEST_CASE("lines may follow the metrics of the last save, of a finished model, too", "[model]") {
  for (const int active_level : {0, 1}) {
    SampleModel sample(5, active_level);
    const std::string metrics = ReadText(sample.File("metrics.jsonl"));
    WriteText(sample.File("metrics.jsonl"), metrics + "{}\n{");
    CHECK(LoadAll(sample.path(), sample.corpus()).ok());
    WriteText(sample.File("metrics.jsonl"), metrics.substr(0, metrics.size() - 1));
    CheckRefused(LoadAll(sample.path(), sample.corpus()), "metrics.jsonl");
  }
}

TEST_CASE("a directory that is no model is refused", "[model]") {
  testing::TempDir dir;
  CheckRefused(Model::Load(dir.path()).status(), "manifest.json");
  CheckRefused(Model::Load(dir.File("absent")).status(), dir.File("absent"));
}

}  // namespace
}  // namespace lightlda
