// The word-topic table and its totals as the samplers of several processes share them: each pushes
// what its tokens changed and pulls what all changes add up to.
#ifndef LIGHTLDA_SAMPLER_TABLE_CLIENT_H_
#define LIGHTLDA_SAMPLER_TABLE_CLIENT_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "table/registers.h"
#include "table/row_changes.h"

namespace lightlda {

// The rows of one slice of the vocabulary as a pull got them. Any number of threads.
class PulledRows {
 public:
  virtual ~PulledRows() = default;
  // Replaces *row by everybody's counts of the word, topics ascending, < num_topics. REQUIRES: the
  // word is of the slice.
  virtual Status Get(WordId word, std::vector<TopicCount>* row) const = 0;
};

// The slices of a vocabulary and the order in which a process goes through them.
struct WordSlices {
  std::span<const WordId> begins;  // [num_slices + 1], ascending; empty: there are none
  std::uint32_t first = 0;         // the others follow, around to the one before it

  std::uint32_t size() const {
    return begins.empty() ? 0 : static_cast<std::uint32_t>(begins.size()) - 1;
  }
  WordId first_word() const { return begins.empty() ? 0 : begins[first]; }
  // The slice that comes at a position of the order, and back. REQUIRES: < size().
  std::uint32_t At(std::uint32_t position) const { return (first + position) % size(); }
  std::uint32_t PositionOf(std::uint32_t slice) const { return (slice + size() - first) % size(); }
  // The slice of a word.
  std::uint32_t Of(WordId word) const {
    return static_cast<std::uint32_t>(std::ranges::upper_bound(begins, word) - begins.begin()) - 1;
  }
};

// How often a pass exchanges changes for rows: not at all, where a process has all tokens; once,
// which costs less, with rows that may lack others' latest changes; or twice, with all of them.
enum class ExchangeMode { kNone, kOnce, kTwice };

// A pass that exchanges twice has two phases, in each of which a process pushes, then pulls. One
// that exchanges once has kFirst alone, in which it pulls, then pushes.
enum class ExchangePhase { kFirst, kSecond };

// All processes make the same passes over all words, and in each go through every slice of words.
// All calls but AddRows come from one thread.
class TableClient {
 public:
  virtual ~TableClient() = default;

  // Each process begins with another slice, so that others may have pushed already in this very
  // pass what one pulls.
  virtual WordSlices slices() const = 0;

  // Begins a pass, which exchanges kOnce or kTwice, the same in all processes. What is pulled in a
  // pass that exchanges twice holds what all processes have pushed up to this phase, and if all
  // passes do so, nothing else. In a pass that exchanges once it may lack what others pushed in the
  // last few passes, but never what this process pushed.
  virtual Status BeginPass(ExchangeMode mode) = 0;

  // Pushes the changes of a slice's rows: begin, rows, end. AddRows may be called from any number
  // of threads.
  virtual Status BeginPush(std::uint32_t slice, ExchangePhase phase) = 0;
  virtual Status AddRows(const RowChanges& rows) = 0;
  virtual Status EndPush() = 0;
  // Changes of n_k, [num_topics].
  virtual Status PushTotals(ExchangePhase phase, std::span<const Count> deltas) = 0;

  // Begins to pull a slice or the totals; the Wait calls give what came.
  virtual Status Pull(std::uint32_t slice, ExchangePhase phase) = 0;
  virtual Result<std::unique_ptr<const PulledRows>> WaitRows(std::uint32_t slice) = 0;
  virtual Status PullTotals(ExchangePhase phase) = 0;
  virtual Result<std::vector<Count>> WaitTotals() = 0;  // [num_topics]

  // What all processes have pushed up to the end of this pass, between passes: the same whenever
  // inspected. REQUIRES: no process begins the next pass before all have what they inspect here.
  virtual Result<std::unique_ptr<const PulledRows>> Inspect(std::uint32_t slice) = 0;
  virtual Result<std::vector<Count>> InspectTotals() = 0;

  // Slices to pull before a sweep comes to them, >= 1: their rows are on the way while it works.
  virtual std::uint32_t slices_ahead(ExchangeMode mode) const = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TABLE_CLIENT_H_
