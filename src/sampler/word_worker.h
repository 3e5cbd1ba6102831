// A pass over words, one word at a time (see sampler.h).
#ifndef LIGHTLDA_SAMPLER_WORD_WORKER_H_
#define LIGHTLDA_SAMPLER_WORD_WORKER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "kernels/random_window.h"
#include "lightlda/status.h"
#include "sampler/pass_context.h"
#include "sampler/proposal.h"
#include "sampler/staged_word.h"
#include "sampler/table_client.h"
#include "sampler/token_batch.h"
#include "sampler/topic_counter.h"
#include "table/topic_delta.h"

namespace lightlda {

// What is done with a word, in this order. A pass whose process has all tokens is one visit of each
// word. Where other processes have tokens too, rows come from outside and are everybody's counts,
// of which this process's share is its tokens' published topics; pushed is how the row then
// differs.
struct WordVisit {
  // The row to start from: none, all counts 0; this process's tokens (the settled ones, if others
  // join); or a given one.
  enum class Rows { kNone, kOwnTokens, kGiven };
  // What happens to topics, with the row as it is then: pending proposals are accepted, or joining
  // tokens drawn from it.
  enum class Change { kNone, kAccept, kJoin };
  // What is left for the next document pass: word proposals with the tokens, or the row in the
  // table of the full conditionals.
  enum class Leave { kNothing, kProposals, kTableRow };

  Rows rows = Rows::kNone;
  bool take_unpublished = false;  // adds to the row what moved since it was published
  Change change = Change::kNone;
  bool push = false;  // lists how the row differs from the given one, or from none
  Leave leave = Leave::kNothing;

  // Nothing is done, whatever the row.
  bool is_idle() const { return change == Change::kNone && !push && leave == Leave::kNothing; }
};

// One thread's worker for one sweep over words, of which `context` outlives it.
//
// A word that fits one batch is read and written once where its proposals are both accepted and
// left anew; others once per phase: count, accept, propose.
class WordWorker {
 public:
  WordWorker(const PassContext& context, const WordVisit& visit);

  // The part of the pass that is worked on from now, [num_blocks].
  void set_tokens(std::span<const TokenView> tokens) { word_.set_tokens(tokens); }

  // Visits a word, if it has tokens here. given: with the word's row, if the visit takes one.
  // Errors: kFailure, of a row that cannot be: a count beyond its range, or less than what was
  // published; and those of `given`.
  Status Visit(WordId word, const PulledRows* given);

  // What the last visit pushes, topics ascending.
  std::span<const TopicDelta> changes() const { return {changes_, num_changes_}; }
  TotalsDelta& totals_delta() { return totals_delta_; }

 private:
  void CountOwnTokens();
  // Adds the prior of the word to its row.
  void AddPrior();
  // These return false if the row cannot be.
  bool SetRow();
  bool TakeUnpublished();
  bool Accept();

  void Join();
  // proposal_ for tokens without topics, in a run that has begun with none.
  void BuildStart();
  void ListChanges();
  void LeaveProposals();
  void WriteTableRow();

  // Changes the row by moves_.
  bool ApplyMoves() { return row_.Apply({moves_.begin(), moves_.end()}); }

  const PassContext& context_;
  const WordVisit visit_;
  StagedWord word_;
  const bool stages_records_;        // of words that fit one batch
  const bool adds_prior_;            // to rows; what is pushed of them is without it
  bool records_are_staged_ = false;  // all of the word at hand, in its batch
  std::vector<TopicCount> given_;    // the given row
  std::vector<TopicCount> prior_;    // of the word, if it is added
  TopicCounter row_;                 // counts that the word is sampled from
  std::int64_t num_counted_ = 0;     // their sum
  MoveList moves_;
  WordProposal proposal_;
  std::optional<TopicCounter> start_row_;  // where tokens get their first topics from the prior
  std::vector<TopicCount> start_;
  TotalsDelta totals_delta_;
  std::vector<RandomWindow> accept_;  // [num_blocks], if the visit needs them; likewise below
  std::vector<RandomWindow> propose_;
  std::vector<RandomWindow> join_;
  ScratchArray<TopicDelta> room_;
  TopicDelta* changes_ = nullptr;
  std::size_t num_changes_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_WORD_WORKER_H_
