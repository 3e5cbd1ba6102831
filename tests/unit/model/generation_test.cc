// Going back: a generation that is damaged is not used if the one before is whole.
#include "model/generation.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/manifest.h"
#include "model/saved_run.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::Must;
using testing::ReadText;
using testing::ReadTree;
using testing::SampleModel;
using testing::SampleState;
using testing::WriteText;

// A model directory with two generations: of iteration 7 and, with more metrics, of iteration 8.
struct TwoGenerations {
  explicit TwoGenerations(int active_level = 0) : sample(5, active_level) {
    WriteText(sample.File("metrics.jsonl"), ReadText(sample.File("metrics.jsonl")) + "{\"8\":8}\n");
    SampleState state(sample.corpus(), 5, /*seed=*/2, active_level);
    state.snapshot().progress.iteration = 8;
    newest = Must(SaveModel(sample.path(), state.snapshot()));
  }
  std::string File(const std::string& name) const { return sample.File(name); }

  SampleModel sample;  // its hash is that of the first
  std::string newest;
};

using Damage = std::function<void(const std::string& path)>;

struct NamedDamage {
  std::string name;
  Damage apply;
};

const std::vector<NamedDamage> kDamages = {
    {"missing", [](const std::string& path) { fs::remove(path); }},
    {"empty", [](const std::string& path) { WriteText(path, ""); }},
    {"last byte gone",
     [](const std::string& path) { fs::resize_file(path, fs::file_size(path) - 1); }},
    {"a byte flipped", [](const std::string& path) {
       std::string content = ReadText(path);
       content[content.size() / 2] ^= 0x10;
       WriteText(path, content);
     }}};

TEST_CASE("where a file of the newest generation is damaged the one before is used", "[model]") {
  for (const std::string file : {"manifest.json", "gen-000002/word_topic.bin",
                                 "gen-000002/priors.bin", "gen-000002/topics-00001.bin"}) {
    for (const NamedDamage& damage : kDamages) {
      CAPTURE(file, damage.name);
      TwoGenerations model;
      damage.apply(model.File(file));
      const auto before = ReadTree(model.sample.path());
      const Model loaded = Must(Model::Load(model.sample.path(), /*with_topics=*/true));
      CHECK(loaded.model_hash() == model.sample.hash());
      CHECK(loaded.progress().iteration == 7);
      const std::string& warning = loaded.load_warning();
      CHECK(warning.starts_with(model.File(file) + ": "));
      CHECK(warning.ends_with("; used instead: the generation before, of iteration 7"));
      CHECK(warning.find('\n') == std::string::npos);
      CHECK(Must(loaded.ReadTopics(model.sample.corpus(), 1)) == model.sample.state().topics(1));

      const SavedRun run = Must(ReadSavedRun(model.sample.path()));
      CHECK(run.manifest_file == "manifest.prev.json");
      CHECK(run.progress.iteration == 7);
      CHECK(run.model->load_warning() == warning);
      CHECK(run.metrics_bytes < ReadText(model.File("metrics.jsonl")).size());
      CHECK(ReadTree(model.sample.path()) == before);
    }
  }
}

TEST_CASE("a whole newest generation is used, and nothing is said", "[model]") {
  TwoGenerations model;
  CHECK(Must(Model::Load(model.sample.path(), true)).model_hash() == model.newest);
  CHECK(Must(Model::Load(model.sample.path(), true)).load_warning().empty());
  CHECK(Must(ReadSavedRun(model.sample.path())).manifest_file == "manifest.json");
  // Damage to the one before is nothing to somebody who does not need it.
  fs::remove_all(model.File("gen-000001"));
  WriteText(model.File("manifest.prev.json"), "{}");
  CHECK(Must(Model::Load(model.sample.path(), true)).load_warning().empty());
}

TEST_CASE("who reads tables alone does not mind damaged topics", "[model]") {
  TwoGenerations model;
  fs::remove(model.File("gen-000002/topics-00001.bin"));
  const Model loaded = Must(Model::Load(model.sample.path()));
  CHECK(loaded.model_hash() == model.newest);
  CHECK(loaded.load_warning().empty());
}

