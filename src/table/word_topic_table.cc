// The word-topic table: packed rows, each allocated on its own at its exact size.
#include "table/word_topic_table.h"

#include <glog/logging.h>

#include "table/row_codec.h"
#include "table/row_hash.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kMaxTopics = std::uint32_t{1} << 24;

}  // namespace

WordTopicTable::WordTopicTable(std::size_t num_words, std::uint32_t num_topics)
    : num_topics_(num_topics), rows_(num_words) {
  CHECK_GE(num_topics, 1u);
  CHECK_LE(num_topics, kMaxTopics);
}

void WordTopicTable::SetRow(WordId word, std::span<const TopicCount> entries) {
  DCHECK_LT(word, rows_.size());
  Row& row = rows_[word];
  const RowPlan plan = PlanRow(entries, num_topics_);
  if (plan.bytes != row.size) {
    row.bytes.reset(plan.bytes == 0 ? nullptr : new std::uint8_t[plan.bytes]);
    row.size = plan.bytes;
  }
  PackRow(entries, plan, {row.bytes.get(), row.size});
}

void WordTopicTable::GetRow(WordId word, std::vector<TopicCount>* entries) const {
  CHECK(UnpackRow(PackedRow(word), num_topics_, entries)) << "row of word " << word;
}

std::span<const std::uint8_t> WordTopicTable::PackedRow(WordId word) const {
  DCHECK_LT(word, rows_.size());
  return {rows_[word].bytes.get(), rows_[word].size};
}

RowSource WordTopicTable::rows() const {
  return [this](const PackedRowVisitor& visit) {
    for (WordId word = 0; word < rows_.size(); ++word) visit(word, PackedRow(word));
    return Status();
  };
}

std::size_t WordTopicTable::PackedBytes() const {
  std::size_t bytes = 0;
  for (const Row& row : rows_) bytes += row.size;
  return bytes;
}

std::uint64_t WordTopicTable::Hash() const {
  const Result<std::uint64_t> hash = HashRows(rows(), num_topics_);
  return hash.value();  // a table's rows cannot fail
}

Result<std::uint64_t> HashRows(const RowSource& rows, std::uint32_t num_topics) {
  RowHash hash;
  std::vector<TopicCount> entries;
  LIGHTLDA_RETURN_IF_ERROR(rows([&](WordId word, std::span<const std::uint8_t> packed) {
    CHECK(UnpackRow(packed, num_topics, &entries)) << "row of word " << word;
    hash.Update(word, entries);
  }));
  return hash.Digest();
}

}  // namespace lightlda
