#include "infer/fold_in.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lightlda {
namespace {

constexpr int kStepsBetweenPrunings = 2;

}  // namespace

void CountWords(std::span<const WordId> words, std::vector<WordCount>* bag) {
  thread_local std::vector<WordId> sorted;
  sorted.assign(words.begin(), words.end());
  std::ranges::sort(sorted);
  bag->clear();
  for (const WordId word : sorted) {
    if (bag->empty() || bag->back().word != word) bag->push_back({word, 0});
    ++bag->back().count;
  }
}

FoldIn::FoldIn(const PhiRows* phi)
    : phi_(*phi), expected_(phi->num_topics(), 0.0), place_(phi->num_topics(), -1) {}

void FoldIn::Estimate(std::span<const WordCount> bag, std::span<double> theta) {
  Begin(bag, theta);
  TakeWords(bag, theta);
  for (int step = 1; step < kMaxSteps && !active_.empty(); ++step) {
    if (Step() < kTolerance) break;
    if (step % kStepsBetweenPrunings == 0) Prune(theta);
  }
  for (const ActiveTopic& topic : active_) theta[topic.topic] = topic.theta;
  const double sum = std::accumulate(theta.begin(), theta.end(), 0.0);
  for (double& share : theta) share /= sum;
}

// The first step, from a uniform theta, and the choice of the topics under estimation.
void FoldIn::Begin(std::span<const WordCount> bag, std::span<double> theta) {
  mass_ = phi_.alpha_sum();
  double scale_sum = 0;
  for (const auto& [word, count] : bag) {
    const double scale = count / phi_.Sum(word);
    for (const auto& [topic, excess] : phi_.Row(word)) expected_[topic] += scale * excess;
    scale_sum += scale;
    mass_ += count;
  }
  active_.clear();
  settled_shared_ = 0;
  for (TopicId k = 0; k < phi_.num_topics(); ++k) {
    const double alpha = phi_.alpha()[k];
    const double shared = phi_.shared()[k];
    const double expected = expected_[k] + scale_sum * shared;
    expected_[k] = 0;
    if (expected > kFewTokens) {
      place_[k] = static_cast<std::int32_t>(active_.size());
      active_.push_back({k, (alpha + expected) / mass_, alpha, shared});
    } else {
      theta[k] = alpha / mass_;
      settled_shared_ += theta[k] * shared;
    }
  }
}

// The words' rows, cut down to the topics under estimation. Whether an entry stays is hardly to be
// foreseen, so all are written, and those that go are written over.
void FoldIn::TakeWords(std::span<const WordCount> bag, std::span<const double> theta) {
  std::size_t most = 1;
  for (const auto& [word, count] : bag) most += phi_.Row(word).size();
  entries_.resize(std::max(entries_.size(), most));
  words_.clear();
  Entry* end = entries_.data();
  for (const auto& [word, count] : bag) {
    const auto begin = static_cast<std::size_t>(end - entries_.data());
    double rest = 0;
    for (const auto& [topic, excess] : phi_.Row(word)) {
      const std::int32_t place = place_[topic];
      *end = Entry{static_cast<std::uint32_t>(place), excess};
      end += place >= 0 ? 1 : 0;
      rest += place >= 0 ? 0.0 : theta[topic] * excess;
    }
    words_.push_back({static_cast<double>(count), rest, begin});
  }
  words_.push_back({0, 0, static_cast<std::size_t>(end - entries_.data())});
  for (const ActiveTopic& topic : active_) place_[topic.topic] = -1;
}

// A step of expectation maximisation; returns how far theta moved.
double FoldIn::Step() {
  gathered_.assign(active_.size(), 0.0);
  double shared = settled_shared_;
  for (const ActiveTopic& topic : active_) shared += topic.theta * topic.shared;
  double scale_sum = 0;
  for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
    double probability = shared + words_[i].rest;
    const std::span<const Entry> row(entries_.data() + words_[i].begin,
                                     entries_.data() + words_[i + 1].begin);
    for (const Entry& entry : row) probability += active_[entry.place].theta * entry.excess;
    const double scale = words_[i].count / probability;
    for (const Entry& entry : row) gathered_[entry.place] += scale * entry.excess;
    scale_sum += scale;
  }
  double moved = 0;
  for (std::size_t a = 0; a < active_.size(); ++a) {
    ActiveTopic& topic = active_[a];
    const double next =
        (topic.alpha + topic.theta * (gathered_[a] + scale_sum * topic.shared)) / mass_;
    moved += std::abs(next - topic.theta);
    topic.theta = next;
  }
  return moved;
}

// Settles the topics that have fallen below kFewTokens, if they are so many that it pays.
void FoldIn::Prune(std::span<double> theta) {
  constexpr std::uint32_t kSettled = 0xFFFFFFFFu;
  new_places_.resize(active_.size());
  std::uint32_t num_staying = 0;
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const bool stays = active_[a].theta * mass_ - active_[a].alpha > kFewTokens;
    new_places_[a] = stays ? num_staying++ : kSettled;
  }
  if (num_staying * 4 > active_.size() * 3) return;
  const Entry* from = entries_.data();
  Entry* to = entries_.data();
  for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
    const Entry* const row_end = entries_.data() + words_[i + 1].begin;
    words_[i].begin = static_cast<std::size_t>(to - entries_.data());
    for (; from != row_end; ++from) {
      const auto [place, excess] = *from;
      const bool stays = new_places_[place] != kSettled;
      *to = Entry{new_places_[place], excess};
      to += stays ? 1 : 0;
      words_[i].rest += stays ? 0.0 : active_[place].theta * excess;
    }
  }
  words_.back().begin = static_cast<std::size_t>(to - entries_.data());
  for (std::size_t a = 0; a < active_.size(); ++a) {
    if (new_places_[a] == kSettled) {
      theta[active_[a].topic] = active_[a].theta;
      settled_shared_ += active_[a].theta * active_[a].shared;
    } else {
      active_[new_places_[a]] = active_[a];
    }
  }
  active_.resize(num_staying);
}

}  // namespace lightlda
