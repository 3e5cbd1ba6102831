// A table of the parameter server is a declaration: what its items are, how they lie over the
// processes, and how they are added up. All else follows from it: who owns an item and which shard
// a push goes to (table_layout.h), the calls of workers and shards, and the bytes that it moves and
// takes (table_bytes.h). A third table is one more TableSpec.
//
// The idea is OneFlow's (Yuan et al., 2021, "OneFlow: Redesign the Distributed Deep Learning
// Framework from Scratch"). There a tensor carries a signature, split, broadcast or partial sum,
// and the movement between any two signatures follows. Taken from it: the three words, movement as
// a function of them, and registers (registers.h). Not taken: nothing chooses signatures here. A
// parameter server moves in two ways only, from partial sums to split (a push) and from split to
// what the workers want (a pull). Rows are sparse, so bytes follow from what is in a table, not
// from its shape.
#ifndef LIGHTLDA_PS_TABLE_SPEC_H_
#define LIGHTLDA_PS_TABLE_SPEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// How a table lies over processes.
enum class Distribution : std::uint8_t {
  kSplit,       // each process has some of the items; workers: a slice at a time
  kBroadcast,   // each process has all items
  kPartialSum,  // each process has an addend of every item
};

enum class ItemKind : std::uint8_t {
  kRows,     // sparse rows of counts by topic, 32 bits each
  kNumbers,  // 64 bits each
};

// What a shard does with a push. Sums that do not fit their width are errors.
enum class Update : std::uint8_t {
  kAddCounts,  // adds; a sum below 0 is an error
  kAddSigned,  // adds; of numbers only
};

// Which shard an item of a slice belongs to.
enum class Owner : std::uint8_t {
  kEqualRanges,  // each shard has as many consecutive items
  kLeastLoaded,  // rows, the longest first, go to the shard with the least so far
};

// The same in all processes of a job.
struct TableSpec {
  std::string name;  // for messages
  ItemKind items = ItemKind::kNumbers;
  std::uint32_t num_items = 0;   // rows or numbers
  std::uint32_t num_topics = 0;  // of a row
  // What workers hold before they push: always kPartialSum. On the shards a table is kSplit.
  Distribution pushed = Distribution::kPartialSum;
  // What workers want. kSplit: slice after slice, as they come to it. kBroadcast: all at once.
  Distribution pulled = Distribution::kBroadcast;
  Update update = Update::kAddCounts;
  Owner owner = Owner::kEqualRanges;
  // [num_slices + 1], ascending from 0 to num_items. Empty unless the table is pulled kSplit.
  std::vector<std::uint32_t> slice_begins;
  // [num_items], of rows: the most entries each can have. Empty: num_topics.
  std::vector<std::uint32_t> max_entries;
  // Slices that a worker may have asked for and not taken (registers.h).
  std::uint32_t registers = 1;

  // Errors: kUsage.
  Status Validate() const;

  std::uint32_t num_slices() const {
    return pulled == Distribution::kSplit ? static_cast<std::uint32_t>(slice_begins.size() - 1) : 1;
  }
  // REQUIRES: slice <= num_slices().
  std::uint32_t slice_begin(std::uint32_t slice) const {
    return pulled == Distribution::kSplit ? slice_begins[slice] : slice == 0 ? 0 : num_items;
  }
  // The most entries of a row.
  std::uint32_t MaxEntries(std::uint32_t row) const {
    return max_entries.empty() ? num_topics : max_entries[row];
  }
  // All of the declaration in one line, for processes to compare.
  std::string Fingerprint() const;
};

// Cuts [0, weights.size()) into at most num_slices contiguous ranges of about equal weight, none
// empty. Returns their begins and the end: at most [num_slices + 1].
std::vector<std::uint32_t> CutSlices(std::span<const Count> weights, std::uint32_t num_slices);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_TABLE_SPEC_H_
