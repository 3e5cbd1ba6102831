#include "eval/topic_match.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace lightlda {
namespace {

// sqrt(phi) of a model, with what is the same for all words of a topic apart:
// sqrt(phi_wk) = base_k + excess_wk, where the excess is 0 for words that the topic does not have.
struct Roots {
  struct Entry {
    std::uint32_t place;  // topic in a word's list, word in a topic's
    double excess;
  };
  std::vector<double> base;               // [num_topics]
  std::vector<double> sums;               // [num_topics]: of the excess over the shared words
  std::vector<std::vector<Entry>> lists;  // by topic or by shared word
};

// shared: ids of the shared words, in one order for both models.
Roots RootsOf(const Model& model, std::span<const WordId> shared, bool by_topic) {
  Roots roots;
  const double beta_sum = model.beta() * static_cast<double>(model.num_words());
  std::vector<double> inverse;
  for (const Count total : model.topic_totals()) {
    inverse.push_back(1 / (static_cast<double>(total) + beta_sum));
    roots.base.push_back(std::sqrt(model.beta() * inverse.back()));
  }
  roots.sums.assign(inverse.size(), 0.0);
  roots.lists.resize(by_topic ? inverse.size() : shared.size());
  for (std::size_t word = 0; word < shared.size(); ++word) {
    for (const auto& [topic, count] : model.WordRow(shared[word])) {
      const double excess = std::sqrt((count + model.beta()) * inverse[topic]) - roots.base[topic];
      roots.sums[topic] += excess;
      const auto place = static_cast<std::uint32_t>(by_topic ? word : topic);
      roots.lists[by_topic ? topic : word].push_back({place, excess});
    }
  }
  return roots;
}

}  // namespace

std::vector<double> TopicSimilarities(const Model& a, const Model& b, ThreadPool* pool) {
  std::vector<WordId> in_a;
  std::vector<WordId> in_b;
  for (WordId word = 0; word < a.num_words(); ++word) {
    const auto name = a.vocabulary().word(word);
    const bool same_id = word < b.num_words() && b.vocabulary().word(word) == name;
    const auto found = same_id ? std::optional(word) : b.vocabulary().Find(name);
    if (!found) continue;
    in_a.push_back(word);
    in_b.push_back(*found);
  }
  const Roots rows = RootsOf(a, in_a, /*by_topic=*/true);
  const Roots columns = RootsOf(b, in_b, /*by_topic=*/false);
  const std::size_t num_columns = b.num_topics();
  std::vector<double> similarities(a.num_topics() * num_columns);
  pool->ParallelFor(a.num_topics(), [&](std::size_t k, int) {
    const std::span<double> row = std::span(similarities).subspan(k * num_columns, num_columns);
    for (const Roots::Entry& of_word : rows.lists[k]) {
      for (const Roots::Entry& other : columns.lists[of_word.place]) {
        row[other.place] += of_word.excess * other.excess;
      }
    }
    for (std::size_t l = 0; l < num_columns; ++l) {
      const double overlap = row[l] + rows.base[k] * columns.sums[l] +
                             columns.base[l] * rows.sums[k] +
                             static_cast<double>(in_a.size()) * rows.base[k] * columns.base[l];
      row[l] = 1 - std::sqrt(std::max(0.0, 1 - overlap));
    }
  });
  return similarities;
}

// Rows are added one by one. For each the cheapest path of changes to the assignment so far is
// found, by reduced costs: costs - row_price - column_price, which stay at least 0, and 0 where
// assigned. Place 0 of the arrays is a row or column that stands for "none".
std::vector<std::size_t> AssignColumns(std::span<const double> costs, std::size_t num_rows,
                                       std::size_t num_columns) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  std::vector<double> row_price(num_rows + 1, 0.0);
  std::vector<double> column_price(num_columns + 1, 0.0);
  std::vector<std::size_t> row_of(num_columns + 1, 0);
  std::vector<std::size_t> before(num_columns + 1, 0);
  std::vector<double> slack(num_columns + 1);
  std::vector<bool> reached(num_columns + 1);
  for (std::size_t new_row = 1; new_row <= num_rows; ++new_row) {
    std::ranges::fill(slack, kInfinite);
    std::fill(reached.begin(), reached.end(), false);
    row_of[0] = new_row;
    std::size_t column = 0;
    do {
      reached[column] = true;
      const std::size_t row = row_of[column];
      std::size_t next = 0;
      double least = kInfinite;
      for (std::size_t j = 1; j <= num_columns; ++j) {
        if (reached[j]) continue;
        const double reduced =
            costs[(row - 1) * num_columns + j - 1] - row_price[row] - column_price[j];
        if (reduced < slack[j]) {
          slack[j] = reduced;
          before[j] = column;
        }
        if (slack[j] < least) {
          least = slack[j];
          next = j;
        }
      }
      for (std::size_t j = 0; j <= num_columns; ++j) {
        if (reached[j]) {
          row_price[row_of[j]] += least;
          column_price[j] -= least;
        } else {
          slack[j] -= least;
        }
      }
      column = next;
    } while (row_of[column] != 0);
    for (; column != 0; column = before[column]) row_of[column] = row_of[before[column]];
  }
  std::vector<std::size_t> column_of(num_rows);
  for (std::size_t j = 1; j <= num_columns; ++j) {
    if (row_of[j] != 0) column_of[row_of[j] - 1] = j - 1;
  }
  return column_of;
}

double MatchedSimilarity(const Model& a, const Model& b, ThreadPool* pool) {
  if (a.num_topics() > b.num_topics()) return MatchedSimilarity(b, a, pool);
  const std::vector<double> similarities = TopicSimilarities(a, b, pool);
  std::vector<double> costs;
  for (const double similarity : similarities) costs.push_back(1 - similarity);
  const auto column_of = AssignColumns(costs, a.num_topics(), b.num_topics());
  double sum = 0;
  for (std::size_t k = 0; k < column_of.size(); ++k) {
    sum += similarities[k * b.num_topics() + column_of[k]];
  }
  return sum / static_cast<double>(column_of.size());
}

}  // namespace lightlda
