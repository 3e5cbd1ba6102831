#include "sampler/run_index.h"

#include <algorithm>
#include <functional>

namespace lightlda {
namespace {

constexpr std::uint32_t kTaskTokens = 1 << 14;

// For every word, how many of its tokens in the block belong to the first `num_documents`
// documents. They come first among the word's positions, so marking them and looking for the first
// gap is enough.
std::vector<std::uint32_t> ActiveLengths(const Block& block, std::size_t num_words,
                                         std::uint32_t num_documents) {
  std::vector<std::uint32_t> lengths(num_words);
  const auto offsets = block.word_offsets;
  if (num_documents == block.num_documents()) {
    for (std::size_t w = 0; w < num_words; ++w) lengths[w] = offsets[w + 1] - offsets[w];
    return lengths;
  }
  std::vector<bool> active(block.num_tokens());
  for (const std::uint32_t position :
       block.positions.first(block.document_offsets[num_documents])) {
    active[position] = true;
  }
  for (std::size_t w = 0; w < num_words; ++w) {
    const auto begin = active.begin() + offsets[w];
    const auto end = active.begin() + offsets[w + 1];
    lengths[w] = static_cast<std::uint32_t>(
        std::partition_point(begin, end, [](bool marked) { return marked; }) - begin);
  }
  return lengths;
}

}  // namespace

std::uint32_t CountActiveDocuments(const Block& block, int level) {
  const auto end = std::partition_point(block.levels.begin(), block.levels.end(),
                                        [level](std::uint8_t found) { return found >= level; });
  return static_cast<std::uint32_t>(end - block.levels.begin());
}

RunIndex::RunIndex(std::span<const std::unique_ptr<const Block>> blocks, std::size_t num_words,
                   int level, int previous_level)
    : first_run_(num_words + 1) {
  for (const auto& block : blocks) {
    const std::uint32_t documents = CountActiveDocuments(*block, level);
    active_documents_.push_back(documents);
    total_documents_ += documents;
    total_tokens_ += block->document_offsets[documents];
    for (std::uint32_t d = 0; d < documents; ++d) {
      longest_document_ =
          std::max(longest_document_, block->document_offsets[d + 1] - block->document_offsets[d]);
    }
  }
  AddRuns(blocks, previous_level);
  CutTasks(blocks);
}

void RunIndex::AddRuns(std::span<const std::unique_ptr<const Block>> blocks, int previous_level) {
  const std::size_t num_words = first_run_.size() - 1;
  std::vector<std::vector<std::uint32_t>> lengths;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    lengths.push_back(ActiveLengths(*blocks[b], num_words, active_documents_[b]));
    for (std::size_t w = 0; w < num_words; ++w) first_run_[w + 1] += lengths[b][w] > 0 ? 1 : 0;
  }
  for (std::size_t w = 0; w < num_words; ++w) first_run_[w + 1] += first_run_[w];
  runs_.resize(first_run_[num_words]);
  std::vector<std::size_t> next(first_run_.begin(), first_run_.end() - 1);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::uint32_t previous_documents = CountActiveDocuments(*blocks[b], previous_level);
    const auto previous = ActiveLengths(*blocks[b], num_words, previous_documents);
    for (std::size_t w = 0; w < num_words; ++w) {
      if (lengths[b][w] == 0) continue;
      runs_[next[w]++] = {static_cast<std::uint32_t>(b), blocks[b]->word_offsets[w], lengths[b][w],
                          previous[w]};
    }
  }
}

void RunIndex::CutTasks(std::span<const std::unique_ptr<const Block>> blocks) {
  const auto num_words = static_cast<WordId>(first_run_.size() - 1);
  Count tokens = 0;
  WordId first = 0;
  for (WordId word = 0; word < num_words; ++word) {
    tokens += num_tokens(word);
    if (tokens < kTaskTokens && word + 1 < num_words) continue;
    if (tokens > 0) word_tasks_.push_back({first, word + 1});
    first = word + 1;
    tokens = 0;
  }
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    const auto offsets = blocks[b]->document_offsets;
    for (std::uint32_t begin = 0; begin < active_documents_[b];) {
      std::uint32_t end = begin + 1;
      while (end < active_documents_[b] && offsets[end] - offsets[begin] < kTaskTokens) ++end;
      document_tasks_.push_back({b, begin, end});
      begin = end;
    }
  }
}

Count RunIndex::num_tokens(WordId word) const {
  Count tokens = 0;
  for (const Run& run : runs(word)) tokens += run.length;
  return tokens;
}

}  // namespace lightlda
