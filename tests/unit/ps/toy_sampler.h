// A toy in place of the sampler, for tests of the parameter server: tokens with topics that move in
// ways which depend on every count a worker is told, so that a wrong count anywhere changes the
// end.
#ifndef LIGHTLDA_TESTS_UNIT_PS_TOY_SAMPLER_H_
#define LIGHTLDA_TESTS_UNIT_PS_TOY_SAMPLER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <vector>

#include "lightlda/types.h"
#include "ps/row_batch.h"

namespace lightlda::testing {

struct ToySpec {
  std::uint64_t seed = 1;
  std::uint32_t num_words = 12;
  std::uint32_t num_topics = 6;
  std::uint32_t num_tokens = 120;
  std::uint32_t num_clocks = 4;
  std::uint32_t num_slices = 3;
};

inline std::uint64_t Mix(std::initializer_list<std::uint64_t> values) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (const std::uint64_t value : values) {
    hash = (hash ^ value) * 0xBF58476D1CE4E5B9;
    hash ^= hash >> 29;
  }
  return hash ^ (hash >> 32);
}

struct ToyToken {
  std::uint32_t id;
  WordId word;
  std::uint32_t joins;  // the clock at which it becomes active
  TopicId topic = 0;
  TopicId proposal = 0;
};

using DenseRow = std::vector<std::int64_t>;  // [num_topics]

// The tokens of one of `num_workers` workers, and the changes of their counts not yet pushed.
class ToyTokens {
 public:
  ToyTokens(const ToySpec& spec, std::uint32_t worker, std::uint32_t num_workers)
      : spec_(spec), totals_delta_(spec.num_topics, 0) {
    for (std::uint32_t id = 0; id < spec.num_tokens; ++id) {
      const std::uint32_t document = id / 8;
      if (document % num_workers != worker) continue;
      const std::uint64_t hash = Mix({spec.seed, id, 1});
      const WordId word = std::min(hash % spec.num_words, (hash >> 32) % spec.num_words);
      const auto joins = static_cast<std::uint32_t>(1 + Mix({spec.seed, document, 2}) %
                                                            std::max(1u, spec.num_clocks - 1));
      tokens_.push_back({id, word, joins});
    }
  }

  const std::vector<ToyToken>& tokens() const { return tokens_; }
  const ToySpec& spec() const { return spec_; }
  static bool IsActive(const ToyToken& token, std::uint32_t clock) { return token.joins <= clock; }

