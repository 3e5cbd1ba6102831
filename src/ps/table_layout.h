// Where the items of a table lie: its slices, and the shard that owns each item.
#ifndef LIGHTLDA_PS_TABLE_LAYOUT_H_
#define LIGHTLDA_PS_TABLE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "ps/table_spec.h"

namespace lightlda {

// Owner::kEqualRanges: of the `size` items of a slice, those that the shards before this one own.
// REQUIRES: shard <= num_shards.
inline std::uint32_t EqualRangeBegin(std::uint32_t shard, std::uint32_t size,
                                     std::uint32_t num_shards) {
  return static_cast<std::uint32_t>(std::uint64_t{shard} * size / num_shards);
}

// A function of the declaration and the number of shards alone, so every process computes the same.
// Immutable, thread-safe. Memory: of rows that go to the least loaded shard 10 bytes each, beside
// the spec.
class TableLayout {
 public:
  // Errors: kUsage.
  static Result<TableLayout> Make(TableSpec spec, std::uint32_t num_shards);

  const TableSpec& spec() const { return spec_; }
  std::uint32_t num_topics() const { return spec_.num_topics; }
  std::uint32_t num_shards() const { return num_shards_; }
  std::uint32_t num_slices() const { return spec_.num_slices(); }
  std::uint32_t slice_begin(std::uint32_t slice) const { return spec_.slice_begin(slice); }
  std::uint32_t slice_end(std::uint32_t slice) const { return spec_.slice_begin(slice + 1); }
  std::uint32_t slice_size(std::uint32_t slice) const {
    return slice_end(slice) - slice_begin(slice);
  }
  std::uint32_t SliceOf(std::uint32_t item) const;

  // The shard that owns an item. REQUIRES: the item is of the slice.
  std::uint32_t OwnerOf(std::uint32_t slice, std::uint32_t item) const {
    if (spec_.owner == Owner::kLeastLoaded) return owners_[item];
    // The last shard whose range begins at this item or before.
    const std::uint64_t offset = item - slice_begin(slice);
    return static_cast<std::uint32_t>(((offset + 1) * num_shards_ - 1) / slice_size(slice));
  }
  // The items of a slice that a shard owns are ItemAt(shard, slice, 0 ... NumItems - 1), ascending.
  std::uint32_t NumItems(std::uint32_t shard, std::uint32_t slice) const {
    return Begin(shard + 1, slice) - Begin(shard, slice);
  }
  std::uint32_t ItemAt(std::uint32_t shard, std::uint32_t slice, std::uint32_t place) const {
    return spec_.owner == Owner::kEqualRanges
               ? slice_begin(slice) + Begin(shard, slice) + place
               : items_[slice_begin(slice) + Begin(shard, slice) + place];
  }
  // The place of an item there.
  std::uint32_t PlaceOf(std::uint32_t slice, std::uint32_t item) const {
    return spec_.owner == Owner::kEqualRanges
               ? item - slice_begin(slice) - Begin(OwnerOf(slice, item), slice)
               : places_[item];
  }

 private:
  // Shares out the rows of a slice; sums: of each shard in the slices before.
  void Assign(std::uint32_t slice, std::vector<std::uint64_t>* sums);
  // Items of a slice that the shards before this one own. REQUIRES: shard <= num_shards().
  std::uint32_t Begin(std::uint32_t shard, std::uint32_t slice) const {
    if (spec_.owner != Owner::kEqualRanges)
      return begins_[std::size_t{slice} * (num_shards_ + 1) + shard];
    return EqualRangeBegin(shard, slice_size(slice), num_shards_);
  }

  TableSpec spec_;
  std::uint32_t num_shards_ = 1;
  // Of Owner::kLeastLoaded.
  std::vector<std::uint16_t> owners_;  // [num_items]
  std::vector<std::uint32_t> places_;  // [num_items]
  std::vector<std::uint32_t> items_;   // [num_items], by (slice, shard, item)
  std::vector<std::uint32_t> begins_;  // [num_slices * (num_shards + 1)], within a slice
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_TABLE_LAYOUT_H_
