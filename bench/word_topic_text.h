// A word-topic table in the text form of `lightlda-dump word_topic --format=text`: how models of
// other systems come in for evaluation.
#ifndef LIGHTLDA_BENCH_WORD_TOPIC_TEXT_H_
#define LIGHTLDA_BENCH_WORD_TOPIC_TEXT_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// A table in memory, 8 bytes per entry. Immutable once read; any number of threads may read.
class WordTopicText {
 public:
  // Reads lines "WORD TOPIC:COUNT TOPIC:COUNT ...": word ids below num_words ascending from line to
  // line (a word without tokens may be left out), topics below num_topics ascending in a line,
  // counts from 1. Compressed files are told by their first bytes. REQUIRES: num_words > 0,
  // num_topics > 0. Errors: kBadInput ("FILE:LINE: expected ..., found ..."), among them a table
  // without a token.
  static Result<WordTopicText> Read(const std::string& path, std::size_t num_words,
                                    std::uint32_t num_topics);

  std::size_t num_words() const { return offsets_.size() - 1; }
  // n_w. as its non-zero entries, topics ascending. REQUIRES: word < num_words().
  std::span<const TopicCount> Row(WordId word) const {
    return std::span(entries_).subspan(offsets_[word], offsets_[word + 1] - offsets_[word]);
  }
  std::span<const Count> topic_totals() const { return topic_totals_; }  // n_k, [num_topics]

 private:
  WordTopicText(std::vector<std::size_t> offsets, std::vector<TopicCount> entries,
                std::vector<Count> topic_totals)
      : offsets_(std::move(offsets)),
        entries_(std::move(entries)),
        topic_totals_(std::move(topic_totals)) {}

  std::vector<std::size_t> offsets_;  // [num_words + 1], into entries_
  std::vector<TopicCount> entries_;
  std::vector<Count> topic_totals_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BENCH_WORD_TOPIC_TEXT_H_
