// The changes of some words' rows, gathered to be handed on at once.
#ifndef LIGHTLDA_TABLE_ROW_CHANGES_H_
#define LIGHTLDA_TABLE_ROW_CHANGES_H_

#include <cstddef>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "table/topic_delta.h"

namespace lightlda {

// Not thread-safe.
class RowChanges {
 public:
  // deltas: topics ascending, none 0. Nothing is added if there are none.
  void Add(WordId word, std::span<const TopicDelta> deltas) {
    if (deltas.empty()) return;
    rows_.push_back({word, deltas_.size(), deltas.size()});
    deltas_.insert(deltas_.end(), deltas.begin(), deltas.end());
  }
  void Clear() {
    rows_.clear();
    deltas_.clear();
  }

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t num_deltas() const { return deltas_.size(); }
  WordId word(std::size_t row) const { return rows_[row].word; }
  std::span<const TopicDelta> deltas(std::size_t row) const {
    return std::span(deltas_).subspan(rows_[row].begin, rows_[row].size);
  }

 private:
  struct Row {
    WordId word;
    std::size_t begin;  // in deltas_
    std::size_t size;
  };
  std::vector<Row> rows_;
  std::vector<TopicDelta> deltas_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_CHANGES_H_
