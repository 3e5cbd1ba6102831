// Phrases: two words that are one word of the vocabulary where they follow each other.
#ifndef LIGHTLDA_TEXT_PHRASES_H_
#define LIGHTLDA_TEXT_PHRASES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightlda {

// Pairs of words. Immutable once filled, hence safe to read from any number of threads.
class PhraseSet {
 public:
  void Add(std::string_view first, std::string_view second) {
    seconds_[std::string(first)].emplace(second);
  }

  bool empty() const { return seconds_.empty(); }
  // Whether a phrase begins with the word.
  bool Begins(std::string_view word) const { return seconds_.contains(word); }
  bool Contains(std::string_view first, std::string_view second) const {
    const auto found = seconds_.find(first);
    return found != seconds_.end() && found->second.contains(second);
  }
  // All pairs, in ascending order of their words' bytes.
  std::vector<std::pair<std::string, std::string>> Sorted() const {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [first, seconds] : seconds_) {
      for (const std::string& second : seconds) pairs.emplace_back(first, second);
    }
    return pairs;
  }

  // The word of the vocabulary.
  static std::string Join(std::string_view first, std::string_view second) {
    return std::string(first) + "_" + std::string(second);
  }

 private:
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> seconds_;
};

// Joins phrases in a stream of words, from the left: of "a b c" with the phrases "a b" and "b c"
// the first is joined. Not thread-safe.
class PhraseJoiner {
 public:
  // `phrases` must outlive it.
  explicit PhraseJoiner(const PhraseSet& phrases) : phrases_(phrases) {}

  // Calls sink(std::string_view word) for what is settled by this word.
  template <typename Sink>
  void Add(std::string_view word, Sink&& sink) {
    if (open_ && phrases_.Contains(first_, word)) {
      open_ = false;
      sink(std::string_view(PhraseSet::Join(first_, word)));
      return;
    }
    Finish(sink);
    first_ = word;
    open_ = true;
  }
  // The end of a text.
  template <typename Sink>
  void Finish(Sink&& sink) {
    if (open_) sink(std::string_view(first_));
    open_ = false;
  }

 private:
  const PhraseSet& phrases_;
  std::string first_;  // if open_: a word that may begin a phrase
  bool open_ = false;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_PHRASES_H_
