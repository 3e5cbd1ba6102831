// word_topic.bin of a model generation: the packed rows n_wk and the totals n_k. docs/formats.md
// has the layout, table/row_codec.cc that of a row.
#ifndef LIGHTLDA_MODEL_WORD_TOPIC_FILE_H_
#define LIGHTLDA_MODEL_WORD_TOPIC_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/section_file.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "table/row_source.h"

namespace lightlda {

// rows: of num_words words; taken three times. topic_totals: [num_topics]. Errors: kCannotWrite and
// the source's.
Result<FileStamp> WriteWordTopicFile(const FilePath& path, std::size_t num_words,
                                     const RowSource& rows, std::span<const Count> topic_totals);

// What the rows of an open file must agree with.
struct WordTopicFacts {
  std::uint64_t num_words = 0;
  std::uint32_t num_topics = 0;
  Count num_tokens = 0;
  std::span<const Count> frequencies;  // [num_words]: tokens of each word in the corpus
  bool all_active = true;              // rows add up to the frequencies; otherwise to less
};

// The open file, mapped. Immutable; any number of threads may read.
class WordTopicFile {
 public:
  // Verifies every row and all sums. Errors: kBadInput, naming the file.
  static Result<WordTopicFile> Open(const FilePath& path, const FileStamp& expected,
                                    const WordTopicFacts& facts);

  std::span<const Count> topic_totals() const { return topic_totals_; }  // [num_topics]
  // Non-zero entries of all rows, and the bytes they are packed in.
  std::uint64_t num_entries() const { return num_entries_; }
  std::uint64_t packed_bytes() const { return rows_.size(); }
  // XXH3-64 over all entries, as WordTopicTable::Hash.
  std::uint64_t hash() const { return hash_; }

  // Replaces *entries by the row, topics ascending. REQUIRES: word < num_words.
  void GetRow(WordId word, std::vector<TopicCount>* entries) const;

 private:
  explicit WordTopicFile(SectionFile file) : file_(std::move(file)) {}
  Status ReadSections(const WordTopicFacts& facts);
  Status VerifyRows(const WordTopicFacts& facts);
  Status Corrupted(const std::string& what) const;
  std::span<const std::uint8_t> PackedRow(WordId word) const {
    return rows_.subspan(offsets_[word], offsets_[word + 1] - offsets_[word]);
  }

  SectionFile file_;
  std::uint32_t num_topics_ = 0;
  std::span<const std::uint64_t> offsets_;  // [num_words + 1]
  std::span<const std::uint8_t> rows_;
  std::span<const Count> topic_totals_;
  std::uint64_t num_entries_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_WORD_TOPIC_FILE_H_
