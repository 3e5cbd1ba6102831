// The word-topic table n_wk as packed hybrid rows.
#ifndef LIGHTLDA_TABLE_WORD_TOPIC_TABLE_H_
#define LIGHTLDA_TABLE_WORD_TOPIC_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "table/row_source.h"

namespace lightlda {

// Each word's row is packed on its own (table/row_codec.h) and replaced as a whole. Different words
// may be set and read by different threads at the same time; one word's row needs one thread at a
// time.
class WordTopicTable {
 public:
  WordTopicTable(std::size_t num_words, std::uint32_t num_topics);

  std::size_t num_words() const { return rows_.size(); }
  std::uint32_t num_topics() const { return num_topics_; }

  // entries: topics ascending, counts > 0. REQUIRES: word < num_words(), topics < num_topics().
  void SetRow(WordId word, std::span<const TopicCount> entries);
  // Replaces *entries by the row, topics ascending.
  void GetRow(WordId word, std::vector<TopicCount>* entries) const;
  // The row as packed, valid until the next SetRow of the word.
  std::span<const std::uint8_t> PackedRow(WordId word) const;

  // All rows as a source, valid as long as the table.
  RowSource rows() const;

  // Bytes of all packed rows.
  std::size_t PackedBytes() const;
  // XXH3-64 over all rows in word order as (word, topic, count) triples: independent of the
  // packing.
  std::uint64_t Hash() const;

 private:
  struct Row {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::uint32_t size = 0;
  };
  std::uint32_t num_topics_;
  std::vector<Row> rows_;
};

// As WordTopicTable::Hash. Errors: the source's.
Result<std::uint64_t> HashRows(const RowSource& rows, std::uint32_t num_topics);

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_WORD_TOPIC_TABLE_H_
