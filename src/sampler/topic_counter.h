// Topic counts of a word or a document in a dense array, with the non-zero ones findable and
// clearable in time proportional to their number.
#ifndef LIGHTLDA_SAMPLER_TOPIC_COUNTER_H_
#define LIGHTLDA_SAMPLER_TOPIC_COUNTER_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/kernels.h"
#include "lightlda/types.h"

namespace lightlda {

// A topic is listed when its count leaves 0, without a branch; the list is put in order when
// someone wants to see it, by setting a bit per topic in a bitmap and reading that back. Rows that
// are announced to be long have no list: their topics are found by looking at all counts. One
// thread each.
class TopicCounter {
 public:
  explicit TopicCounter(std::uint32_t num_topics)
      : topics_(num_topics),
        capacity_(num_topics + num_topics / 4 + 64),
        touched_(capacity_ + 1),
        bits_((num_topics + 63) / 64 + 1, 0),
        top_((bits_.size() + 63) / 64, 0) {}

  // What stands beside the counts for the acceptances: n_k + beta_sum, [num_topics]; 0 until set.
  void SetTotals(const float* totals) {
    for (std::size_t k = 0; k < topics_.size(); ++k) topics_[k].total = totals[k];
  }
  const TopicStats* topics() const { return topics_.data(); }  // [num_topics]
  std::int32_t count(TopicId topic) const { return topics_[topic].count; }

  void Add(TopicId topic, std::int32_t amount) {
    if (size_ == capacity_) Sort();
    touched_[size_] = topic;
    size_ += topics_[topic].count == 0 ? 1 : 0;
    topics_[topic].count += amount;
  }
  // Replaces the counts by a row. REQUIRES: all are 0; topics ascending.
  void Set(std::span<const TopicCount> row) {
    TopicId* out = touched_.data();
    for (const TopicCount& entry : row) {
      *out++ = entry.topic;
      topics_[entry.topic].count = static_cast<std::int32_t>(entry.count);
    }
    size_ = row.size();
    sorted_ = size_;
  }
  // Announces a row of so many tokens, which are then added, any number at a time. Their counts,
  // and those of tokens added to it later, are there after Finish. REQUIRES: all are 0.
  void Start(std::int64_t num_tokens) {
    is_long_ = kLong * num_tokens >= static_cast<std::int64_t>(topics_.size());
    if (!is_long_) return;
    even_.resize(topics_.size(), 0);
    odd_.resize(topics_.size(), 0);
  }
  void Finish() {
    if (!is_long_) return;
    for (std::size_t k = 0; k < topics_.size(); ++k) topics_[k].count += even_[k] + odd_[k];
    std::fill(even_.begin(), even_.end(), 0);
    std::fill(odd_.begin(), odd_.end(), 0);
  }
  // A token of each of the topics.
  void Add(std::span<const TopicId> topics) {
    if (is_long_) return AddByTurns(topics);
    AddEach(topics, [](TopicStats*, TopicId topic) { return topic; });
  }
  // Moves tokens; false if the row lacks some that move: a count was below 0. REQUIRES: no count
  // was before.
  bool Apply(std::span<const Move> moves) {
    std::int32_t all = 0;  // an "or": negative if one of them is
    if (is_long_) {
      for (const Move& move : moves) {
        all |= --topics_[move.from].count;
        ++topics_[move.to].count;
      }
      return all >= 0;
    }
    AddEach(moves, [&all](TopicStats* stats, const Move& move) {
      all |= --stats[move.from].count;
      return move.to;
    });
    return all >= 0;
  }
  // The same for counts of either sign, which are changes: a token less and a token more.
  void AddMoves(std::span<const Move> moves) {
    TopicStats* const stats = topics_.data();
    TopicId* const touched = touched_.data();
    while (!moves.empty()) {
      if (size_ + 2 > capacity_) Sort();
      const auto piece = moves.first(std::min(moves.size(), (capacity_ - size_) / 2));
      std::size_t size = size_;
      for (const Move& move : piece) {
        touched[size] = move.from;
        size += stats[move.from].count-- == 0 ? 1 : 0;
        touched[size] = move.to;
        size += stats[move.to].count++ == 0 ? 1 : 0;
      }
      size_ = size;
      moves = moves.subspan(piece.size());
    }
  }

  // The touched topics, ascending. Some may have a count of 0 again, and in a long row those may be
  // missing. Valid until the next change.
  std::span<const TopicId> SortedTopics() {
    Sort();
    return {touched_.data(), size_};
  }

  // Calls visit(topic, count) for the topics with a count other than 0, ascending.
  template <typename Visit>
  void ForEach(Visit&& visit) {
    for (const TopicId topic : SortedTopics()) {
      if (topics_[topic].count != 0) visit(topic, topics_[topic].count);
    }
  }

  // All counts to 0.
  void Clear() {
    if (is_long_) {
      for (TopicStats& stats : topics_) stats.count = 0;
    } else {
      for (std::size_t i = 0; i < size_; ++i) topics_[touched_[i]].count = 0;
    }
    size_ = 0;
    sorted_ = 0;
    is_long_ = false;
  }

