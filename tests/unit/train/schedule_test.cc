#include "train/schedule.h"

#include <catch2/catch.hpp>
#include <numeric>

namespace lightlda {
namespace {

TrainConfig Config() {
  TrainConfig config;
  config.num_iterations = 20;
  return config;
}

TEST_CASE("growth doubles the documents up to all of them", "[train]") {
  const CorpusSize size = {100'001, 7'287'020, 16};
  const auto stages = MakeSchedule(Config(), size);
  REQUIRE(stages.size() > 2);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    CHECK(stages[i].level == static_cast<int>(stages.size() - 1 - i));
    CHECK(stages[i].documents == (size.documents + (1 << stages[i].level) - 1) >> stages[i].level);
    CHECK(stages[i].iterations > 0);
    CHECK(stages[i].mh_steps > 0);
  }
  CHECK(stages.back().documents == size.documents);
  CHECK(stages.back().tokens == size.tokens);
  CHECK(stages.back().iterations == 20);
}

TEST_CASE("no stage is too small to learn from", "[train]") {
  for (const CorpusSize size :
       {CorpusSize{10, 1000, 3}, CorpusSize{2410, 136'394, 11}, CorpusSize{3, 50'000'000, 1},
        CorpusSize{1'000'000, 40'000, 19}, CorpusSize{1, 1, 0},
        CorpusSize{2'000'000'000, 200'000'000'000, 30}}) {
    const auto stages = MakeSchedule(Config(), size);
    INFO(size.documents << " documents, " << size.tokens << " tokens");
    REQUIRE_FALSE(stages.empty());
    CHECK(stages.back().level == 0);
    if (stages.size() > 1) {
      CHECK(stages.front().documents >= 32);
      CHECK(stages.front().tokens >= 50'000);
      CHECK(stages.front().level <= size.max_level);
    }
  }
}

TEST_CASE("what the user sets is kept", "[train]") {
  TrainConfig config = Config();
  config.growth_stages = 3;
  config.growth_iterations = 7;
  config.mh_steps = 5;
  auto stages = MakeSchedule(config, {1000, 100'000, 9});
  REQUIRE(stages.size() == 4);
  for (const auto& stage : stages) CHECK(stage.mh_steps == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(stages[i].iterations == 7);
  config.growth_stages = 30;  // deeper than the corpus has levels
  CHECK(MakeSchedule(config, {1000, 100'000, 9}).size() == 10);
  config.growth_stages = 0;
  CHECK(MakeSchedule(config, {1000, 100'000, 9}).size() == 1);
}

}  // namespace
}  // namespace lightlda
