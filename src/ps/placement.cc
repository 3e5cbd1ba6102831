// Longest-processing-time assignment of words to shards, slice by slice.
#include "ps/placement.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

namespace lightlda {
namespace {

constexpr std::uint64_t kRowCost = 4;  // of a row besides its entries, in entries

}  // namespace

std::vector<WordId> CutSlices(std::span<const Count> weights, std::uint32_t num_slices) {
  const Count total = std::accumulate(weights.begin(), weights.end(), Count{0});
  std::vector<WordId> begins = {0};
  Count sum = 0;
  for (std::size_t word = 0; word < weights.size(); ++word) {
    sum += weights[word];
    // In doubles: the product may pass 2^63, and a boundary need not be exact.
    const double target = static_cast<double>(total) * static_cast<double>(begins.size());
    const bool full = static_cast<double>(sum) * num_slices >= target;
    if (full && begins.size() < num_slices && word + 1 < weights.size()) {
      begins.push_back(static_cast<WordId>(word + 1));
    }
  }
  if (!weights.empty()) begins.push_back(static_cast<WordId>(weights.size()));
  return begins;
}

Result<Placement> Placement::Make(std::span<const Count> frequencies,
                                  std::vector<WordId> slice_begins, std::uint32_t num_shards,
                                  std::uint32_t num_topics) {
  if (num_shards < 1 || num_shards > std::numeric_limits<std::uint16_t>::max()) {
    return Status::Usage("expected 1 to 65535 shards, found " + std::to_string(num_shards));
  }
  if (slice_begins.size() < 2 || slice_begins.front() != 0 ||
      slice_begins.back() != frequencies.size() ||
      !std::is_sorted(slice_begins.begin(), slice_begins.end())) {
    return Status::Usage("expected slices from word 0 to word " +
                         std::to_string(frequencies.size()) + " in order");
  }
  Placement placement;
  placement.num_shards_ = num_shards;
  placement.num_topics_ = num_topics;
  placement.slice_begins_ = std::move(slice_begins);
  placement.owner_.resize(frequencies.size());
  placement.local_row_.resize(frequencies.size());
  placement.words_.reserve(frequencies.size());

  std::vector<std::uint64_t> costs(frequencies.size());
  for (std::size_t word = 0; word < frequencies.size(); ++word) {
    costs[word] = kRowCost + std::min<std::uint64_t>(static_cast<std::uint64_t>(frequencies[word]),
                                                     num_topics);
  }
  std::vector<std::uint64_t> totals(num_shards, 0);
  for (std::uint32_t slice = 0; slice < placement.num_slices(); ++slice) {
    placement.Assign(slice, costs, &totals);
  }
  placement.begins_.push_back(0);
  for (std::uint32_t shard = 0; shard < num_shards; ++shard) {
    const std::size_t first = placement.words_.size();
    for (std::uint32_t slice = 0; slice < placement.num_slices(); ++slice) {
      for (WordId w = placement.slice_begin(slice); w < placement.slice_end(slice); ++w) {
        if (placement.owner_[w] != shard) continue;
        placement.local_row_[w] = static_cast<std::uint32_t>(placement.words_.size() - first);
        placement.words_.push_back(w);
      }
      placement.begins_.push_back(static_cast<std::uint32_t>(placement.words_.size()));
    }
  }
  return placement;
}

void Placement::Assign(std::uint32_t slice, std::span<const std::uint64_t> costs,
                       std::vector<std::uint64_t>* totals) {
  std::vector<WordId> words(slice_size(slice));
  std::iota(words.begin(), words.end(), slice_begin(slice));
  std::stable_sort(words.begin(), words.end(),
                   [&](WordId a, WordId b) { return costs[a] > costs[b]; });
  std::vector<std::uint64_t> sums(num_shards_, 0);
  for (const WordId word : words) {
    std::uint32_t best = 0;
    for (std::uint32_t shard = 1; shard < num_shards_; ++shard) {
      // The slices before decide between shards that are equal in this one.
      if (std::pair(sums[shard], (*totals)[shard]) < std::pair(sums[best], (*totals)[best])) {
        best = shard;
      }
    }
    owner_[word] = static_cast<std::uint16_t>(best);
    sums[best] += costs[word];
    (*totals)[best] += costs[word];
  }
}

std::uint32_t Placement::SliceOf(WordId word) const {
  const auto after = std::upper_bound(slice_begins_.begin(), slice_begins_.end(), word);
  return static_cast<std::uint32_t>(after - slice_begins_.begin() - 1);
}

std::span<const WordId> Placement::Words(std::uint32_t shard, std::uint32_t slice) const {
  const std::size_t at = std::size_t{shard} * num_slices() + slice;
  return std::span(words_).subspan(begins_[at], begins_[at + 1] - begins_[at]);
}

std::span<const WordId> Placement::Words(std::uint32_t shard) const {
  const std::uint32_t begin = begins_[std::size_t{shard} * num_slices()];
  const std::uint32_t end = begins_[std::size_t{shard + 1} * num_slices()];
  return std::span(words_).subspan(begin, end - begin);
}

std::pair<TopicId, TopicId> Placement::Topics(std::uint32_t shard) const {
  const auto at = [&](std::uint64_t i) {
    return static_cast<TopicId>(i * num_topics_ / num_shards_);
  };
  return {at(shard), at(std::uint64_t{shard} + 1)};
}

}  // namespace lightlda