 private:
  // Adds a token of topic_of(stats, item) for each item. Fast because the loop, which knows that
  // the list has room, keeps the list's size in a register.
  template <typename Item, typename TopicOf>
  void AddEach(std::span<const Item> items, TopicOf topic_of) {
    TopicStats* const stats = topics_.data();
    TopicId* const touched = touched_.data();
    while (!items.empty()) {
      if (size_ == capacity_) Sort();
      const auto piece = items.first(std::min(items.size(), capacity_ - size_));
      std::size_t size = size_;
      for (const Item& item : piece) {
        const TopicId topic = topic_of(stats, item);
        touched[size] = topic;
        size += stats[topic].count == 0 ? 1 : 0;
        ++stats[topic].count;
      }
      size_ = size;
      items = items.subspan(piece.size());
    }
  }

  // In two arrays by turns: a word's successive tokens often have one topic, and a count that was
  // just stored is not there to be loaded for some cycles.
  void AddByTurns(std::span<const TopicId> topics) {
    std::size_t i = 0;
    for (; i + 1 < topics.size(); i += 2) {
      ++even_[topics[i]];
      ++odd_[topics[i + 1]];
    }
    if (i < topics.size()) ++even_[topics[i]];
  }

  // Puts the touched topics in ascending order, each once.
  void Sort() {
    if (is_long_) return ListAll();
    if (sorted_ == size_) return;
    for (std::size_t i = 0; i < size_; ++i) {
      const TopicId topic = touched_[i];
      bits_[topic >> 6] |= std::uint64_t{1} << (topic & 63);
    }
    const std::size_t num_words = bits_.size() - 1;
    TopicId* end;
    if (size_ >= kDense * num_words) {
      end = touched_.data();
      for (std::size_t word = 0; word < num_words; ++word) end = ReadWord(word, end);
    } else if (kSparse * size_ >= num_words) {
      end = ReadFlat();
    } else {
      end = ReadSparse();
    }
    size_ = static_cast<std::size_t>(end - touched_.data());
    sorted_ = size_;
  }

  // The topics of a long row.
  void ListAll() {
    TopicId* out = touched_.data();
    for (TopicId topic = 0; topic < topics_.size(); ++topic) {
      *out = topic;
      out += topics_[topic].count != 0 ? 1 : 0;
    }
    size_ = static_cast<std::size_t>(out - touched_.data());
  }

  // The topics of one word of the bitmap, which it clears. Returns the end of what it wrote.
  TopicId* ReadWord(std::size_t word, TopicId* out) {
    for (std::uint64_t bits = bits_[word]; bits != 0; bits &= bits - 1) {
      *out++ = static_cast<TopicId>(word * 64) + static_cast<TopicId>(std::countr_zero(bits));
    }
    bits_[word] = 0;
    return out;
  }

  // All words, a bit or an empty word at a step and no branch on which. With one or two bits per
  // word, a loop over each word's bits would mispredict its end most times.
  TopicId* ReadFlat() {
    TopicId* out = touched_.data();
    std::uint64_t bits = bits_[0];
    for (std::size_t word = 0; word + 1 < bits_.size();) {
      *out = static_cast<TopicId>(word * 64) + static_cast<TopicId>(std::countr_zero(bits));
      out += (bits | (0 - bits)) >> 63;  // 1 if there is a bit
      bits &= bits - 1;
      const std::uint64_t done = bits == 0 ? 1 : 0;
      bits_[word] = 0;
      bits |= bits_[word + 1] & (0 - done);
      word += done;
    }
    return out;
  }

  // The words with a bit only, found by one more level.
  TopicId* ReadSparse() {
    for (std::size_t i = 0; i < size_; ++i) {
      top_[touched_[i] >> 12] |= std::uint64_t{1} << ((touched_[i] >> 6) & 63);
    }
    TopicId* out = touched_.data();
    for (std::size_t upper = 0; upper < top_.size(); ++upper) {
      for (std::uint64_t marks = top_[upper]; marks != 0; marks &= marks - 1) {
        out = ReadWord(upper * 64 + static_cast<std::size_t>(std::countr_zero(marks)), out);
      }
      top_[upper] = 0;
    }
    return out;
  }

  // Touched topics per word of the bitmap from which on it is read word by word, and its inverse
  // from which on most words are empty.
  static constexpr std::size_t kDense = 4;
  static constexpr std::size_t kSparse = 4;

  // A row of at least num_topics / kLong tokens is long.
  static constexpr std::int64_t kLong = 2;

  std::vector<TopicStats> topics_;  // [num_topics]
  std::size_t capacity_;
  std::vector<TopicId> touched_;  // [capacity_ + 1]
  std::size_t size_ = 0;
  std::size_t sorted_ = 0;           // size_ if the list is in order
  std::vector<std::uint64_t> bits_;  // one bit per topic and an empty word, zero between calls
  std::vector<std::uint64_t> top_;   // one bit per word of bits_, zero between calls
  bool is_long_ = false;
  std::vector<std::int32_t> even_;  // [num_topics] once there was a long row: counts up to Finish
  std::vector<std::int32_t> odd_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOPIC_COUNTER_H_
