#include "sampler/topics_copy.h"

#include <algorithm>
#include <utility>

#include "sampler/topic_counter.h"

namespace lightlda {
namespace {

constexpr std::size_t kPieceTokens = 4096;  // counted at a time

}  // namespace

TopicsCopy::TopicsCopy(Blocks blocks, std::shared_ptr<const StageIndex> index,
                       std::vector<Count> totals)
    : blocks_(blocks), index_(std::move(index)), totals_(std::move(totals)) {
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::size_t bytes = index_->record_offsets(b).back() * LayoutOf(num_topics()).bytes();
    topics_.push_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
  }
}

TokenView TopicsCopy::tokens(std::size_t block) { return View(block); }

TokenView TopicsCopy::View(std::size_t block) const {
  return TokenView(topics_[block].get(), /*first=*/0, LayoutOf(num_topics()));
}

void TopicsCopy::ForEachRow(const RowVisitor& visit) const {
  TopicCounter counts(num_topics());
  std::vector<TopicId> piece(kPieceTokens);
  std::vector<TopicCount> row;
  const std::size_t num_words = blocks_.empty() ? 0 : index_->record_offsets(0).size() - 1;
  for (WordId word = 0; word < num_words; ++word) {
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const auto records = index_->record_offsets(b);
      for (std::size_t begin = records[word]; begin < records[word + 1];) {
        const std::size_t n = std::min(kPieceTokens, records[word + 1] - begin);
        View(b).LoadTopics(begin, n, piece.data());
        counts.Add({piece.data(), n});
        begin += n;
      }
    }
    row.clear();
    counts.ForEach([&row](TopicId topic, std::int32_t count) {
      row.push_back({topic, static_cast<std::uint32_t>(count)});
    });
    counts.Clear();
    if (!row.empty()) visit(word, row);
  }
}

void TopicsCopy::ReadTopics(std::size_t block, std::vector<TopicId>* topics) const {
  topics->assign(blocks_[block]->num_tokens(), 0);
  const auto records = index_->record_offsets(block);
  const auto positions = blocks_[block]->word_offsets;
  for (WordId word = 0; word + 1 < records.size(); ++word) {
    View(block).LoadTopics(records[word], records[word + 1] - records[word],
                           topics->data() + positions[word]);
  }
}

}  // namespace lightlda
