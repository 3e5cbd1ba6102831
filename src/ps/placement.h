// Who holds what: slices of the vocabulary, and the shard that owns each word and topic.
#ifndef LIGHTLDA_PS_PLACEMENT_H_
#define LIGHTLDA_PS_PLACEMENT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Where the items of a table lie, and hence what a pull of one of its slices brings to a worker.
// What workers push is partial sums in either case: the owner of an item adds them up.
enum class Spread : std::uint8_t {
  kSplit,      // cut into slices, each slice's items over all shards: pulled slice by slice
  kBroadcast,  // one slice, held whole by every worker
};

// Cuts [0, weights.size()) into at most num_slices contiguous ranges of about equal weight, none
// empty. Returns their begins and the end: at most [num_slices + 1].
std::vector<WordId> CutSlices(std::span<const Count> weights, std::uint32_t num_slices);

// A function of its arguments alone, so every process computes the same. Immutable, thread-safe.
class Placement {
 public:
  Placement() = default;
  // frequencies: [num_words], tokens of each word. slice_begins: [num_slices + 1], ascending from 0
  // to num_words. Within each slice words go, the costliest first, to the shard with the least cost
  // so far; a word costs what its row takes to move: min(frequency, num_topics) entries and a
  // constant. Errors: kUsage.
  static Result<Placement> Make(std::span<const Count> frequencies,
                                std::vector<WordId> slice_begins, std::uint32_t num_shards,
                                std::uint32_t num_topics);

  std::uint32_t num_words() const { return slice_begins_.back(); }
  std::uint32_t num_topics() const { return num_topics_; }
  std::uint32_t num_shards() const { return num_shards_; }
  std::uint32_t num_slices() const { return static_cast<std::uint32_t>(slice_begins_.size() - 1); }
  WordId slice_begin(std::uint32_t slice) const { return slice_begins_[slice]; }
  WordId slice_end(std::uint32_t slice) const { return slice_begins_[slice + 1]; }
  std::uint32_t slice_size(std::uint32_t slice) const {
    return slice_end(slice) - slice_begin(slice);
  }
  std::uint32_t SliceOf(WordId word) const;

  std::uint32_t Owner(WordId word) const { return owner_[word]; }
  // The words of a slice that a shard owns, ascending.
  std::span<const WordId> Words(std::uint32_t shard, std::uint32_t slice) const;
  // All words that a shard owns, ascending.
  std::span<const WordId> Words(std::uint32_t shard) const;
  // The word's place in its owner's Words.
  std::uint32_t LocalRow(WordId word) const { return local_row_[word]; }

  // The topics whose totals a shard owns: [first, second).
  std::pair<TopicId, TopicId> Topics(std::uint32_t shard) const;

 private:
  void Assign(std::uint32_t slice, std::span<const std::uint64_t> costs,
              std::vector<std::uint64_t>* totals);

  std::uint32_t num_shards_ = 1;
  std::uint32_t num_topics_ = 0;
  std::vector<WordId> slice_begins_ = {0};
  std::vector<std::uint16_t> owner_;      // [num_words]
  std::vector<std::uint32_t> local_row_;  // [num_words]
  std::vector<WordId> words_;             // [num_words], by (shard, word)
  std::vector<std::uint32_t> begins_;     // [num_shards * num_slices + 1], into words_
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_PLACEMENT_H_
