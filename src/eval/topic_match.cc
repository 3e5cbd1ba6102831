#include "eval/topic_match.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "eval/topic_entries.h"

namespace lightlda {

TopicRoots::TopicRoots(const Model& model, std::span<const std::uint64_t> number_of_word) {
  struct WordCount {
    std::uint64_t word;
    Count count;
  };
  const TopicEntries counts(model);
  std::vector<WordCount> words;  // of a topic
  begins_.push_back(0);
  for (std::size_t k = 0; k < counts.num_topics(); ++k) {
    words.clear();
    for (const TopicEntries::Entry& entry : counts.topic(k)) {
      words.push_back({number_of_word[entry.word], Count{entry.count}});
    }
    std::ranges::sort(words, {}, &WordCount::word);
    const auto total = static_cast<double>(model.topic_totals()[k]);
    for (auto word = words.begin(); word != words.end();) {
      Count count = 0;
      const std::uint64_t number = word->word;
      for (; word != words.end() && word->word == number; ++word) count += word->count;
      entries_.push_back({number, std::sqrt(static_cast<double>(count) / total)});
    }
    begins_.push_back(entries_.size());
  }
}

std::vector<std::uint64_t> NumberWords(const Model& model) {
  const Vocabulary& vocabulary = model.vocabulary();
  std::vector<std::uint64_t> numbers;
  numbers.reserve(vocabulary.size());
  for (const std::string& word : vocabulary.words()) numbers.push_back(*vocabulary.Find(word));
  return numbers;
}

NumberedWords NumberWords(const Model& first, const Model& second) {
  NumberedWords words;
  words.first = NumberWords(first);
  words.second = NumberWords(second);
  for (std::size_t word = 0; word < words.second.size(); ++word) {
    const auto found = first.vocabulary().Find(second.vocabulary().words()[word]);
    if (found) ++words.num_shared;
    words.second[word] = found ? *found : words.second[word] + first.num_words();
  }
  return words;
}

double Hellinger(std::span<const TopicRoots::Entry> a, std::span<const TopicRoots::Entry> b) {
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 0 : 1;
  double sum = 0;
  auto of_a = a.begin();
  auto of_b = b.begin();
  while (of_a != a.end() || of_b != b.end()) {
    double difference = 0;
    if (of_b == b.end() || (of_a != a.end() && of_a->word < of_b->word)) {
      difference = (of_a++)->root;
    } else if (of_a == a.end() || of_b->word < of_a->word) {
      difference = (of_b++)->root;
    } else {
      difference = (of_a++)->root - (of_b++)->root;
    }
    sum += difference * difference;
  }
  return std::min(1.0, std::sqrt(sum / 2));
}

void VisitOverlaps(const TopicRoots& rows, const TopicRoots& columns, ThreadPool* pool,
                   const std::function<void(std::size_t topic, std::span<const double> overlaps,
                                            int thread)>& visit) {
  struct TopicRoot {
    TopicId topic;
    double root;
  };
  // The columns word by word.
  std::uint64_t num_words = 0;
  for (const TopicRoots* roots : {&rows, &columns}) {
    for (std::size_t k = 0; k < roots->num_topics(); ++k) {
      if (!roots->topic(k).empty())
        num_words = std::max(num_words, roots->topic(k).back().word + 1);
    }
  }
  std::vector<std::size_t> begins(num_words + 1);
  for (std::size_t k = 0; k < columns.num_topics(); ++k) {
    for (const TopicRoots::Entry& entry : columns.topic(k)) ++begins[entry.word + 1];
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<TopicRoot> by_word(begins.back());
  std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
  for (std::size_t k = 0; k < columns.num_topics(); ++k) {
    for (const TopicRoots::Entry& entry : columns.topic(k)) {
      by_word[next[entry.word]++] = {static_cast<TopicId>(k), entry.root};
    }
  }
  std::vector<std::vector<double>> of_threads(static_cast<std::size_t>(pool->size()));
  pool->ParallelFor(rows.num_topics(), [&](std::size_t k, int thread) {
    std::vector<double>& overlaps = of_threads[static_cast<std::size_t>(thread)];
    overlaps.assign(columns.num_topics(), 0.0);
    for (const TopicRoots::Entry& entry : rows.topic(k)) {
      for (std::size_t i = begins[entry.word]; i < begins[entry.word + 1]; ++i) {
        overlaps[by_word[i].topic] += entry.root * by_word[i].root;
      }
    }
    visit(k, overlaps, thread);
  });
}

namespace {

constexpr auto kNone = static_cast<std::size_t>(-1);

// Costs less the prices of row and column are at least 0, and 0 where a row is assigned; a column
// that is free has price 0. So an assignment of all rows has the least sum of costs.
class Assigner {
 public:
  Assigner(std::span<const double> costs, std::size_t num_rows, std::size_t num_columns)
      : costs_(costs),
        num_columns_(num_columns),
        row_prices_(num_rows),
        column_prices_(num_columns),
        column_of_(num_rows, kNone),
        row_of_(num_columns, kNone),
        distances_(num_columns),
        before_(num_columns) {}

  std::vector<std::size_t> Run() {
    for (std::size_t row = 0; row < column_of_.size(); ++row) TakeCheapest(row);
    for (std::size_t row = 0; row < column_of_.size(); ++row) {
      if (column_of_[row] == kNone) Augment(row);
    }
    return std::move(column_of_);
  }

 private:
  std::span<const double> RowOf(std::size_t row) const {
    return costs_.subspan(row * num_columns_, num_columns_);
  }

  void TakeCheapest(std::size_t row) {
    const auto costs = RowOf(row);
    const auto cheapest = std::ranges::min_element(costs);
    row_prices_[row] = *cheapest;
    const auto column = static_cast<std::size_t>(cheapest - costs.begin());
    if (row_of_[column] == kNone) Assign(row, column);
  }

  void Assign(std::size_t row, std::size_t column) {
    row_of_[column] = row;
    column_of_[row] = column;
  }

  // Finds the shortest path from the row to a free column, over columns and the rows that have
  // them, and moves each row on it to its next column.
  void Augment(std::size_t from) {
    open_.resize(num_columns_);
    std::iota(open_.begin(), open_.end(), std::size_t{0});
    reached_.clear();
    std::ranges::fill(distances_, std::numeric_limits<double>::infinity());
    std::size_t row = from;
    double distance = 0;
    for (;;) {
      const std::size_t column = Reach(row, distance);
      distance = distances_[column];
      if (row_of_[column] == kNone) {
        SetPrices(from, distance);
        return MoveBack(from, column);
      }
      reached_.push_back(column);
      row = row_of_[column];
    }
  }

  // Goes on from a row, and returns the nearest column that was not reached before.
  std::size_t Reach(std::size_t row, double distance) {
    const auto costs = RowOf(row);
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      const std::size_t column = open_[i];
      const double reduced = distance + costs[column] - row_prices_[row] - column_prices_[column];
      if (reduced < distances_[column]) {
        distances_[column] = reduced;
        before_[column] = row;
      }
      const double least = distances_[open_[nearest]];
      if (distances_[column] < least || (distances_[column] == least && column < open_[nearest])) {
        nearest = i;
      }
    }
    const std::size_t column = open_[nearest];
    open_[nearest] = open_.back();
    open_.pop_back();
    return column;
  }

  void SetPrices(std::size_t from, double distance) {
    row_prices_[from] += distance;
    for (const std::size_t column : reached_) {
      row_prices_[row_of_[column]] += distance - distances_[column];
      column_prices_[column] -= distance - distances_[column];
    }
  }

  void MoveBack(std::size_t from, std::size_t column) {
    for (;;) {
      const std::size_t row = before_[column];
      const std::size_t left = column_of_[row];
      Assign(row, column);
      if (row == from) return;
      column = left;
    }
  }

  std::span<const double> costs_;
  std::size_t num_columns_;
  std::vector<double> row_prices_;
  std::vector<double> column_prices_;
  std::vector<std::size_t> column_of_;
  std::vector<std::size_t> row_of_;
  // Of the search under way.
  std::vector<double> distances_;     // [num_columns]
  std::vector<std::size_t> before_;   // [num_columns]: the row from which it is reached
  std::vector<std::size_t> open_;     // columns that are not reached yet
  std::vector<std::size_t> reached_;  // the others, but for the last
};

}  // namespace

std::vector<std::size_t> AssignColumns(std::span<const double> costs, std::size_t num_rows,
                                       std::size_t num_columns) {
  CHECK_LE(num_rows, num_columns);
  CHECK_EQ(costs.size(), num_rows * num_columns);
  return Assigner(costs, num_rows, num_columns).Run();
}

}  // namespace lightlda
