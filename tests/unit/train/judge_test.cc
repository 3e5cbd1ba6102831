#include "train/judge.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

namespace lightlda {
namespace {

// At the iterations that are judged, up to `last`.
std::vector<Judgement> Judge(std::int64_t last, double (*value)(double iteration)) {
  std::vector<Judgement> judgements;
  for (std::int64_t i = 1; i <= last; ++i) {
    if (IsJudged(i)) judgements.push_back({i, value(static_cast<double>(i))});
  }
  return judgements;
}

TEST_CASE("A run is judged three times in each doubling of its iterations", "[train][judge]") {
  std::vector<std::int64_t> judged;
  for (std::int64_t i = 0; i <= 1280; ++i) {
    if (IsJudged(i)) judged.push_back(i);
  }
  REQUIRE(judged.size() == 7 * 3 + 1);
  CHECK(judged.front() == 10);
  for (std::size_t i = 3; i < judged.size(); ++i) {
    CHECK(std::abs(judged[i] - 2 * judged[i - 3]) <= 1);
  }
}

TEST_CASE("The gain is that of the last doubling, and not known before two have been seen",
          "[train][judge]") {
  const auto line = [](double i) { return 0.1 * std::log2(i); };
  CHECK_FALSE(LastGain(Judge(25, line)));
  REQUIRE(LastGain(Judge(32, line)));
  CHECK(*LastGain(Judge(32, line)) == Approx(0.1).margin(0.005));
  CHECK(*LastGain(Judge(1000, line)) == Approx(0.1).margin(0.005));
}

TEST_CASE("A run has settled when a doubling gains less than two percent of the perplexity",
          "[train][judge]") {
  CHECK_FALSE(HasSettled(Judge(99, [](double) { return -7.0; })));
  CHECK(HasSettled(Judge(101, [](double) { return -7.0; })));
  CHECK_FALSE(HasSettled(Judge(640, [](double i) { return 0.025 * std::log2(i); })));
  CHECK(HasSettled(Judge(640, [](double i) { return 0.015 * std::log2(i); })));
  // One that grows worse has, too.
  CHECK(HasSettled(Judge(128, [](double i) { return -std::log2(i); })));
  // One low value is not taken for the end.
  std::vector<Judgement> noisy = Judge(640, [](double i) { return 0.1 * std::log2(i); });
  noisy.back().log_likelihood_per_token -= 0.05;
  CHECK_FALSE(HasSettled(noisy));
}

}  // namespace
}  // namespace lightlda
