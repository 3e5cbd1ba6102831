// What is known of topics before a document is read: for each word and topic a number of tokens
// that are in no document. They count as tokens of the topic wherever its words are looked at, so a
// topic begins with them and keeps them (docs/sampler.md#tokens-in-no-document).
#ifndef LIGHTLDA_TABLE_WORD_PRIOR_H_
#define LIGHTLDA_TABLE_WORD_PRIOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "table/row_source.h"
#include "table/word_topic_table.h"

namespace lightlda {

// The sampler sees n_wk + p_wk and n_k + p_k, where p is this and n counts tokens of documents. A
// frozen topic has p_wk and p_k alone. Any number of threads may read; to make it is for one.
class WordPrior {
 public:
  // has_start_rows: what tokens draw their first topics from is not p itself.
  WordPrior(std::size_t num_words, std::uint32_t num_topics, bool has_start_rows);

  // p_w. and what the word's tokens draw their first topics from, topics ascending, counts > 0; the
  // latter is not looked at without start rows. REQUIRES: each word at most once; the counts of a
  // row and the word's tokens in documents add up to less than 2^31.
  void SetRow(WordId word, std::span<const TopicCount> row, std::span<const TopicCount> start);
  // Topics from here on are of no model: at the start each gets what the topics below have on
  // average, so that they do not begin empty. REQUIRES: >= 1.
  void SetFirstNewTopic(TopicId topic) { first_new_ = topic; }
  void Freeze(TopicId topic);

  std::uint32_t num_topics() const { return rows_.num_topics(); }
  std::span<const Count> totals() const { return totals_; }  // p_k, [num_topics]
  Count num_tokens() const { return num_tokens_; }           // the sum of all
  bool has_rows() const { return num_tokens_ > 0; }
  bool has_frozen() const { return !frozen_.empty(); }
  bool is_frozen(TopicId topic) const { return has_frozen() && frozen_[topic] != 0; }
  // [num_topics]: 1 if the topic is frozen; empty if none is.
  std::span<const std::uint8_t> frozen() const { return frozen_; }

  // Replace *row, topics ascending.
  void GetRow(WordId word, std::vector<TopicCount>* row) const { rows_.GetRow(word, row); }
  void GetStartRow(WordId word, std::vector<TopicCount>* row) const;

  // From tokens in documents to what phi is made of: n_wk + p_wk, or p_wk where the topic is
  // frozen. row: topics ascending. `rows` and this must outlive what ModelRows returns.
  void ToModelRow(WordId word, std::vector<TopicCount>* row) const;
  RowSource ModelRows(RowSource rows) const;
  std::vector<Count> ModelTotals(std::span<const Count> totals) const;

  // Of all of it.
  std::uint64_t Hash() const;
  std::size_t Bytes() const;

 private:
  WordTopicTable rows_;
  std::optional<WordTopicTable> start_;
  std::vector<Count> totals_;
  Count num_tokens_ = 0;
  TopicId first_new_;
  std::vector<std::uint8_t> frozen_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_WORD_PRIOR_H_
