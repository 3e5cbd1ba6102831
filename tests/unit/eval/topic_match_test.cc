// Assignment has the least sum of costs; distances and overlaps are those of the definition.
#include "eval/topic_match.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>

#include "unit/eval/table_models.h"

namespace lightlda {
namespace {

using testing::Counts;
using testing::ModelOf;
using testing::NumberedNames;
using testing::RandomCounts;

double SumOf(const std::vector<double>& costs, std::size_t num_columns,
             const std::vector<std::size_t>& column_of) {
  double sum = 0;
  for (std::size_t row = 0; row < column_of.size(); ++row) {
    sum += costs[row * num_columns + column_of[row]];
  }
  return sum;
}

// By trying all.
double LeastSum(const std::vector<double>& costs, std::size_t num_rows, std::size_t num_columns) {
  std::vector<std::size_t> order(num_columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  double least = 1e300;
  do {
    least = std::min(least,
                     SumOf(costs, num_columns,
                           {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(num_rows)}));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

TEST_CASE("rows are assigned to different columns at the least cost", "[topic_match]") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t num_columns = 1 + random() % 6;
    const std::size_t num_rows = 1 + random() % num_columns;
    const bool ties = trial % 2 == 0;  // few different costs
    std::vector<double> costs;
    for (std::size_t i = 0; i < num_rows * num_columns; ++i) {
      costs.push_back(ties ? static_cast<double>(random() % 3)
                           : std::uniform_real_distribution<double>(-1, 1)(random));
    }
    const auto column_of = AssignColumns(costs, num_rows, num_columns);
    REQUIRE(column_of.size() == num_rows);
    auto sorted = column_of;
    std::ranges::sort(sorted);
    CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
    CHECK(sorted.back() < num_columns);
    CHECK(SumOf(costs, num_columns, column_of) ==
          Approx(LeastSum(costs, num_rows, num_columns)).margin(1e-12));
  }
}

TEST_CASE("a large assignment gives each row its own column back", "[topic_match]") {
  constexpr std::size_t kSize = 300;
  std::mt19937 random(3);
  std::vector<std::size_t> expected(kSize);
  std::iota(expected.begin(), expected.end(), std::size_t{0});
  std::ranges::shuffle(expected, random);
  std::vector<double> costs(kSize * kSize, 1.0);
  for (std::size_t row = 0; row < kSize; ++row) {
    for (std::size_t near = 0; near < 5; ++near) costs[row * kSize + random() % kSize] = 0.9;
    costs[row * kSize + expected[row]] = 0.3;
  }
  CHECK(AssignColumns(costs, kSize, kSize) == expected);
}

TEST_CASE("distances and overlaps follow the definition, words by name", "[topic_match]") {
  constexpr std::size_t kWords = 40;
  const Counts counts = RandomCounts(6, kWords, 1);
  Counts other_counts = RandomCounts(9, kWords, 2);
  other_counts[4].assign(kWords, 0);  // a topic without tokens
  // The other model has the words backwards, and three that the first does not have.
  auto names = NumberedNames(kWords);
  auto other_names = NumberedNames(kWords + 3);
  std::ranges::reverse(other_names);
  other_names.resize(kWords);
  const Model model = ModelOf(names, counts);
  const Model other = ModelOf(other_names, other_counts);
  const NumberedWords words = NumberWords(model, other);
  CHECK(words.num_shared == kWords - 3);
  const TopicRoots rows(model, words.first);
  const TopicRoots columns(other, words.second);
  std::vector<double> found(6 * 9);
  ThreadPool pool(3);
  VisitOverlaps(
      rows, columns, &pool, [&](std::size_t topic, std::span<const double> overlaps, int) {
        std::ranges::copy(overlaps, found.begin() + static_cast<std::ptrdiff_t>(topic * 9));
      });
  const auto share = [](const std::vector<std::uint32_t>& topic, std::size_t word) {
    const double total = std::accumulate(topic.begin(), topic.end(), 0.0);
    return total == 0 ? 0 : topic[word] / total;
  };
  for (std::size_t k = 0; k < 6; ++k) {
    for (std::size_t l = 0; l < 9; ++l) {
      double overlap = 0;
      for (std::size_t word = 0; word < kWords; ++word) {
        const auto there = std::ranges::find(other_names, names[word]) - other_names.begin();
        if (there == kWords) continue;
        overlap += std::sqrt(share(counts[k], word) *
                             share(other_counts[l], static_cast<std::size_t>(there)));
      }
      CHECK(found[k * 9 + l] == Approx(overlap).margin(1e-12));
      CHECK(Hellinger(rows.topic(k), columns.topic(l)) ==
            Approx(std::sqrt(1 - overlap)).margin(1e-9));
    }
  }
  CHECK(Hellinger(columns.topic(4), columns.topic(4)) == 0);
}

}  // namespace
}  // namespace lightlda
