#include "train/schedule.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <vector>

namespace lightlda {
namespace {

// A corpus whose documents are alike, half of them of every level or a deeper one.
CorpusSize Halving(Count documents, Count tokens, int max_level, std::size_t num_words = 1) {
  CorpusSize size = {documents, tokens, {}, num_words};
  const auto documents_from = [&](int level) {
    return level > max_level ? 0 : (documents + (Count{1} << level) - 1) >> level;
  };
  const auto tokens_from = [&](int level) {
    const double share =
        static_cast<double>(documents_from(level)) / static_cast<double>(documents);
    return level == 0 ? tokens : static_cast<Count>(static_cast<double>(tokens) * share);
  };
  for (int level = 0; level <= max_level; ++level) {
    size.levels.push_back({documents_from(level) - documents_from(level + 1),
                           tokens_from(level) - tokens_from(level + 1)});
  }
  return size;
}

TrainConfig Config() {
  TrainConfig config;
  config.num_iterations = 20;
  return config;
}

TEST_CASE("growth doubles the documents up to all of them", "[train]") {
  const CorpusSize size = Halving(100'001, 7'287'020, 16);
  const auto stages = MakeSchedule(Config(), size);
  REQUIRE(stages.size() > 2);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    CHECK(stages[i].level == static_cast<int>(stages.size() - 1 - i));
    CHECK(stages[i].documents == (size.documents + (1 << stages[i].level) - 1) >> stages[i].level);
    CHECK(stages[i].iterations > 0);
  }
  CHECK(stages.back().documents == size.documents);
  CHECK(stages.back().tokens == size.tokens);
  CHECK(stages.back().iterations == 20);
}

TEST_CASE("no stage is too small to learn from", "[train]") {
  for (const CorpusSize& size : {Halving(10, 1000, 3), Halving(2410, 136'394, 11),
                                 Halving(3, 50'000'000, 1), Halving(1'000'000, 40'000, 19),
                                 Halving(1, 1, 0), Halving(2'000'000'000, 200'000'000'000, 30)}) {
    const auto stages = MakeSchedule(Config(), size);
    INFO(size.documents << " documents, " << size.tokens << " tokens");
    REQUIRE_FALSE(stages.empty());
    CHECK(stages.back().level == 0);
    if (stages.size() > 1) {
      CHECK(stages.front().documents >= 4);
      CHECK(stages.front().tokens >= 5'000);
      CHECK(stages.front().level < static_cast<int>(size.levels.size()));
    }
  }
}

// Iterations of the growth stages, deepest first.
using Iterations = std::vector<std::int64_t>;
Iterations GrowthIterations(std::uint32_t num_topics, const CorpusSize& size, int mh_steps) {
  TrainConfig config = Config();
  config.num_topics = num_topics;
  config.mh_steps = mh_steps;
  Iterations iterations;
  for (const auto& stage : MakeSchedule(config, size)) iterations.push_back(stage.iterations);
  iterations.pop_back();
  return iterations;
}

TEST_CASE("topics take shape in the largest stage of few tokens per topic", "[train]") {
  const CorpusSize large =
      Halving(527'036, 38'865'915, 20);  // stages end with 0.6, 1.2, 2.4, 4.9, 9.7, 19.4 million
  CHECK(GrowthIterations(1000, large, 3) == Iterations{8, 8, 8, 8, 8, 12, 16, 12, 4, 4, 4, 4});
  CHECK(GrowthIterations(1100, large, 3) == Iterations{8, 8, 8, 8, 8, 8, 12, 16, 12, 4, 4, 4});
  CHECK(GrowthIterations(100'000, large, 3) == Iterations{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 12, 16});
  CHECK(GrowthIterations(10, large, 3) == GrowthIterations(1000, large, 3));
  CHECK(GrowthIterations(1000, Halving(1500, 1'870'706, 2), 3) == Iterations{12, 16});
  const auto endless = GrowthIterations(2, Halving(2'000'000'000, 200'000'000'000, 30), 3);
  CHECK(std::ranges::count(endless, 16) == 1);
  CHECK(std::ranges::count(endless, 12) == 2);
  CHECK(endless.front() == 8);
  CHECK(endless.back() == 4);
}

TEST_CASE("alpha is learned unless it is given", "[train]") {
  TrainConfig config = Config();
  config.num_topics = 3;
  CHECK(StartAlpha(config) == 0.1);
  CHECK(OptimizeInterval(config) == 5);
  config.optimize_interval = 0;
  CHECK(OptimizeInterval(config) == 0);
  config.optimize_interval = -1;
  config.alpha = 0.3;
  CHECK(StartAlpha(config) == 0.3);
  CHECK(OptimizeInterval(config) == 0);
  config.alpha = 0;
  config.alpha_vector.assign(config.num_topics, 0.3);
  CHECK(OptimizeInterval(config) == 0);
  config.optimize_interval = 7;
  CHECK(OptimizeInterval(config) == 7);
}

TEST_CASE("growth has a larger alpha where documents are short", "[train]") {
  TrainConfig config = Config();
  config.num_topics = 1000;
  config.mh_steps = 3;
  const auto scales = [&config](Count tokens_per_document) {
    std::vector<double> found;
    const Count documents = 20'000;
    for (const auto& stage :
         MakeSchedule(config, Halving(documents, tokens_per_document * documents, 2, 10'000))) {
      found.push_back(stage.alpha_scale);
    }
    return found;
  };
  config.alpha = 0.04;
  CHECK(scales(320) == std::vector<double>{2.75, 2.75, 1});
  CHECK(scales(80) == std::vector<double>{5, 5, 1});
  CHECK(scales(40) == std::vector<double>{6, 6, 1});
  config.alpha_vector.assign(1000, 1.0 / 64);
  CHECK(scales(125) == std::vector<double>{2.75, 2.75, 1});
  config.mh_steps = 0;
  CHECK(scales(50) == std::vector<double>{1, 1, 1});
}

TEST_CASE("stages of full conditionals have fewer iterations where tokens are many", "[train]") {
  const CorpusSize large = Halving(527'036, 38'865'915, 20);
  CHECK(GrowthIterations(100, large, 0) == Iterations{8, 8, 8, 8, 8, 8, 8, 8, 8, 6, 5, 4});
  CHECK(GrowthIterations(100, Halving(100'001, 7'287'020, 16), 0) == Iterations(10, 8));
  const auto endless = GrowthIterations(2, Halving(2'000'000'000, 200'000'000'000, 30), 0);
  CHECK(std::ranges::is_sorted(endless, std::greater<>()));
  CHECK(endless.front() == 8);
  CHECK(endless.back() == 4);
}

TEST_CASE("full conditionals of long documents grow with larger priors, and fewer iterations",
          "[train]") {
  TrainConfig config = Config();
  config.num_topics = 100;
  config.beta = 0.01;
  // 499 and 500 tokens per document.
  const auto of_short = MakeSchedule(config, Halving(1500, 748'500, 10, 7605));
  const auto of_long = MakeSchedule(config, Halving(1500, 750'000, 10, 7605));
  REQUIRE(of_short.size() == of_long.size());
  for (std::size_t i = 0; i + 1 < of_short.size(); ++i) {
    CHECK(of_short[i].alpha_scale == 1);
    CHECK(of_long[i].alpha_scale == 2.2);
    CHECK(of_long[i].beta / of_short[i].beta == Approx(1.75 / 1.2).epsilon(0.002));
  }
  CHECK(of_long.back().alpha_scale == 1);
  CHECK(of_long.back().beta == 0.01);
  CHECK(of_long.back().level == 0);
  CHECK(GrowthIterations(100, Halving(1500, 750'000, 10), 0) ==
        Iterations(static_cast<int>(of_long.size()) - 1, 8));
  // More than 8,000 tokens per topic in the last stage.
  CHECK(GrowthIterations(100, Halving(1500, 1'870'706, 10), 0) ==
        Iterations{8, 8, 8, 8, 8, 8, 8, 4});
}

TEST_CASE("the prior of words grows with the stages and is the user's in the end", "[train]") {
  TrainConfig config = Config();
  for (const std::uint32_t num_topics : {100u, 1000u, 10'000u, 1'000'000u}) {
    for (const double beta : {0.001, 0.01, 0.5}) {
      config.num_topics = num_topics;
      config.beta = beta;
      const auto stages = MakeSchedule(config, Halving(527'036, 38'865'915, 20, 66'185));
      INFO(num_topics << " topics, beta " << beta);
      CHECK(stages.back().beta == beta);
      for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
        CHECK(stages[i].beta >= beta / 10.001);
        CHECK(stages[i].beta <= beta * (stages[i].mh_steps > 0 ? 6.001 : 10.001));
        if (i > 0) CHECK(stages[i].beta >= stages[i - 1].beta);
      }
    }
  }
  config.num_topics = 1000;
  config.beta = 0.01;
  // 1.2 sqrt(0.01 * 0.246) = 0.0595 for all documents, half of it for half of them, ...
  const auto nips = MakeSchedule(config, Halving(1500, 1'870'706, 10, 7605));
  CHECK(nips[nips.size() - 2].beta == Approx(0.0298).epsilon(0.01));
  CHECK(nips[nips.size() - 3].beta == Approx(0.0298 / 2).epsilon(0.01));
  // ... and twice that with 80 documents per topic.
  const auto many = MakeSchedule(config, Halving(80'000, 1'870'706, 10, 7605));
  CHECK(many[many.size() - 2].beta == Approx(0.0595).epsilon(0.01));
  config.growth_beta = 0.25;
  const auto set = MakeSchedule(config, Halving(1500, 1'870'706, 10, 7605));
  CHECK(set.front().beta == 0.25);
  CHECK(set[set.size() - 2].beta == 0.25);
  CHECK(set.back().beta == 0.01);
}

TEST_CASE("growth stages of settled topics have fewer proposals", "[train]") {
  TrainConfig config = Config();
  config.num_topics = 1000;
  std::vector<int> steps;
  for (const auto& stage : MakeSchedule(config, Halving(527'036, 38'865'915, 20, 66'185))) {
    steps.push_back(stage.mh_steps);
  }
  std::vector<int> expected(9, 3);
  expected.insert(expected.end(), {2, 2, 2, 3});
  CHECK(steps == expected);
}

TEST_CASE("few topics are drawn from full conditionals, if a table of all counts is small",
          "[train]") {
  const auto auto_steps = [](std::uint32_t num_topics, const CorpusSize& size) {
    TrainConfig config = Config();
    config.num_topics = num_topics;
    const auto stages = MakeSchedule(config, size);
    const int steps = stages.back().mh_steps;
    for (const auto& stage : stages) {
      CHECK((stage.mh_steps == 0) == (steps == 0));
    }
    return steps;
  };
  const CorpusSize nips = Halving(1500, 1'870'706, 10, 7605);
  CHECK(auto_steps(2, nips) == 0);
  CHECK(auto_steps(200, nips) == 0);
  CHECK(auto_steps(201, nips) == 3);
  // A million words of 112 counts: 233 MB, with less and with more than 2 bytes per token.
  CHECK(auto_steps(100, Halving(1'000'000, 116'000'000, 19, 1'000'000)) == 3);
  CHECK(auto_steps(100, Halving(1'000'000, 117'000'000, 19, 1'000'000)) == 0);
}

TEST_CASE("more topics than tokens in a stage do not change its size", "[train]") {
  TrainConfig config = Config();
  config.num_topics = 10'000'000;
  const auto stages = MakeSchedule(config, Halving(1500, 1'870'706, 10));
  REQUIRE(stages.size() == 9);
  CHECK(stages.front().tokens < config.num_topics);
  CHECK(stages.front().documents == 6);
}

TEST_CASE("a corpus of one document is one stage", "[train]") {
  for (const Count tokens : {Count{1}, Count{1'000'000'000}}) {
    const auto stages = MakeSchedule(Config(), Halving(1, tokens, 0));
    REQUIRE(stages.size() == 1);
    CHECK(stages[0].documents == 1);
    CHECK(stages[0].tokens == tokens);
    CHECK(stages[0].iterations == 20);
  }
}

TEST_CASE("what the user sets is kept", "[train]") {
  TrainConfig config = Config();
  config.growth_stages = 3;
  config.growth_iterations = 7;
  config.mh_steps = 5;
  auto stages = MakeSchedule(config, Halving(1000, 100'000, 9));
  REQUIRE(stages.size() == 4);
  for (const auto& stage : stages) CHECK(stage.mh_steps == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(stages[i].iterations == 7);
  config.growth_stages = 30;  // deeper than the corpus has levels
  CHECK(MakeSchedule(config, Halving(1000, 100'000, 9)).size() == 10);
  config.growth_stages = 0;
  CHECK(MakeSchedule(config, Halving(1000, 100'000, 9)).size() == 1);
}

TEST_CASE("levels that add no tokens are no stages", "[train]") {
  TrainConfig config = Config();
  config.growth_stages = 30;
  const auto levels = [&config](const std::vector<LevelInfo>& by_level) {
    CorpusSize size;
    size.levels = by_level;
    for (const LevelInfo& level : by_level) {
      size.documents += level.num_documents;
      size.tokens += level.num_tokens;
    }
    std::vector<int> found;
    Count tokens = 0;
    for (const auto& stage : MakeSchedule(config, size)) {
      CHECK(stage.tokens > tokens);
      tokens = stage.tokens;
      found.push_back(stage.level);
    }
    CHECK(tokens == size.tokens);
    return found;
  };
  CHECK(levels({{4, 40}, {2, 20}, {1, 10}}) == std::vector<int>{2, 1, 0});
  CHECK(levels({{4, 40}, {2, 20}, {1, 0}}) == std::vector<int>{1, 0});
  CHECK(levels({{4, 40}, {0, 0}, {0, 0}, {1, 10}}) == std::vector<int>{1, 0});
  CHECK(levels({{4, 40}, {3, 0}, {1, 10}}) == std::vector<int>{1, 0});
  CHECK(levels({{0, 0}, {0, 0}, {1, 10}}) == std::vector<int>{0});
  CHECK(levels({{3, 0}, {2, 10}}) == std::vector<int>{0});
}

TEST_CASE("how many stages there are follows the documents and tokens of the levels", "[train]") {
  const auto num_stages = [](const std::vector<LevelInfo>& by_level) {
    CorpusSize size;
    size.levels = by_level;
    for (const LevelInfo& level : by_level) {
      size.documents += level.num_documents;
      size.tokens += level.num_tokens;
    }
    return MakeSchedule(Config(), size).size();
  };
  CHECK(num_stages({{100, 50'000}, {4, 5'000}}) == 2);
  CHECK(num_stages({{100, 50'000}, {4, 4'999}}) == 1);
  CHECK(num_stages({{100, 50'000}, {3, 5'000}}) == 1);
  CHECK(num_stages({{100, 50'000}, {3, 5'000}, {4, 5'000}}) == 3);
}

TEST_CASE("counts may be stale where topics have many tokens", "[train]") {
  CHECK(UsableStaleness(4, 7.3e6, 100) == 4);
  CHECK(UsableStaleness(4, 7.3e6, 1000) == 0);
  CHECK(UsableStaleness(1, 38.9e6, 1000) == 1);
  CHECK(UsableStaleness(1, 2e11, 1'000'000) == 1);
  CHECK(UsableStaleness(0, 2e11, 10) == 0);
}

TEST_CASE("slices are pulled late where that makes them fresher", "[train]") {
  CHECK(SlicesAhead(12, ExchangeMode::kTwice) == 8);
  CHECK(SlicesAhead(12, ExchangeMode::kOnce) == 2);
  CHECK(SlicesAhead(1, ExchangeMode::kOnce) == 1);
  CHECK(SlicesAhead(3, ExchangeMode::kTwice) == 3);
  CHECK(SlicesAhead(1000, ExchangeMode::kOnce) == 8);
}

TEST_CASE("stages exchange twice while the model grows, and where nothing may be stale",
          "[train]") {
  PlanDetails plan;
  PlanDetails::Stage growth, last;
  growth.level = 2;
  CHECK(SettingsOf(plan, last).exchange == ExchangeMode::kNone);
  CHECK(SettingsOf(plan, growth).exchange == ExchangeMode::kNone);
  plan.num_shards = 2;
  CHECK(SettingsOf(plan, last).exchange == ExchangeMode::kTwice);
  plan.staleness = 1;
  CHECK(SettingsOf(plan, growth).exchange == ExchangeMode::kTwice);
  CHECK(SettingsOf(plan, last).exchange == ExchangeMode::kOnce);
  CHECK(SettingsOf(plan, last).fresh_iterations == 4);
  last.draws = Draws::kConditionals;
  CHECK(SettingsOf(plan, last).exchange == ExchangeMode::kOnce);
  CHECK(SettingsOf(plan, last).fresh_iterations == 10);
}

}  // namespace
}  // namespace lightlda