  // The document pass: tokens join, or take their proposal or not.
  void DocumentPass(std::uint32_t clock, const DenseRow& totals) {
    for (ToyToken& token : tokens_) {
      const auto total = static_cast<std::uint64_t>(totals[token.proposal]);
      if (token.joins == clock) {
        token.topic =
            static_cast<TopicId>(Mix({spec_.seed, clock, token.id, 3}) % spec_.num_topics);
        Change(token.word, token.topic, 1);
      } else if (IsActive(token, clock) && Mix({spec_.seed, clock, token.id, total, 4}) % 2 == 0) {
        Move(&token, token.proposal);
      }
    }
  }
  // The word pass for one word: acceptances, then, from the new row, proposals.
  void Accept(std::uint32_t clock, WordId word, const DenseRow& row, const DenseRow& totals) {
    for (ToyToken& token : tokens_) {
      if (token.word != word || !IsActive(token, clock)) continue;
      const auto topic =
          static_cast<TopicId>(Mix({spec_.seed, clock, token.id, 5}) % spec_.num_topics);
      const auto there = static_cast<std::uint64_t>(row[topic]);
      const auto here = static_cast<std::uint64_t>(row[token.topic]);
      const auto total = static_cast<std::uint64_t>(totals[topic]);
      if (Mix({spec_.seed, clock, token.id, there, here, total, 6}) % 2 == 0) Move(&token, topic);
    }
  }
  void Propose(std::uint32_t clock, WordId word, const DenseRow& row) {
    std::int64_t sum = 0;
    for (TopicId topic = 0; topic < spec_.num_topics; ++topic) sum += row[topic];
    for (ToyToken& token : tokens_) {
      if (token.word != word || !IsActive(token, clock)) continue;
      auto at =
          static_cast<std::int64_t>(Mix({spec_.seed, clock, token.id, 7}) %
                                    static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 1)));
      token.proposal = 0;
      while (token.proposal + 1 < spec_.num_topics && at >= row[token.proposal]) {
        at -= row[token.proposal++];
      }
    }
  }

  // What has changed since the last call, without zeros; a word's row of deltas.
  std::vector<TopicDelta> TakeDeltas(WordId word) {
    std::vector<TopicDelta> deltas;
    for (const auto& [topic, delta] : deltas_[word]) {
      if (delta != 0) deltas.push_back({topic, delta});
    }
    deltas_.erase(word);
    return deltas;
  }
  // Adds the changes of a word that are not pushed yet to a row: a worker reads its own writes.
  void AddPending(WordId word, DenseRow* row) const {
    const auto found = deltas_.find(word);
    if (found == deltas_.end()) return;
    for (const auto& [topic, delta] : found->second) (*row)[topic] += delta;
  }
  std::vector<std::int64_t> TakeTotals() {
    std::vector<std::int64_t> taken(spec_.num_topics, 0);
    taken.swap(totals_delta_);
    return taken;
  }

 private:
  void Change(WordId word, TopicId topic, int delta) {
    deltas_[word][topic] += delta;
    totals_delta_[topic] += delta;
  }
  void Move(ToyToken* token, TopicId to) {
    Change(token->word, token->topic, -1);
    Change(token->word, to, 1);
    token->topic = to;
  }

  ToySpec spec_;
  std::vector<ToyToken> tokens_;
  std::map<WordId, std::map<TopicId, std::int32_t>> deltas_;
  std::vector<std::int64_t> totals_delta_;
};

// What staleness 0 has to give, found without a parameter server: one worker with all tokens.
class ToyReference {
 public:
  explicit ToyReference(const ToySpec& spec) : tokens_(spec, 0, 1) {
    table_.assign(spec.num_words, DenseRow(spec.num_topics, 0));
    DenseRow totals(spec.num_topics, 0);
    for (std::uint32_t clock = 1; clock <= spec.num_clocks; ++clock) {
      tokens_.DocumentPass(clock, totals);
      Commit(&totals);
      const std::vector<DenseRow> frozen = table_;
      for (WordId word = 0; word < spec.num_words; ++word) {
        tokens_.Accept(clock, word, frozen[word], totals);
      }
      Commit(&totals);
      for (WordId word = 0; word < spec.num_words; ++word) {
        tokens_.Propose(clock, word, table_[word]);
      }
    }
  }

  // After step number `ordinal`, 1, 2, ..., two a clock.
  const DenseRow& Row(std::uint64_t ordinal, WordId word) const { return rows_[ordinal - 1][word]; }
  const DenseRow& Totals(std::uint64_t ordinal) const { return totals_[ordinal - 1]; }
  const std::vector<ToyToken>& tokens() const { return tokens_.tokens(); }

 private:
  void Commit(DenseRow* totals) {
    for (WordId word = 0; word < table_.size(); ++word) {
      for (const TopicDelta& delta : tokens_.TakeDeltas(word)) {
        table_[word][delta.topic] += delta.delta;
      }
    }
    const std::vector<std::int64_t> changes = tokens_.TakeTotals();
    for (std::size_t topic = 0; topic < changes.size(); ++topic) (*totals)[topic] += changes[topic];
    rows_.push_back(table_);
    totals_.push_back(*totals);
  }

  ToyTokens tokens_;
  std::vector<DenseRow> table_;
  std::vector<std::vector<DenseRow>> rows_;
  std::vector<DenseRow> totals_;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_TOY_SAMPLER_H_
