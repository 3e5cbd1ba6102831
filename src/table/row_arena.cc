// Places are given an eighth more than asked for, the arena a quarter more than its places: a row
// that grows moves every now and then, and a copy of all is paid for by a quarter of them moving.
#include "table/row_arena.h"

#include <algorithm>

namespace lightlda {
namespace {

constexpr std::size_t kMinArena = 16;  // entries

// A row has 2^24 entries at most: far from overflow.
std::uint32_t RoomFor(std::uint32_t size) { return size + size / 8 + 1; }

}  // namespace

void RowArena::Set(std::size_t row, std::span<const TopicCount> entries) {
  const auto size = static_cast<std::uint32_t>(entries.size());
  if (size > rows_[row].room) Move(row, size);
  rows_[row].size = size;
  std::copy(entries.begin(), entries.end(), arena_.get() + rows_[row].begin);
}

void RowArena::Move(std::size_t row, std::uint32_t size) {
  rows_[row].size = 0;
  rows_[row].room = 0;
  const std::uint32_t room = RoomFor(size);
  if (room > capacity_ - end_) Copy(room);
  rows_[row].begin = end_;
  rows_[row].room = room;
  end_ += room;
}

void RowArena::Copy(std::size_t more) {
  std::size_t needed = more;
  for (const Place& place : rows_) needed += place.size == 0 ? 0 : RoomFor(place.size);
  const std::size_t capacity = needed + needed / 4 + kMinArena;
  auto arena = std::make_unique_for_overwrite<TopicCount[]>(capacity);
  std::size_t end = 0;
  for (Place& place : rows_) {
    std::copy_n(arena_.get() + place.begin, place.size, arena.get() + end);
    place.begin = end;
    place.room = place.size == 0 ? 0 : RoomFor(place.size);
    end += place.room;
  }
  arena_ = std::move(arena);
  end_ = end;
  capacity_ = capacity;
}

}  // namespace lightlda