TEST_CASE("metrics of the newest generation alone are damaged: the one before is used", "[model]") {
  TwoGenerations model;
  fs::resize_file(model.File("metrics.jsonl"), fs::file_size(model.File("metrics.jsonl")) - 1);
  CHECK(Must(Model::Load(model.sample.path())).model_hash() == model.sample.hash());
}

TEST_CASE("where no generation is whole both are named, and nothing is changed", "[model]") {
  for (const std::string file : {"manifest.json", "gen-000002/word_topic.bin"}) {
    for (const std::string other : {"manifest.prev.json", "gen-000001/topics-00000.bin"}) {
      TwoGenerations model;
      WriteText(model.File(file), "x");
      WriteText(model.File(other), "y");
      const auto before = ReadTree(model.sample.path());
      for (const Status& status : {Model::Load(model.sample.path(), true).status(),
                                   ReadSavedRun(model.sample.path()).status()}) {
        INFO(status.message());
        CHECK(status.code() == StatusCode::kBadInput);
        CHECK(status.message().starts_with(model.File(file) + ": "));
        CHECK(status.message().find("; nor is the generation before whole: " + model.File(other)) !=
              std::string::npos);
      }
      CHECK(ReadTree(model.sample.path()) == before);
    }
  }
  // What both have is named once.
  TwoGenerations model;
  fs::remove(model.File("vocabulary.bin"));
  const Status status = Model::Load(model.sample.path()).status();
  CHECK(status.message().starts_with(model.File("vocabulary.bin") + ": "));
  CHECK(status.message().find("nor is") == std::string::npos);
}

TEST_CASE("without a generation before, damage is an error", "[model]") {
  SampleModel sample;
  WriteText(sample.File("manifest.json"), "{}\n");
  const Status status = Model::Load(sample.path()).status();
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().starts_with(sample.File("manifest.json") + ": "));
  CHECK(status.message().find("generation before") == std::string::npos);
}

TEST_CASE("a manifest that is whole, but of another version, is no reason to go back", "[model]") {
  TwoGenerations model;
  const std::string path = model.File("manifest.json");
  const Manifest manifest = Must(ReadManifest(path));
  (*manifest.json)["format_version"] = 3;
  Must(WriteManifest(path, *manifest.json));
  const Status status = Model::Load(model.sample.path()).status();
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().starts_with(path + ": "));
  CHECK(status.message().find("version 3") != std::string::npos);
}

TEST_CASE("after going back, saves keep the generation that was gone back to", "[model]") {
  TwoGenerations model;
  WriteText(model.File("gen-000002/word_topic.bin"), "x");
  Must(GoBackTo(model.sample.path(), Must(ReadSavedRun(model.sample.path())).manifest_file));
  const Model back = Must(Model::Load(model.sample.path(), true));
  CHECK(back.model_hash() == model.sample.hash());
  CHECK(back.load_warning().empty());
  SampleState state(model.sample.corpus(), 5, /*seed=*/3);
  const std::string third = Must(SaveModel(model.sample.path(), state.snapshot()));
  CHECK(Must(Model::Load(model.sample.path(), true)).model_hash() == third);
  CHECK(fs::exists(model.File("gen-000001")));
  CHECK_FALSE(fs::exists(model.File("gen-000002")));
  fs::remove(model.File("manifest.json"));
  CHECK(Must(Model::Load(model.sample.path(), true)).model_hash() == model.sample.hash());
}

TEST_CASE("a reader takes a save that comes between for what it is, not for damage", "[model]") {
  TwoGenerations model;
  int saves = 0;
  std::string newest;
  // Two saves remove what the manifest that was read names.
  const auto use = [&](Generation generation) -> Status {
    for (; saves < 2; ++saves) {
      SampleState state(model.sample.corpus(), 5, /*seed=*/10u + static_cast<std::uint32_t>(saves));
      newest = Must(SaveModel(model.sample.path(), state.snapshot()));
    }
    CHECK(generation.warning.empty());
    CHECK(generation.manifest_file == "manifest.json");
    const std::string name = GenerationName(generation.manifest.fields.generation);
    if (!fs::exists(model.File(name))) return Status::BadInput(name + ": gone");
    CHECK(generation.manifest.fields.model_hash == newest);
    return {};
  };
  Must(UseNewestGeneration(model.sample.path(), use));
}

}  // namespace
}  // namespace lightlda
