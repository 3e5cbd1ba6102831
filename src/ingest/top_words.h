// The most frequent of many words, to show what was dropped.
#ifndef LIGHTLDA_INGEST_TOP_WORDS_H_
#define LIGHTLDA_INGEST_TOP_WORDS_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// Keeps kMaxWords of what is added; of equally frequent ones those first in the order of their
// bytes. So it does not matter in which order they come. Not thread-safe.
class TopWords {
 public:
  static constexpr std::size_t kMaxWords = 10;

  // Words without tokens are none.
  void Add(std::string_view word, Count tokens) {
    const auto before = [](const Entry& a, const Entry& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    if (tokens == 0) return;
    if (entries_.size() == kMaxWords && tokens < entries_.back().first) return;
    Entry entry(tokens, word);
    entries_.insert(std::ranges::upper_bound(entries_, entry, before), std::move(entry));
    if (entries_.size() > kMaxWords) entries_.pop_back();
  }

  // Most frequent first.
  std::vector<std::string> Words() const {
    std::vector<std::string> words;
    for (const Entry& entry : entries_) words.push_back(entry.second);
    return words;
  }

 private:
  using Entry = std::pair<Count, std::string>;
  std::vector<Entry> entries_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_TOP_WORDS_H_
