// The word pass, one word at a time, of a process that has a part of the tokens (see sampler.h).
//
// Rows come from outside and are everybody's counts, of which this process's share is its tokens'
// published topics. What has to be pushed is how the tokens' topics now differ from those.
#ifndef LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_
#define LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/scratch_array.h"
#include "sampler/word_batches.h"
#include "table/topic_delta.h"

namespace lightlda {

// One thread's worker for one pass, of which `context` outlives it. Each call leaves in changes()
// what has to be published, topics ascending. `row` is everybody's row, topics
// ascending; false if it cannot be: a count beyond its range, or less than what was published.
template <typename Topic>
class SharedWordWorker : public WordBatches<Topic> {
  using Base = WordBatches<Topic>;

 public:
  explicit SharedWordWorker(const PassContext<Topic>& context) : Base(context) {}

  std::span<const TopicDelta> changes() const { return {changes_, num_changes_}; }

  // Goes to a word; false if none of its tokens is here. The other calls are about that word.
  bool Start(WordId word) {
    num_changes_ = 0;
    return Base::StartWord(word) > 0;
  }

  // Tokens that were restored: they count as published, but nobody knows of them.
  void PushAll() {
    Base::VisitTopics([this](std::span<const TopicId> topics) { Base::row_.Add(topics); });
    ListChanges({});
    Base::row_.Clear();
  }
  // What the document pass changed. Accept comes next, and takes it as published.
  void PushMoves() {
    Base::FindMoves();
    Base::row_.AddMoves({Base::moves_.begin(), Base::moves_.end()});
    ListChanges({});
    Base::row_.Clear();
  }

  // Rows that hold all changes of all processes: the pass in steps.

  // Accepts the pending proposals.
  bool Accept(std::span<const TopicCount> row) {
    if (!Base::SetRow(row)) return false;
    Base::AcceptAll();
    if (!ApplyMoves()) return false;
    ListChanges(row);
    Base::row_.Clear();
    return true;
  }
  // Draws topics for the joining tokens.
  bool Join(std::span<const TopicCount> row) {
    if (!Base::SetRow(row)) return false;
    Base::JoinAll([](std::span<const TopicId>) {});
    ListChanges(row);
    Base::row_.Clear();
    return true;
  }
  // Leaves word proposals.
  bool Propose(std::span<const TopicCount> row) {
    if (!Base::SetRow(row)) return false;
    Base::Propose();
    return true;
  }

  // Rows that lack changes of this process since it last published, and maybe some of others: the
  // pass in one go.

  bool AcceptAndPropose(std::span<const TopicCount> row) {
    if (!Base::SetRow(row)) return false;
    Base::FindMoves();
    if (!ApplyMoves()) return false;
    Base::AcceptAll();
    if (!ApplyMoves()) return false;
    ListChanges(row);
    Base::Propose();
    return true;
  }
  // Where there are no proposals to accept.
  bool PushAndPropose(std::span<const TopicCount> row) {
    if (!Base::SetRow(row)) return false;
    Base::FindMoves();
    if (!ApplyMoves()) return false;
    ListChanges(row);
    Base::Propose();
    return true;
  }

 private:
  // False if the row lacks tokens that have moved.
  bool ApplyMoves() { return Base::row_.Apply({Base::moves_.begin(), Base::moves_.end()}); }

  // Lists how row_ differs from what it was set to, or from nothing.
  void ListChanges(std::span<const TopicCount> row) {
    const std::span<const TopicId> topics = Base::row_.SortedTopics();
    changes_ = room_.Room(topics.size());
    TopicDelta* out = changes_;
    const TopicCount* before = row.data();
    const TopicCount* const end = before + row.size();
    for (const TopicId topic : topics) {
      *out = {topic, Base::row_.count(topic)};
      if (before != end && before->topic == topic) {
        out->delta -= static_cast<std::int32_t>((before++)->count);
      }
      out += out->delta != 0 ? 1 : 0;
    }
    num_changes_ = static_cast<std::size_t>(out - changes_);
  }

  ScratchArray<TopicDelta> room_;
  TopicDelta* changes_ = nullptr;
  std::size_t num_changes_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SHARED_WORD_PASS_H_
