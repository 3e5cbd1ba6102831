// Saving: generations, what survives a failed or killed save, what resuming reads.
#include "model/model_writer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "base/checksum.h"
#include "base/file.h"
#include "model/saved_run.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::LoadAll;
using testing::ReadText;
using testing::SampleModel;
using testing::SampleState;
using testing::WriteText;

std::set<std::string> NamesIn(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

TEST_CASE("the newest two generations are kept, and either manifest loads", "[model]") {
  SampleModel sample;
  CHECK(NamesIn(sample.path()) == std::set<std::string>{"gen-000001", "manifest.json",
                                                        "metrics.jsonl", "text_pipeline.json",
                                                        "vocabulary.bin"});
  std::vector<std::string> hashes = {sample.hash()};
  for (std::uint32_t seed = 2; seed <= 4; ++seed) {
    SampleState state(sample.corpus(), 5, seed);
    auto hash = SaveModel(sample.path(), state.snapshot());
    REQUIRE(hash.ok());
    hashes.push_back(*hash);
  }
  CHECK(NamesIn(sample.path()) == std::set<std::string>{"gen-000003", "gen-000004", "manifest.json",
                                                        "manifest.prev.json", "metrics.jsonl",
                                                        "text_pipeline.json", "vocabulary.bin"});
  auto newest = Model::Load(sample.path());
  REQUIRE(newest.ok());
  CHECK(newest->model_hash() == hashes[3]);
  fs::copy_file(sample.File("manifest.prev.json"), sample.File("manifest.json"),
                fs::copy_options::overwrite_existing);
  REQUIRE(LoadAll(sample.path(), sample.corpus()).ok());
  auto previous = Model::Load(sample.path());
  REQUIRE(previous.ok());
  CHECK(previous->model_hash() == hashes[2]);
}

TEST_CASE("a save after a corrupted manifest keeps the valid one before it", "[model]") {
  SampleModel sample;
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  const std::string previous = ReadText(sample.File("manifest.prev.json"));
  WriteText(sample.File("manifest.json"), "{}\n");
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  CHECK(ReadText(sample.File("manifest.prev.json")) == previous);
  CHECK(NamesIn(sample.path()).contains("gen-000001"));
  CHECK(NamesIn(sample.path()).contains("gen-000003"));
  CHECK(LoadAll(sample.path(), sample.corpus()).ok());
}

TEST_CASE("a save that was killed leaves the model valid and is cleared by the next", "[model]") {
  SampleModel sample;
  fs::create_directory(sample.File("gen-000002"));
  WriteText(sample.File("gen-000002/word_topic.bin"), "partial");
  WriteText(sample.File("manifest.json.tmp"), "partial");
  WriteText(sample.File("vocabulary.bin.tmp"), "partial");
  REQUIRE(LoadAll(sample.path(), sample.corpus()).ok());
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  CHECK(NamesIn(sample.path()) == std::set<std::string>{"gen-000001", "gen-000003", "manifest.json",
                                                        "manifest.prev.json", "metrics.jsonl",
                                                        "text_pipeline.json", "vocabulary.bin"});
  CHECK(LoadAll(sample.path(), sample.corpus()).ok());
}

TEST_CASE("a save that fails at any step is kCannotWrite and leaves the one before", "[model]") {
  // A directory in the place of a file makes each step fail, for root too.
  for (const std::string blocker : {"vocabulary.bin.tmp", "text_pipeline.json.tmp",
                                    "manifest.prev.json.tmp", "manifest.json.tmp"}) {
    SampleModel sample;
    fs::create_directories(sample.File(blocker + "/x"));
    SampleState state(sample.corpus(), 5, 2);
    auto hash = SaveModel(sample.path(), state.snapshot());
    INFO(blocker);
    REQUIRE_FALSE(hash.ok());
    CHECK(hash.status().code() == StatusCode::kCannotWrite);
    CHECK(hash.status().message().find(blocker) != std::string::npos);
    CHECK_FALSE(NamesIn(sample.path()).contains("gen-000002"));
    REQUIRE(LoadAll(sample.path(), sample.corpus()).ok());
    CHECK(Model::Load(sample.path())->model_hash() == sample.hash());
  }
}

TEST_CASE("a process killed while it saves leaves a model that loads", "[model]") {
  SampleModel sample;
  SampleState other(sample.corpus(), 5, 2);
  const std::set<std::string> hashes = {sample.hash(), ToHex(other.table().Hash())};
  for (int kill = 0; kill < 25; ++kill) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) {
        (void)SaveModel(sample.path(), other.snapshot());
        (void)SaveModel(sample.path(), sample.state().snapshot());
      }
    }
    REQUIRE(child > 0);
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 700 * kill));
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    REQUIRE(LoadAll(sample.path(), sample.corpus()).ok());
    CHECK(hashes.contains(Model::Load(sample.path())->model_hash()));
  }
}

TEST_CASE("a save without metrics is kCannotWrite", "[model]") {
  SampleModel sample;
  fs::remove(sample.File("metrics.jsonl"));
  auto hash = SaveModel(sample.path(), sample.state().snapshot());
  REQUIRE_FALSE(hash.ok());
  CHECK(hash.status().code() == StatusCode::kCannotWrite);
  CHECK(hash.status().message().find("metrics.jsonl") != std::string::npos);
}

TEST_CASE("equal models are saved to equal files", "[model]") {
  SampleModel a;
  SampleModel b;
  for (const std::string file :
       {"gen-000001/word_topic.bin", "gen-000001/priors.bin", "gen-000001/topics-00001.bin",
        "vocabulary.bin", "text_pipeline.json"}) {
    CHECK(ReadText(a.File(file)) == ReadText(b.File(file)));
  }
}

TEST_CASE("every generation has priors of its own", "[model]") {
  SampleModel sample;
  const Priors first = sample.state().snapshot().priors;
  const Priors second = {{0.5, 0.1, 1.0 / 3, 0.2, 7}, 0.03};
  sample.state().snapshot().priors = second;
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  CHECK(ReadSavedRun(sample.path()).value().priors == second);
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(std::ranges::equal(model->alpha(), second.alpha));
  CHECK(model->beta() == second.beta);
  fs::copy_file(sample.File("manifest.prev.json"), sample.File("manifest.json"),
                fs::copy_options::overwrite_existing);
  CHECK(ReadSavedRun(sample.path()).value().priors == first);
  model = Model::Load(sample.path());
  REQUIRE(model.ok());
  CHECK(std::ranges::equal(model->alpha(), first.alpha));
  CHECK(model->beta() == first.beta);
}

TEST_CASE("a saved run gives back settings, progress and the length of its metrics", "[model]") {
  SampleModel sample(5, /*active_level=*/1);
  const auto run = ReadSavedRun(sample.path());
  REQUIRE(run.ok());
  CHECK(run.value().settings == sample.state().snapshot().settings);
  CHECK(run.value().active_level == 1);
  CHECK(run.value().progress.iteration == 7);
  CHECK_FALSE(run.value().progress.complete);
  CHECK(run.value().metrics_bytes == ReadText(sample.File("metrics.jsonl")).size());
  CHECK_FALSE(ReadSavedRun(sample.dir().File("absent")).ok());
}

}  // namespace
}  // namespace lightlda
