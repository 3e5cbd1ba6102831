#include "table/word_prior.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "base/checksum.h"
#include "table/row_codec.h"

namespace lightlda {
namespace {

// What a row takes beside its bytes.
constexpr std::size_t kBytesPerRow = 32;

// Adds up two rows; of the first those topics alone that keep(topic) is true for.
template <typename Keep>
std::vector<TopicCount> Merge(std::span<const TopicCount> a, std::span<const TopicCount> b,
                              Keep&& keep) {
  std::vector<TopicCount> sum;
  sum.reserve(a.size() + b.size());
  auto next = b.begin();
  for (const TopicCount& entry : a) {
    while (next != b.end() && next->topic < entry.topic) sum.push_back(*next++);
    const bool both = next != b.end() && next->topic == entry.topic;
    const std::uint32_t count = keep(entry.topic) ? entry.count : 0;
    const std::uint32_t more = both ? (next++)->count : 0;
    if (count + more > 0) sum.push_back({entry.topic, count + more});
  }
  sum.insert(sum.end(), next, b.end());
  return sum;
}

}  // namespace

WordPrior::WordPrior(std::size_t num_words, std::uint32_t num_topics, bool has_start_rows)
    : rows_(num_words, num_topics), totals_(num_topics, 0), first_new_(num_topics) {
  if (has_start_rows) start_.emplace(num_words, num_topics);
}

void WordPrior::SetRow(WordId word, std::span<const TopicCount> row,
                       std::span<const TopicCount> start) {
  rows_.SetRow(word, row);
  if (start_) start_->SetRow(word, start);
  for (const TopicCount& entry : row) {
    totals_[entry.topic] += entry.count;
    num_tokens_ += entry.count;
  }
}

void WordPrior::Freeze(TopicId topic) {
  CHECK_LT(topic, num_topics());
  frozen_.resize(num_topics(), 0);
  frozen_[topic] = 1;
}

void WordPrior::GetStartRow(WordId word, std::vector<TopicCount>* row) const {
  (start_ ? *start_ : rows_).GetRow(word, row);
  if (first_new_ == num_topics()) return;
  std::uint64_t old = 0;
  for (const TopicCount& entry : *row) old += entry.topic < first_new_ ? entry.count : 0;
  if (old == 0) return;
  const std::uint32_t share =
      std::max<std::uint32_t>(1, static_cast<std::uint32_t>(old / first_new_));
  std::vector<TopicCount> shares;
  for (TopicId topic = first_new_; topic < num_topics(); ++topic) shares.push_back({topic, share});
  *row = Merge(*row, shares, [](TopicId) { return true; });
}

void WordPrior::ToModelRow(WordId word, std::vector<TopicCount>* row) const {
  std::vector<TopicCount> prior;
  GetRow(word, &prior);
  *row = Merge(*row, prior, [this](TopicId topic) { return !is_frozen(topic); });
}

RowSource WordPrior::ModelRows(RowSource rows) const {
  return [this, rows = std::move(rows)](const PackedRowVisitor& visit) {
    std::vector<TopicCount> row;
    std::vector<std::uint8_t> packed;
    return rows([&](WordId word, std::span<const std::uint8_t> of_documents) {
      CHECK(UnpackRow(of_documents, num_topics(), &row)) << "row of word " << word;
      ToModelRow(word, &row);
      const RowPlan plan = PlanRow(row, num_topics());
      packed.resize(plan.bytes);
      PackRow(row, plan, packed);
      visit(word, packed);
    });
  };
}

std::vector<Count> WordPrior::ModelTotals(std::span<const Count> totals) const {
  std::vector<Count> sums = totals_;
  for (TopicId topic = 0; topic < sums.size(); ++topic) {
    if (!is_frozen(topic)) sums[topic] += totals[topic];
  }
  return sums;
}

std::uint64_t WordPrior::Hash() const {
  const std::uint64_t hashes[] = {rows_.Hash(), start_ ? start_->Hash() : 0, first_new_};
  StreamingChecksum checksum;
  checksum.Update(std::as_bytes(std::span(hashes)));
  checksum.Update(std::as_bytes(std::span(frozen_)));
  return checksum.Digest();
}

std::size_t WordPrior::Bytes() const {
  const auto of = [](const WordTopicTable& table) {
    return table.PackedBytes() + table.num_words() * kBytesPerRow;
  };
  return of(rows_) + (start_ ? of(*start_) : 0);
}

}  // namespace lightlda
