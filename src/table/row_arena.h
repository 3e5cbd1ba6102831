// Rows of counts in one arena, with some room to grow each: rows change size without an allocation.
#ifndef LIGHTLDA_TABLE_ROW_ARENA_H_
#define LIGHTLDA_TABLE_ROW_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// Rows of entries, empty at first. They lie in the order of their numbers, but for those that have
// outgrown their place and moved to the end; when the arena is full it is copied, in order. Memory:
// 16 bytes a row and at most about 1.5 times the rows' 8 bytes an entry, twice that during a copy.
// Not thread-safe.
class RowArena {
 public:
  explicit RowArena(std::size_t num_rows) : rows_(num_rows) {}

  // Valid until the next Set of any row.
  std::span<const TopicCount> Row(std::size_t row) const {
    return {arena_.get() + rows_[row].begin, rows_[row].size};
  }
  // entries: not those of this arena.
  void Set(std::size_t row, std::span<const TopicCount> entries);

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t MemoryBytes() const {
    return rows_.size() * sizeof(Place) + capacity_ * sizeof(TopicCount);
  }

 private:
  struct Place {
    std::size_t begin = 0;  // in the arena
    std::uint32_t size = 0;
    std::uint32_t room = 0;
  };

  // Gives a row a place of at least `size` entries; its content is lost.
  void Move(std::size_t row, std::uint32_t size);
  // Copies all rows to a new arena that has room for `more` entries beyond them.
  void Copy(std::size_t more);

  std::vector<Place> rows_;
  std::unique_ptr<TopicCount[]> arena_;
  std::size_t end_ = 0;       // of what is given out
  std::size_t capacity_ = 0;  // entries
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_ARENA_H_
