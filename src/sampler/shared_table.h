// The word-topic table and its totals as the samplers of several processes share them: each tells
// what its tokens changed and is told what all of them add up to.
#ifndef LIGHTLDA_SAMPLER_SHARED_TABLE_H_
#define LIGHTLDA_SAMPLER_SHARED_TABLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "table/row_changes.h"

namespace lightlda {

// The rows of one slice of the vocabulary as they were when asked for. Any number of threads.
class SharedRows {
 public:
  virtual ~SharedRows() = default;
  // Replaces *row by everybody's counts of the word, topics ascending, < num_topics. REQUIRES: the
  // word is of the slice.
  virtual Status Get(WordId word, std::vector<TopicCount>* row) const = 0;
};

// All processes make the same passes over all words, and in each go through every slice of words.
// All calls but AddRows come from one thread.
class SharedTable {
 public:
  // A pass that exchanges twice has two steps, in each of which a process tells, then asks. One
  // that exchanges once has kFirst alone, in which it asks, then tells.
  enum class Step { kFirst, kSecond };

  virtual ~SharedTable() = default;

  // Exact: every pass exchanges twice, and what is asked for in a step holds what all processes
  // have told up to this step, and nothing else. Otherwise it may hold more; and in a pass that
  // exchanges once it may lack what others told in the last few passes, but never what this process
  // told.
  virtual bool exact() const = 0;
  virtual std::span<const WordId> slice_begins() const = 0;  // [num_slices + 1]
  std::uint32_t num_slices() const { return static_cast<std::uint32_t>(slice_begins().size() - 1); }

  // Begins a pass. REQUIRES: twice, if exact().
  virtual Status BeginPass(bool twice) = 0;

  // Tells the changes of a slice's rows: begin, rows, end. AddRows may be called from any number of
  // threads.
  virtual Status BeginTell(std::uint32_t slice, Step step) = 0;
  virtual Status AddRows(const RowChanges& rows) = 0;
  virtual Status EndTell() = 0;
  // Changes of n_k, [num_topics].
  virtual Status TellTotals(Step step, std::span<const Count> deltas) = 0;

  // Asks for rows or totals, then waits for them.
  virtual Status Ask(std::uint32_t slice, Step step) = 0;
  virtual Result<std::unique_ptr<const SharedRows>> WaitRows(std::uint32_t slice) = 0;
  virtual Status AskTotals(Step step) = 0;
  virtual Result<std::vector<Count>> WaitTotals() = 0;  // [num_topics]

  // What all processes have told up to the end of this pass, between passes: the same whenever
  // asked. REQUIRES: no process begins the next pass before all have what they ask for here.
  virtual Result<std::unique_ptr<const SharedRows>> Inspect(std::uint32_t slice) = 0;
  virtual Result<std::vector<Count>> InspectTotals() = 0;

  // Slices that may be asked for and not waited for.
  virtual std::uint32_t max_asked() const = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SHARED_TABLE_H_
