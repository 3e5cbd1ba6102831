// What is kept of a run's settings, what its processes share, and what it may go on under.
#include "train/settings.h"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "train/initial_topics.h"

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;

struct Run {
  TrainConfig config;
  PlanDetails plan;
  std::string corpus = "00";
  RunSettings settings() const { return RunSettings(config, plan, corpus); }
};

Run SomeRun() {
  Run run;
  run.config.model = "m";
  run.config.num_topics = 10;
  run.plan.stages = {{.level = 1, .iterations = 3, .mh_steps = 2, .beta = 0.5, .alpha_scale = 2},
                     {.level = 0, .iterations = 9, .mh_steps = 4, .beta = 0.01}};
  run.plan.num_threads = 3;
  run.plan.staleness = 1;
  return run;
}

using Change = std::function<void(Run*)>;
using Changes = std::vector<std::pair<const char*, Change>>;

// By name; each changes one setting.
const Changes& Deciding() {
  static const Changes changes = {
      {"num_topics", [](Run* run) { run->config.num_topics = 11; }},
      {"alpha", [](Run* run) { run->config.alpha = 0.2; }},
      {"alpha", [](Run* run) { run->config.alpha_vector.assign(10, 0.3); }},
      {"beta", [](Run* run) { run->config.beta = 0.02; }},
      {"initial_topics",
       [](Run* run) {
         run->plan.initial = std::make_shared<const InitialTopics>(
             InitialTopics{WordPrior(1, 10, false), {}, {}, {}, {}, "0123456789abcdef"});
       }},
      {"optimize_interval", [](Run* run) { run->config.optimize_interval = 6; }},
      {"seed", [](Run* run) { run->config.seed = 2; }},
      {"growth", [](Run* run) { run->plan.stages[0].beta = 0.6; }},
      {"growth", [](Run* run) { run->plan.stages.erase(run->plan.stages.begin()); }},
      {"mh_steps", [](Run* run) { run->plan.stages[1].mh_steps = 5; }}};
  return changes;
}

const Changes& Shared() {
  static const Changes changes = {
      {"num_iterations", [](Run* run) { run->config.num_iterations = 200; }},
      {"likelihood_interval", [](Run* run) { run->config.likelihood_interval = 1; }},
      {"num_workers", [](Run* run) { run->plan.num_workers = 2; }},
      {"staleness", [](Run* run) { run->plan.staleness = 0; }},
      {"corpus", [](Run* run) { run->corpus = "01"; }},
      {"model", [](Run* run) { run->config.model = "n"; }},
      {"preview_interval", [](Run* run) { run->config.preview_interval = 7; }},
      {"checkpoint_minutes", [](Run* run) { run->config.checkpoint_minutes = 1; }},
      {"resume", [](Run* run) { run->config.resume = Resume::kAuto; }}};
  return changes;
}

TEST_CASE("a model keeps the settings of its run, as they were asked for", "[train]") {
  Run run = SomeRun();
  const Json expected = {{"num_topics", 10},
                         {"alpha", 0.1},
                         {"initial_topics", ""},
                         {"beta", 0.01},
                         {"optimize_interval", 5},
                         {"seed", 1},
                         {"growth", Json::array({{{"level", 1},
                                                  {"iterations", 3},
                                                  {"mh_steps", 2},
                                                  {"beta", 0.5},
                                                  {"alpha_scale", 2.0}}})},
                         {"mh_steps", 4},
                         {"num_iterations", "auto"},
                         {"likelihood_interval", 5},
                         {"num_threads", 3},
                         {"num_workers", 1},
                         {"staleness", 1}};
  CHECK(run.settings().ToJson() == expected.dump());
  run.config.alpha_vector.assign(10, 0.25);
  const Json given = Json::parse(run.settings().ToJson());
  CHECK(given["alpha"] == Json(run.config.alpha_vector));
  CHECK(given["optimize_interval"] == 0);
}

TEST_CASE("a run goes on only if what decides its result is as it was", "[train]") {
  const std::string saved = SomeRun().settings().ToJson();
  CHECK(SomeRun().settings().CheckResumable(saved).ok());
  for (const auto& [name, change] : Deciding()) {
    Run other = SomeRun();
    change(&other);
    const Status status = other.settings().CheckResumable(saved);
    INFO(name << ": " << status.message());
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(status.message().starts_with(std::string("cannot resume: ") + name + " of "));
  }
  for (const auto& [name, change] : Shared()) {
    Run other = SomeRun();
    change(&other);
    INFO(name);
    CHECK(other.settings().CheckResumable(saved).ok());
  }
  Json without = Json::parse(saved);
  without.erase("seed");
  CHECK(SomeRun().settings().CheckResumable(without.dump()).message() ==
        "cannot resume: seed of the saved run is missing, asked for is 1");
  Run other = SomeRun();
  other.config.beta = 0.5;
  CHECK(other.settings().CheckResumable(saved).message() ==
        "cannot resume: beta of the saved run is 0.01, asked for is 0.5");
  other.config.alpha_vector.assign(100'000, 0.5);  // a message is read by people
  CHECK(other.settings().CheckResumable(saved).message().size() < 1000);
}

TEST_CASE("processes go on together only if what they must share is equal", "[train]") {
  const std::string mine = SomeRun().settings().Fingerprint();
  CHECK(SomeRun().settings().Fingerprint() == mine);
  for (const Changes* changes : {&Deciding(), &Shared()}) {
    for (const auto& [name, change] : *changes) {
      Run other = SomeRun();
      change(&other);
      INFO(name);
      CHECK(other.settings().Fingerprint() != mine);
    }
  }
  Run other = SomeRun();
  other.plan.num_threads = 1;
  other.config.scratch_directory = "/elsewhere";
  CHECK(other.settings().Fingerprint() == mine);
}

TEST_CASE("a name that is not UTF-8 is no reason to fail", "[train]") {
  Run run = SomeRun();
  run.config.model = "m\xff";
  CHECK(Json::parse(run.settings().Fingerprint())["model"] == "m\ufffd");
}

}  // namespace
}  // namespace lightlda
