#include "eval/window_counts.h"

#include <algorithm>

namespace lightlda {

WindowCounts::WindowCounts(const TopicWords* words, std::size_t num_words, WindowKind kind)
    : kind_(kind), words_(*words), slot_of_word_(num_words, -1) {
  std::size_t num_pairs = 0;
  for (std::uint32_t topic = 0; topic < words_.topics.size(); ++topic) {
    const std::vector<WordId>& of_topic = words_.topics[topic];
    auto& slots = slot_of_.emplace_back();
    for (std::uint32_t place = 0; place < of_topic.size(); ++place) {
      std::int32_t& slot = slot_of_word_[of_topic[place]];
      if (slot < 0) {
        slot = static_cast<std::int32_t>(places_.size());
        places_.emplace_back();
      }
      slots.push_back(static_cast<std::uint32_t>(slot));
      places_[slots.back()].push_back({topic, place});
    }
    first_pair_.push_back(num_pairs);
    num_pairs += of_topic.empty() ? 0 : of_topic.size() * (of_topic.size() - 1) / 2;
  }
  occurrences_.resize(places_.size());
  pairs_.resize(num_pairs);
}

// Pairs (i, j) with i < j, j by j.
std::size_t WindowCounts::PairIndex(std::size_t topic, std::size_t i, std::size_t j) const {
  const auto [low, high] = std::minmax(i, j);
  return first_pair_[topic] + high * (high - 1) / 2 + low;
}

Count WindowCounts::CoOccurrences(std::size_t topic, std::size_t i, std::size_t j) const {
  return i == j ? Occurrences(topic, i) : pairs_[PairIndex(topic, i, j)];
}

// The windows with the word: a union of intervals, as its occurrences are near each other or not.
void WindowCounts::AddIntervals(
    std::span<const std::pair<std::uint32_t, std::uint32_t>> occurrences, std::uint32_t num_tokens,
    std::uint32_t num_windows) {
  const std::uint32_t size = kind_.size == 0 ? num_tokens : static_cast<std::uint32_t>(kind_.size);
  const std::size_t first = intervals_.size();
  for (const auto& [slot, position] : occurrences) {
    const std::uint32_t begin = position + 1 > size ? position + 1 - size : 0;
    const std::uint32_t end = std::min(position, num_windows - 1);
    if (intervals_.size() > first && begin <= intervals_.back().second + 1) {
      intervals_.back().second = end;
    } else {
      intervals_.emplace_back(begin, end);
    }
  }
}

// The same where a word leaves with any occurrence and comes back with the next that enters. When
// the window moves on, one token leaves first, then one enters.
void WindowCounts::AddEarlyIntervals(
    std::span<const std::pair<std::uint32_t, std::uint32_t>> occurrences,
    std::uint32_t num_windows) {
  const auto size = static_cast<std::uint32_t>(kind_.size);
  std::vector<std::pair<std::uint32_t, bool>> events;  // window, whether it enters
  bool present = false;
  for (const auto& [slot, position] : occurrences) {
    if (position < size) {
      present = true;
    } else {
      events.emplace_back(position - size + 1, true);
    }
    if (position + 1 < num_windows) events.emplace_back(position + 1, false);
  }
  std::ranges::sort(events);
  std::uint32_t since = 0;
  for (const auto& [window, enters] : events) {
    if (enters == present) continue;
    if (present && window > since) intervals_.emplace_back(since, window - 1);
    present = enters;
    since = window;
  }
  if (present) intervals_.emplace_back(since, num_windows - 1);
}

Count WindowCounts::Shared(const Present& a, const Present& b) const {
  Count shared = 0;
  for (std::uint32_t i = a.begin, j = b.begin; i < a.end && j < b.end;) {
    const auto begin = std::max(intervals_[i].first, intervals_[j].first);
    const auto end = std::min(intervals_[i].second, intervals_[j].second);
    if (begin <= end) shared += end - begin + 1;
    intervals_[i].second < intervals_[j].second ? ++i : ++j;
  }
  return shared;
}

void WindowCounts::AddDocument(std::span<const WordId> tokens) {
  if (tokens.empty()) {
    num_windows_ += kind_.size == 0 ? 1 : 0;
    return;
  }
  const auto num_tokens = static_cast<std::uint32_t>(tokens.size());
  const std::uint32_t num_windows = kind_.size == 0 || tokens.size() < kind_.size
                                        ? 1
                                        : num_tokens - static_cast<std::uint32_t>(kind_.size) + 1;
  num_windows_ += num_windows;
  found_.clear();
  for (std::uint32_t position = 0; position < num_tokens; ++position) {
    const std::int32_t slot = slot_of_word_[tokens[position]];
    if (slot >= 0) found_.emplace_back(static_cast<std::uint32_t>(slot), position);
  }
  std::ranges::sort(found_);
  intervals_.clear();
  present_.clear();
  for (std::size_t begin = 0, end = 0; begin < found_.size(); begin = end) {
    const std::uint32_t slot = found_[begin].first;
    while (end < found_.size() && found_[end].first == slot) ++end;
    const auto first = static_cast<std::uint32_t>(intervals_.size());
    const auto occurrences = std::span(found_).subspan(begin, end - begin);
    if (kind_.leaves_early && kind_.size > 0) {
      AddEarlyIntervals(occurrences, num_windows);
    } else {
      AddIntervals(occurrences, num_tokens, num_windows);
    }
    const auto last = static_cast<std::uint32_t>(intervals_.size());
    for (auto i = first; i < last; ++i) {
      occurrences_[slot] += intervals_[i].second - intervals_[i].first + 1;
    }
    for (const Place& place : places_[slot]) present_.push_back({place, first, last});
  }
  std::ranges::sort(present_, {}, [](const Present& word) {
    return std::pair(word.place.topic, word.place.place);
  });
  for (std::size_t i = 0; i < present_.size(); ++i) {
    const std::uint32_t topic = present_[i].place.topic;
    for (std::size_t j = i + 1; j < present_.size() && present_[j].place.topic == topic; ++j) {
      pairs_[PairIndex(topic, present_[i].place.place, present_[j].place.place)] +=
          Shared(present_[i], present_[j]);
    }
  }
}

void WindowCounts::Merge(const WindowCounts& other) {
  num_windows_ += other.num_windows_;
  std::ranges::transform(occurrences_, other.occurrences_, occurrences_.begin(), std::plus());
  std::ranges::transform(pairs_, other.pairs_, pairs_.begin(), std::plus());
}

}  // namespace lightlda
