// A model reads text as its corpus was read, once the corpus is gone.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "lightlda/model.h"
#include "text/text_pipeline.h"
#include "unit/ingest/preprocess_test_util.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using Words = std::vector<std::string>;

// One document per line: stop words, inflected forms, capitals, words beyond ASCII, short ones, and
// some that are in few documents.
std::string SomeText() {
  const Words pieces = {"The",        "the",
                        "of",         "Topics",
                        "topic's",    "modelling",
                        "Models",     "model",
                        "running",    "runs",
                        "a",          "x1",
                        "na\u00efve", "CAF\u00c9",
                        "\ufb01ne",   "don't",
                        "don\u2019t", "3.14",
                        "data-set",   "stars,",
                        "STAR.",      "\u0434\u043e\u043c",
                        "e.g.",       "galaxies"};
  std::mt19937 random(7);
  std::string text;
  for (int d = 0; d < 60; ++d) {
    for (auto length = 1 + random() % 25; length > 0; --length) {
      text += pieces[random() % pieces.size()] + " ";
    }
    text += "rare" + std::to_string(d / 3) + "\n";
  }
  return text;
}

// The smallest model of a corpus.
Model TrainAndLoad(const std::string& corpus, const std::string& directory) {
  TrainConfig config = Config(corpus, directory);
  config.num_topics = 2;
  config.num_iterations = 1;
  config.growth_stages = 0;
  MustTrain(config);
  auto model = Model::Load(directory);
  REQUIRE(model.ok());
  return std::move(model).value();
}

// Reads every line by what the model keeps.
std::vector<Words> ReadByModel(const Model& model, const std::string& text) {
  auto settings = ParseTextPipeline("text_pipeline", model.text_pipeline());
  REQUIRE(settings.ok());
  auto pipeline = TextPipeline::Create(std::make_shared<TextPipelineSettings>(settings.value()));
  REQUIRE(pipeline.ok());
  std::vector<Words> documents;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Words& words = documents.emplace_back();
    const Status status = (*pipeline)->Tokenize(line, [&](std::string_view word) {
      if (const auto id = model.vocabulary().Find(word)) {
        words.emplace_back(model.vocabulary().word(*id));
      }
    });
    REQUIRE(status.ok());
  }
  return documents;
}

TEST_CASE("a model reads the texts of its corpus to the corpus's tokens", "[train][text]") {
  const std::vector<std::pair<const char*, std::function<void(const TempDir&, PreprocessConfig*)>>>
      cases = {
          {"defaults", [](const TempDir&, PreprocessConfig*) {}},
          {"stop words",
           [](const TempDir& dir, PreprocessConfig* config) {
             WriteText(dir.File("stop"), "# mine\nStars\nNA\u00cfVE\n");
             config->stopwords = "en," + dir.File("stop");
           }},
          {"stemmer",
           [](const TempDir&, PreprocessConfig* config) { config->stemmer = "english"; }},
          {"length",
           [](const TempDir&, PreprocessConfig* config) { config->min_token_length = 5; }},
          {"vocabulary",
           [](const TempDir& dir, PreprocessConfig* config) {
             WriteText(dir.File("vocab"), "stars\nabsent\nModels\nmodel\na\nrare7\n");
             config->vocab_file = dir.File("vocab");
           }},
          {"all",
           [](const TempDir& dir, PreprocessConfig* config) {
             WriteText(dir.File("vocab"), "star\nabsent\nmodel\na\ncaf\u00e9\nmodels\ntopic\n");
             WriteText(dir.File("stop"), "modelling\n");
             config->vocab_file = dir.File("vocab");
             config->stopwords = dir.File("stop");
             config->stemmer = "english";
             config->min_token_length = 2;
           }},
      };
  const std::string text = SomeText();
  for (const auto& [what, change] : cases) {
    INFO(what);
    TempDir dir;
    WriteText(dir.File("text"), text);
    PreprocessConfig config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
    change(dir, &config);
    REQUIRE(Preprocess(config).ok());
    std::vector<Words> expected;
    for (const NamedDocument& document : ReadDocuments(config.output)) {
      expected.push_back(document.words);
    }
    const Model model = TrainAndLoad(config.output, dir.File("model"));
    std::filesystem::remove_all(config.output);
    for (const char* file : {"text", "stop", "vocab"}) std::filesystem::remove(dir.File(file));
    REQUIRE(expected.size() == 60);
    CHECK(ReadByModel(model, text) == expected);
  }
}

TEST_CASE("a model of bags of words says that it has no text to read", "[train][text]") {
  TempDir dir;
  const Model model = TrainAndLoad(MakeCorpus(dir), dir.File("model"));
  auto settings = ParseTextPipeline("f", model.text_pipeline());
  REQUIRE(settings.ok());
  CHECK(settings->input == TextPipelineSettings::Input::kBagOfWords);
  CHECK(settings->words == TextPipelineSettings::Words::kNumbers);
  CHECK(settings->first_number == 0);
}

}  // namespace
}  // namespace lightlda
