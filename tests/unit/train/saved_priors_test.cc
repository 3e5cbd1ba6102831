// Priors are state: a run goes on with those of the generation it was saved in.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "base/manifest.h"
#include "corpus/corpus_format.h"
#include "lightlda/model.h"
#include "model/priors_file.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

// As if a run had learned `priors` by its first generation.
void ReplacePriors(const std::string& model, const Priors& priors) {
  const auto stamp = WritePriorsFile(model + "/gen-000001/priors.bin", priors);
  REQUIRE(stamp.ok());
  const std::string path = model + "/manifest.json";
  auto manifest = ReadManifest(path);
  REQUIRE(manifest.ok());
  nlohmann::ordered_json& json = *manifest->json;
  json["alpha"] = priors.alpha;
  json["beta"] = priors.beta;
  json["priors"] = StampToJson("priors.bin", stamp.value());
  REQUIRE(WriteManifest(path, json).ok());
}

// Trains, stops, takes other priors if any are given, and goes on to the end.
Model TrainInTwoParts(const std::string& corpus, const std::string& directory,
                      const Priors* between) {
  TrainConfig config = Config(corpus, directory);
  config.alpha = 0.2;
  config.num_iterations = 2;
  MustTrain(config);
  if (between != nullptr) ReplacePriors(directory, *between);
  config.num_iterations = 6;
  config.resume = Resume::kYes;
  MustTrain(config);
  auto model = Model::Load(directory);
  INFO(model.status().message());
  REQUIRE(model.ok());
  return std::move(model).value();
}

nlohmann::json SettingsOf(const Model& model) {
  return nlohmann::json::parse(model.manifest())["settings"];
}

TEST_CASE("a resumed run samples and saves with the priors of its generation", "[train]") {
  const TempDir dir;
  const std::string corpus = MakeCorpus(dir);
  const Model as_asked = TrainInTwoParts(corpus, dir.File("asked"), nullptr);
  CHECK(std::ranges::all_of(as_asked.alpha(), [](double alpha) { return alpha == 0.2; }));

  Priors learned = {std::vector<double>(12, 1.0 / 3), 0.07};
  learned.alpha[5] = 2.5;
  const Model model = TrainInTwoParts(corpus, dir.File("learned"), &learned);
  CHECK(std::ranges::equal(model.alpha(), learned.alpha));
  CHECK(model.beta() == learned.beta);
  CHECK(model.model_hash() != as_asked.model_hash());
  // What was asked for stays as it was.
  CHECK(SettingsOf(model) == SettingsOf(as_asked));
  CHECK(SettingsOf(model)["alpha"] == 0.2);

  // Beta alone and alpha alone make a difference.
  const Priors only_alpha = {learned.alpha, as_asked.beta()};
  const Priors only_beta = {std::vector<double>(12, 0.2), learned.beta};
  const Model with_alpha = TrainInTwoParts(corpus, dir.File("alpha"), &only_alpha);
  const Model with_beta = TrainInTwoParts(corpus, dir.File("beta"), &only_beta);
  CHECK(with_alpha.model_hash() != as_asked.model_hash());
  CHECK(with_beta.model_hash() != as_asked.model_hash());
  CHECK(with_alpha.model_hash() != model.model_hash());
  CHECK(with_beta.model_hash() != model.model_hash());
}

}  // namespace
}  // namespace lightlda
