// Places are given an eighth more than asked for, the arena an eighth more than its places: a row
// that grows moves every now and then, and a copy of all is paid for by many of them moving.
#include "table/row_arena.h"

#include <algorithm>
#include <utility>

namespace lightlda {
namespace {

constexpr std::size_t kPageEntries = 4096 / sizeof(TopicCount);

// A row has 2^24 entries at most: far from overflow.
std::uint32_t RoomFor(std::uint32_t size) { return size == 0 ? 0 : size + size / 8 + 1; }

}  // namespace

void RowArena::Set(std::size_t row, std::span<const TopicCount> entries) {
  const auto size = static_cast<std::uint32_t>(entries.size());
  wanted_ -= RoomFor(rows_[row].size);
  if (size > rows_[row].room) Move(row, size);
  rows_[row].size = size;
  wanted_ += RoomFor(size);
  std::ranges::copy(entries, arena_.data() + rows_[row].begin);
  // A copy frees a third of the arena at least: that many changes pay for it.
  if (wanted_ + wanted_ / 2 + kPageEntries < end_) Copy(0);
}

void RowArena::Move(std::size_t row, std::uint32_t size) {
  rows_[row].size = 0;
  rows_[row].room = 0;
  const std::uint32_t room = RoomFor(size);
  if (room > arena_.size() - end_) Copy(room);
  rows_[row].begin = end_;
  rows_[row].room = room;
  end_ += room;
}

void RowArena::Copy(std::size_t more) {
  const std::size_t needed = wanted_ + more;
  const std::size_t pages = (needed + needed / 8) / kPageEntries + 1;
  HugeBuffer<TopicCount> arena(pages * kPageEntries);
  std::size_t end = 0;
  for (Place& place : rows_) {
    std::copy_n(arena_.data() + place.begin, place.size, arena.data() + end);
    place.begin = end;
    place.room = RoomFor(place.size);
    end += place.room;
  }
  std::swap(arena_, arena);
  end_ = end;
}

}  // namespace lightlda
