// The word pass, one word at a time, of a process that has a part of the tokens (see sampler.h).
//
// Rows come from outside and are everybody's counts. What this process contributes to them is kept
// beside, packed: "told" rows. What its tokens count now, less what it has told, is what the others
// have to be told.
#ifndef LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_
#define LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_

#include <glog/logging.h>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sampler/word_batches.h"
#include "table/row_arithmetic.h"
#include "table/topic_delta.h"
#include "table/word_topic_table.h"

namespace lightlda {

// One thread's worker for one pass, of which `context` and `told` outlive it. Each call leaves in
// changes() what has to be told, topics ascending, and takes it as told. `row` is everybody's row,
// topics ascending; false if it cannot be: a count beyond its range, or less than what was told.
template <typename Topic>
class SharedWordWorker : public WordBatches<Topic> {
  using Base = WordBatches<Topic>;

 public:
  SharedWordWorker(const PassContext<Topic>& context, WordTopicTable* told)
      : Base(context), told_(*told), delta_(context.num_topics) {}

  std::span<const TopicDelta> changes() const { return changes_; }

  // What happened to the tokens' topics elsewhere: in the document pass, or when they were
  // restored.
  void CountChanges(WordId word) {
    ListOwn(word);
    told_.GetRow(word, &told_row_);
    SubtractRows(own_, told_row_, &changes_);
    if (!changes_.empty()) told_.SetRow(word, own_);
    Base::row_.Clear();
  }

  // Rows that hold all changes of all processes: the pass in steps.

  // Accepts the pending proposals.
  bool Accept(WordId word, std::span<const TopicCount> row) {
    Base::StartWord(word);
    if (!SetRow(row)) return false;
    Base::AcceptAll();
    Base::row_.Clear();
    AddMoves();
    return Tell(word);
  }
  // Draws topics for the joining tokens.
  bool Join(WordId word, std::span<const TopicCount> row) {
    Base::StartWord(word);
    if (!SetRow(row)) return false;
    Base::JoinAll([this](std::span<const TopicId> topics) { delta_.Add(topics); });
    Base::row_.Clear();
    return Tell(word);
  }
  // Leaves word proposals.
  bool Propose(WordId word, std::span<const TopicCount> row) {
    changes_.clear();
    Base::StartWord(word);
    if (!SetRow(row)) return false;
    Base::Propose();
    return true;
  }

  // Rows that lack changes of this process since it last told, and maybe some of others: the pass
  // in one go.

  bool AcceptAndPropose(WordId word, std::span<const TopicCount> row) {
    ListOwn(word);
    told_.GetRow(word, &told_row_);
    SubtractRows(own_, told_row_, &changes_);
    for (const TopicDelta& change : changes_) delta_.Add(change.topic, change.delta);
    if (!AddOthers(row)) return false;
    Base::AcceptAll();
    Base::row_.Apply({Base::moves_.begin(), Base::moves_.end()});
    Base::Propose();
    AddMoves();
    return Tell(word);
  }

 private:
  // Counts the word's own tokens into row_ and own_.
  void ListOwn(WordId word) {
    Base::Count(word, [](const Run& run) { return run.length; });
    own_.clear();
    Base::row_.ForEach([this](TopicId topic, std::int32_t count) {
      own_.push_back({topic, static_cast<std::uint32_t>(count)});
    });
  }

  bool SetRow(std::span<const TopicCount> row) {
    Base::num_counted_ = 0;
    for (const TopicCount& entry : row) Base::num_counted_ += entry.count;
    if (Base::num_counted_ > std::numeric_limits<std::int32_t>::max()) return false;
    for (const TopicCount& entry : row) {
      Base::row_.Add(entry.topic, static_cast<std::int32_t>(entry.count));
    }
    return true;
  }

  // Adds to the own tokens' counts, in row_, those of the others: the row less what was told.
  bool AddOthers(std::span<const TopicCount> row) {
    SubtractRows(row, told_row_, &others_);
    for (const TopicDelta& others : others_) {
      Base::num_counted_ += others.delta;
      if (others.delta < 0 || Base::num_counted_ > std::numeric_limits<std::int32_t>::max()) {
        return false;
      }
      Base::row_.Add(others.topic, others.delta);
    }
    return true;
  }

  void AddMoves() {
    for (const Move& move : Base::moves_) {
      delta_.Add(move.from, -1);
      delta_.Add(move.to, 1);
    }
  }

  // Lists delta_ as changes, and takes them as told.
  bool Tell(WordId word) {
    changes_.clear();
    delta_.ForEach([this](TopicId topic, std::int32_t delta) {
      changes_.push_back({topic, delta});
    });
    delta_.Clear();
    if (changes_.empty()) return true;
    told_.GetRow(word, &told_row_);
    CHECK(AddDeltas(told_row_, changes_, &own_)) << "own counts of word " << word;
    told_.SetRow(word, own_);
    return true;
  }

  WordTopicTable& told_;
  RowScratch delta_;  // changes being added up
  std::vector<TopicDelta> changes_;
  std::vector<TopicCount> own_;       // scratch
  std::vector<TopicCount> told_row_;  // scratch
  std::vector<TopicDelta> others_;    // scratch
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_
