// Rows of counts in one arena, with some room to grow each: rows change size without an allocation.
//
// Compared over 200 pushes of 66,000 rows that grow, then sharpen (docs/lab/017-row-arena.md): this
// arena takes at most 1.6 times what rows hold, in the moment of a copy, and 1.25 times otherwise;
// the one before it, from the heap, with more room and never smaller again, 2.5 times; malloc for
// each row 1.3 times at first and 2.2 times once rows have become smaller; places as large as rows
// can ever get 4.2 times. Rows that slide together in place need no copy, at most 1.3 times, but
// lose their order for good, in which they are added to and answered.
#ifndef LIGHTLDA_TABLE_ROW_ARENA_H_
#define LIGHTLDA_TABLE_ROW_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_buffer.h"
#include "lightlda/types.h"

namespace lightlda {

// Rows of entries, empty at first. They lie in the order of their numbers, but for those that have
// outgrown their place and moved to the end; when the arena is full, or a third of it is of no
// use, it is copied, in order, and the old one's memory goes back to the system. Not thread-safe.
// Set may throw std::bad_alloc.
class RowArena {
 public:
  explicit RowArena(std::size_t num_rows) : rows_(num_rows) {}

  // Valid until the next Set of any row.
  std::span<const TopicCount> Row(std::size_t row) const {
    return {arena_.data() + rows_[row].begin, rows_[row].size};
  }
  // entries: not those of this arena.
  void Set(std::size_t row, std::span<const TopicCount> entries);

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t MemoryBytes() const {
    return rows_.size() * sizeof(Place) + arena_.size() * sizeof(TopicCount);
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
  HugeBuffer<TopicCount> arena_;
  std::size_t end_ = 0;     // of what is given out
  std::size_t wanted_ = 0;  // what the rows' places would take in a copy
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_ARENA_H_
