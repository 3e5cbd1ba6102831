// The topics of all active tokens as they were at one moment, while the sampler goes on.
#ifndef LIGHTLDA_SAMPLER_TOPICS_COPY_H_
#define LIGHTLDA_SAMPLER_TOPICS_COPY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/types.h"
#include "sampler/stage_index.h"
#include "sampler/token_view.h"

namespace lightlda {

// They are the state of a sampler that has all tokens: rows and totals follow. Kept as they lie in
// the records, so that making a copy is one pass over these. Immutable once filled; any number of
// threads may read.
class TopicsCopy {
 public:
  using Blocks = std::span<const std::unique_ptr<const Block>>;

  // Has room for the active tokens of `index`. totals: n_k, [num_topics]. `blocks` must outlive it.
  // Throws std::bad_alloc.
  TopicsCopy(Blocks blocks, std::shared_ptr<const StageIndex> index, std::vector<Count> totals);
  // Bytes that it takes per token, and what it and its readers take per topic.
  static std::uint64_t BytesPerToken(std::uint32_t num_topics) {
    return LayoutOf(num_topics).bytes();
  }
  static constexpr std::uint64_t kBytesPerTopic = 40;

  // A block's topics by record, to be filled.
  TokenView tokens(std::size_t block);

  std::uint32_t num_topics() const { return static_cast<std::uint32_t>(totals_.size()); }
  Blocks blocks() const { return blocks_; }
  std::span<const Count> topic_totals() const { return totals_; }

  // As those of Sampler, but in the thread that calls: words ascend.
  using RowVisitor = std::function<void(WordId word, std::span<const TopicCount> row)>;
  void ForEachRow(const RowVisitor& visit) const;
  void ReadTopics(std::size_t block, std::vector<TopicId>* topics) const;

 private:
  static RecordLayout LayoutOf(std::uint32_t num_topics) {
    return RecordLayout::Of(num_topics, /*num_proposals=*/0, /*has_published=*/false);
  }
  // A view that is only read through.
  TokenView View(std::size_t block) const;

  Blocks blocks_;
  std::shared_ptr<const StageIndex> index_;
  std::vector<Count> totals_;
  // [num_blocks]. On pages as they come: the system may take milliseconds to find a huge one.
  std::vector<std::unique_ptr<std::byte[]>> topics_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOPICS_COPY_H_
