// The word pass, one word at a time, of a process that has all tokens (see sampler.h).
#ifndef LIGHTLDA_SAMPLER_WORD_PASS_H_
#define LIGHTLDA_SAMPLER_WORD_PASS_H_

#include <span>

#include "sampler/word_batches.h"

namespace lightlda {

// One thread's worker for one pass, of which `context` outlives it.
template <typename Topic>
class WordWorker : public WordBatches<Topic> {
  using Base = WordBatches<Topic>;

 public:
  explicit WordWorker(const PassContext<Topic>& context) : Base(context) {}

  // Accepts the pending proposals of the word's tokens, then leaves word proposals.
  void AcceptAndPropose(WordId word) {
    if (!Base::Count(word, [](const Run& run) { return run.length; })) return;
    Base::AcceptAll();
    Base::row_.Apply({Base::moves_.begin(), Base::moves_.end()});
    Base::Propose();
  }

  // Leaves word proposals only.
  void ProposeOnly(WordId word) {
    if (!Base::Count(word, [](const Run& run) { return run.length; })) return;
    Base::staging_.after = Base::staging_.before;
    Base::Propose();
  }

  // Draws topics for the word's joining tokens from the row of those that were there, then leaves
  // word proposals with all.
  void JoinAndPropose(WordId word) {
    Base::Count(word, [](const Run& run) { return run.joined_from; });
    Base::JoinAll([](std::span<const TopicId>) {});
    if (Base::num_counted_ > 0) Base::Propose();
  }
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_WORD_PASS_H_
