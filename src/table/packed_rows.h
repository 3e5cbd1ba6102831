// Packed rows in one arena, with some room to grow each: rows change size without an allocation.
#ifndef LIGHTLDA_TABLE_PACKED_ROWS_H_
#define LIGHTLDA_TABLE_PACKED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "table/row_codec.h"

namespace lightlda {

// Rows of bytes (table/row_codec.h), empty at first. They lie in the order of their numbers, but
// for those that have outgrown their place and moved to the end; when the arena is full it is
// copied, in order. Memory: 16 bytes a row and at most about 1.5 times the rows' bytes, twice that
// during a copy. Not thread-safe.
class PackedRows {
 public:
  explicit PackedRows(std::size_t num_rows) : rows_(num_rows) {}

  // kRowSlack bytes behind it may be read.
  std::span<const std::uint8_t> Row(std::size_t row) const {
    return {arena_.get() + rows_[row].begin, rows_[row].size};
  }
  // Gives a row this size; its bytes are to be written, and kRowSlack bytes behind them may be.
  // Earlier spans of any row are no longer valid.
  std::span<std::uint8_t> Resize(std::size_t row, std::uint32_t size) {
    if (size + std::size_t{kRowSlack} > rows_[row].room) Move(row, size);
    rows_[row].size = size;
    return {arena_.get() + rows_[row].begin, size};
  }

  std::size_t num_rows() const { return rows_.size(); }
  std::size_t MemoryBytes() const { return rows_.size() * sizeof(Place) + capacity_; }

 private:
  struct Place {
    std::size_t begin = 0;  // in the arena
    std::uint32_t size = 0;
    std::uint32_t room = 0;
  };

  // Gives a row a place of at least `size` bytes; its content is lost.
  void Move(std::size_t row, std::uint32_t size);
  // Copies all rows to a new arena that has room for `more` bytes beyond them.
  void Copy(std::size_t more);

  std::vector<Place> rows_;
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t end_ = 0;  // of what is given out
  std::size_t capacity_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_PACKED_ROWS_H_
