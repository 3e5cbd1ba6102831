// Corpora too large to be made here: their schedule and the limits that apply.
#include "train/plan.h"

#include <catch2/catch.hpp>
#include <string>

#include "train/schedule.h"

namespace lightlda {
namespace {

TEST_CASE("a schedule of 200 billion tokens keeps its counts", "[train][large]") {
  constexpr Count kTokens = 200'000'000'000;
  constexpr Count kDocuments = 1'200'000'000;
  TrainConfig config;
  config.num_topics = 1'000'000;
  CorpusSize size = {kDocuments, kTokens, {}};
  for (int level = 0; level <= 30; ++level) {
    const int next = level < 30 ? level + 1 : 62;
    size.levels.push_back(
        {(kDocuments >> level) - (kDocuments >> next), (kTokens >> level) - (kTokens >> next)});
  }
  const auto stages = MakeSchedule(config, size);
  REQUIRE(stages.size() > 10);
  CHECK(stages.back().tokens == kTokens);
  CHECK(stages.back().documents == kDocuments);
  for (std::size_t s = 1; s < stages.size(); ++s) {
    CHECK(stages[s].documents == Approx(2 * stages[s - 1].documents).epsilon(1e-3).margin(1));
    CHECK(stages[s].tokens == Approx(2 * stages[s - 1].tokens).epsilon(1e-3).margin(200));
  }
}

TEST_CASE("a word with more than 2^31 - 1 tokens is refused by name", "[train][large]") {
  constexpr Count kMost = 2'147'483'647;
  CHECK(CheckFrequencies(Vocabulary({"a", "the"}, {5, kMost}, {1, 1})).ok());
  const Status status = CheckFrequencies(Vocabulary({"a", "the"}, {5, kMost + 1}, {1, 1}));
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().find("'the' has 2,147,483,648 tokens") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
