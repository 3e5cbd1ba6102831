// In how many windows of a corpus words occur, alone and together: what coherence rests on.
#ifndef LIGHTLDA_EVAL_WINDOW_COUNTS_H_
#define LIGHTLDA_EVAL_WINDOW_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// The words of some topics, and which of them are asked about together: those of one topic.
struct TopicWords {
  std::vector<std::vector<WordId>> topics;  // each word once in its topic
};

// Windows of `size` tokens that slide over a document token by token; a document that is shorter is
// one window, and so is each document for size 0. Documents without tokens count for size 0 alone.
struct WindowKind {
  std::size_t size = 0;
  // A word leaves the window with any of its occurrences, as in gensim's
  // WordOccurrenceAccumulator, not with the last.
  bool leaves_early = false;
};

// Counts windows document by document. Not thread-safe: one per thread, then Merge.
class WindowCounts {
 public:
  // words: those of the topics, by id; must outlive it. num_words: ids are below it.
  WindowCounts(const TopicWords* words, std::size_t num_words, WindowKind kind);

  void AddDocument(std::span<const WordId> tokens);
  void Merge(const WindowCounts& other);

  Count num_windows() const { return num_windows_; }
  // Windows that have the word at `place` of `topic`.
  Count Occurrences(std::size_t topic, std::size_t place) const {
    return occurrences_[slot_of_[topic][place]];
  }
  // Windows that have both; with i == j those that have it.
  Count CoOccurrences(std::size_t topic, std::size_t i, std::size_t j) const;

 private:
  // First and last window, both included.
  using Interval = std::pair<std::uint32_t, std::uint32_t>;
  struct Place {
    std::uint32_t topic;
    std::uint32_t place;
  };
  // A word of the document under way at a place of a topic: a topic's words are to be paired.
  struct Present {
    Place place;
    std::uint32_t begin;  // of its windows in intervals_
    std::uint32_t end;
  };

  void AddIntervals(std::span<const std::pair<std::uint32_t, std::uint32_t>> occurrences,
                    std::uint32_t num_tokens, std::uint32_t num_windows);
  void AddEarlyIntervals(std::span<const std::pair<std::uint32_t, std::uint32_t>> occurrences,
                         std::uint32_t num_windows);
  Count Shared(const Present& a, const Present& b) const;
  std::size_t PairIndex(std::size_t topic, std::size_t i, std::size_t j) const;

  WindowKind kind_;
  const TopicWords& words_;
  std::vector<std::int32_t> slot_of_word_;           // [num_words]; -1: not asked about
  std::vector<std::vector<std::uint32_t>> slot_of_;  // [topics][words]
  std::vector<std::vector<Place>> places_;           // [slots]
  std::vector<std::size_t> first_pair_;              // [topics]
  std::vector<Count> occurrences_;                   // [slots]
  std::vector<Count> pairs_;
  Count num_windows_ = 0;
  // Of the document under way.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found_;  // slot, position
  std::vector<Interval> intervals_;
  std::vector<Present> present_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_WINDOW_COUNTS_H_
