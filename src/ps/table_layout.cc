// Longest-processing-time assignment of rows to shards, slice by slice.
#include "ps/table_layout.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lightlda {
namespace {

constexpr std::uint64_t kRowCost = 4;  // of a row besides its entries, in entries

}  // namespace

Result<TableLayout> TableLayout::Make(TableSpec spec, std::uint32_t num_shards) {
  if (num_shards < 1 || num_shards > std::numeric_limits<std::uint16_t>::max()) {
    return Status::Usage("expected 1 to 65535 shards, found " + std::to_string(num_shards));
  }
  LIGHTLDA_RETURN_IF_ERROR(spec.Validate());
  TableLayout layout;
  layout.spec_ = std::move(spec);
  layout.num_shards_ = num_shards;
  if (layout.spec_.owner == Owner::kEqualRanges) return layout;
  layout.owners_.resize(layout.spec_.num_items);
  layout.places_.resize(layout.spec_.num_items);
  layout.items_.resize(layout.spec_.num_items);
  std::vector<std::uint64_t> sums(num_shards, 0);
  for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) layout.Assign(slice, &sums);
  return layout;
}

void TableLayout::Assign(std::uint32_t slice, std::vector<std::uint64_t>* sums) {
  const auto cost = [this](std::uint32_t row) { return kRowCost + spec_.MaxEntries(row); };
  std::vector<std::uint32_t> rows(slice_size(slice));
  std::iota(rows.begin(), rows.end(), slice_begin(slice));
  std::ranges::stable_sort(rows,
                           [&](std::uint32_t a, std::uint32_t b) { return cost(a) > cost(b); });
  std::vector<std::uint64_t> here(num_shards_, 0);
  std::vector<std::uint32_t> sizes(num_shards_, 0);
  for (const std::uint32_t row : rows) {
    std::uint32_t best = 0;
    for (std::uint32_t shard = 1; shard < num_shards_; ++shard) {
      // The slices before decide between shards that are equal in this one.
      if (std::pair(here[shard], (*sums)[shard]) < std::pair(here[best], (*sums)[best])) {
        best = shard;
      }
    }
    owners_[row] = static_cast<std::uint16_t>(best);
    ++sizes[best];
    here[best] += cost(row);
    (*sums)[best] += cost(row);
  }
  const std::size_t first = begins_.size();
  begins_.push_back(0);
  for (const std::uint32_t size : sizes) begins_.push_back(begins_.back() + size);
  std::vector<std::uint32_t> places(num_shards_, 0);
  for (std::uint32_t row = slice_begin(slice); row < slice_end(slice); ++row) {
    const std::uint32_t shard = owners_[row];
    places_[row] = places[shard]++;
    items_[slice_begin(slice) + begins_[first + shard] + places_[row]] = row;
  }
}

std::uint32_t TableLayout::SliceOf(std::uint32_t item) const {
  if (spec_.pulled != Distribution::kSplit) return 0;
  const auto after = std::ranges::upper_bound(spec_.slice_begins, item);
  return static_cast<std::uint32_t>(after - spec_.slice_begins.begin() - 1);
}

}  // namespace lightlda
