#include "sampler/stage_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/memory_advice.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kTaskTokens = 1 << 14;

// A set of positions that tells how many of its members come before one.
class PositionSet {
 public:
  PositionSet(std::span<const std::uint32_t> members, std::size_t size)
      : words_(size / 64 + 1, 0), before_(words_.size()) {
    for (const std::uint32_t member : members) words_[member / 64] |= Bit(member);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      before_[i] = sum;
      sum += static_cast<std::uint32_t>(std::popcount(words_[i]));
    }
  }

  std::uint32_t Rank(std::uint32_t position) const {
    const std::uint64_t lower = words_[position / 64] & (Bit(position) - 1);
    return before_[position / 64] + static_cast<std::uint32_t>(std::popcount(lower));
  }

 private:
  static std::uint64_t Bit(std::uint32_t position) { return std::uint64_t{1} << (position % 64); }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> before_;
};

template <typename T>
Result<HugeBuffer<T>> MakeBuffer(const std::string& scratch_directory, std::size_t size) {
  if (scratch_directory.empty()) return HugeBuffer<T>(size);
  return HugeBuffer<T>::OnDisk(scratch_directory, size);
}

}  // namespace

std::uint32_t CountActiveDocuments(const Block& block, int level) {
  const auto end = std::partition_point(block.levels.begin(), block.levels.end(),
                                        [level](std::uint8_t found) { return found >= level; });
  return static_cast<std::uint32_t>(end - block.levels.begin());
}

Result<StageIndex> StageIndex::Make(Blocks blocks, std::size_t num_words, int level,
                                    const std::string& scratch_directory,
                                    std::span<const WordId> word_cuts, bool has_document_words) {
  StageIndex index;
  index.num_words_ = num_words;
  index.blocks_.reserve(blocks.size());
  for (const auto& block : blocks) {
    LIGHTLDA_RETURN_IF_ERROR(index.AddBlock(*block, level, scratch_directory, has_document_words));
  }
  index.CutWordTasks(word_cuts);
  index.CutDocumentTasks(blocks);
  return index;
}

Status StageIndex::AddBlock(const Block& block, int level, const std::string& scratch_directory,
                            bool has_document_words) {
  ActiveBlock& active = blocks_.emplace_back();
  active.block = &block;
  active.documents = CountActiveDocuments(block, level);
  active.record_offsets = block.word_offsets;
  active.document_records = block.positions.first(block.document_offsets[active.documents]);
  active.on_disk = !scratch_directory.empty();
  total_documents_ += active.documents;
  total_tokens_ += static_cast<Count>(active.document_records.size());
  for (std::uint32_t d = 0; d < active.documents; ++d) {
    longest_document_ =
        std::max(longest_document_, block.document_offsets[d + 1] - block.document_offsets[d]);
  }
  if (active.documents < block.num_documents()) {
    LIGHTLDA_RETURN_IF_ERROR(FindOwnRecords(scratch_directory, &active));
  }
  if (has_document_words) LIGHTLDA_RETURN_IF_ERROR(FindWords(scratch_directory, &active));
  if (active.on_disk) WillNotNeedDocuments(blocks_.size() - 1);
  return {};
}

// Numbers the records of the active documents, which the block has as positions of all.
Status StageIndex::FindOwnRecords(const std::string& scratch_directory, ActiveBlock* active) const {
  const Block& block = *active->block;
  const PositionSet set(active->document_records, block.num_tokens());
  for (const std::uint32_t offset : block.word_offsets) {
    active->own_record_offsets.push_back(set.Rank(offset));
  }
  active->record_offsets = active->own_record_offsets;
  const std::size_t size = active->document_records.size();
  LIGHTLDA_ASSIGN_OR_RETURN(active->own_document_records,
                            MakeBuffer<std::uint32_t>(scratch_directory, size));
  std::uint32_t* records = active->own_document_records.data();
  for (std::size_t i = 0; i < size; ++i) records[i] = set.Rank(active->document_records[i]);
  active->document_records = {records, size};
  block.WillNotNeedPositions();
  return {};
}

Status StageIndex::FindWords(const std::string& scratch_directory, ActiveBlock* active) const {
  const std::size_t size = active->document_records.size();
  std::vector<WordId> of_record(size);
  for (WordId word = 0; word < num_words_; ++word) {
    std::fill(of_record.begin() + active->record_offsets[word],
              of_record.begin() + active->record_offsets[word + 1], word);
  }
  LIGHTLDA_ASSIGN_OR_RETURN(active->document_words, MakeBuffer<WordId>(scratch_directory, size));
  WordId* words = active->document_words.data();
  for (std::size_t i = 0; i < size; ++i) words[i] = of_record[active->document_records[i]];
  return {};
}

void StageIndex::WillNeedDocuments(std::size_t block) const {
  const ActiveBlock& active = blocks_[block];
  if (active.on_disk) WillNeed(std::as_bytes(document_words(block)));
  if (active.own_document_records.size() == 0) return active.block->WillNeedPositions();
  if (active.on_disk) WillNeed(std::as_bytes(active.document_records));
}

void StageIndex::WillNotNeedDocuments(std::size_t block) const {
  const ActiveBlock& active = blocks_[block];
  if (active.on_disk) WillNotNeed(std::as_bytes(document_words(block)));
  if (active.own_document_records.size() == 0) return active.block->WillNotNeedPositions();
  if (active.on_disk) WillNotNeed(std::as_bytes(active.document_records));
}

std::span<const TokenRun> StageIndex::FindRuns(WordId word, const StageIndex* previous,
                                               std::vector<TokenRun>* room) const {
  room->resize(blocks_.size());
  TokenRun* out = room->data();
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    const std::uint32_t* const offsets = blocks_[b].record_offsets.data() + word;
    const std::uint32_t length = offsets[1] - offsets[0];
    *out = {b, offsets[0], length, length};
    if (previous != nullptr) {
      const std::uint32_t* const earlier = previous->blocks_[b].record_offsets.data() + word;
      out->joined_from = earlier[1] - earlier[0];
    }
    out += length > 0 ? 1 : 0;  // in rare words, which blocks are without follows no pattern
  }
  return {room->data(), out};
}

Count StageIndex::num_tokens(WordId word) const {
  Count tokens = 0;
  for (const ActiveBlock& block : blocks_) {
    tokens += block.record_offsets[word + 1] - block.record_offsets[word];
  }
  return tokens;
}

void StageIndex::ReleaseDocuments(std::size_t block) {
  blocks_[block].document_records = {};
  blocks_[block].own_document_records = HugeBuffer<std::uint32_t>();
  blocks_[block].document_words = HugeBuffer<WordId>();
}

void StageIndex::CutWordTasks(std::span<const WordId> word_cuts) {
  const auto num_words = static_cast<WordId>(num_words_);
  Count tokens = 0;
  WordId first = 0;
  auto cut = word_cuts.begin();
  for (WordId word = 0; word < num_words; ++word) {
    tokens += num_tokens(word);
    while (cut != word_cuts.end() && *cut <= word) ++cut;
    const bool last = word + 1 == num_words || (cut != word_cuts.end() && *cut == word + 1);
    if (tokens < kTaskTokens && !last) continue;
    if (tokens > 0) word_tasks_.push_back({first, word + 1});
    first = word + 1;
    tokens = 0;
  }
}

void StageIndex::CutDocumentTasks(Blocks blocks) {
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    const auto offsets = blocks[b]->document_offsets;
    for (std::uint32_t begin = 0; begin < blocks_[b].documents;) {
      std::uint32_t end = begin + 1;
      while (end < blocks_[b].documents && offsets[end] - offsets[begin] < kTaskTokens) ++end;
      document_tasks_.push_back({b, begin, end});
      begin = end;
    }
  }
}

StatePart StageIndex::WordPart(std::size_t first, std::size_t last, std::size_t max_records) const {
  StatePart part{first, first, {}};
  for (std::size_t records = 0; part.last_task < last; ++part.last_task) {
    const WordTask& task = word_tasks_[part.last_task];
    for (const ActiveBlock& block : blocks_) {
      records += block.record_offsets[task.end] - block.record_offsets[task.begin];
    }
    if (part.last_task > first && records > max_records) break;
  }
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    const auto& offsets = blocks_[b].record_offsets;
    const std::uint32_t begin = offsets[word_tasks_[first].begin];
    const std::uint32_t end = offsets[word_tasks_[part.last_task - 1].end];
    if (begin < end) part.ranges.push_back({b, begin, end - begin});
  }
  return part;
}

std::vector<StatePart> StageIndex::WordParts(std::size_t max_records, WordId first_word) const {
  const auto start = static_cast<std::size_t>(
      std::ranges::lower_bound(word_tasks_, first_word, {}, &WordTask::begin) -
      word_tasks_.begin());
  std::vector<StatePart> parts;
  const auto append = [&](std::size_t first, std::size_t last) {
    for (; first < last; first = parts.back().last_task) {
      parts.push_back(WordPart(first, last, max_records));
    }
  };
  append(start, word_tasks_.size());
  append(0, start);
  return parts;
}

std::vector<StatePart> StageIndex::DocumentParts(std::size_t max_records) const {
  std::vector<StatePart> parts;
  std::size_t records = 0;
  for (std::size_t task = 0; task < document_tasks_.size(); ++task) {
    const std::uint32_t b = document_tasks_[task].block;
    const bool same_block = !parts.empty() && parts.back().ranges.back().block == b;
    if (!same_block) {
      if (parts.empty() || records + num_records(b) > max_records) {
        parts.push_back({task, task, {}});
        records = 0;
      }
      parts.back().ranges.push_back({b, 0, num_records(b)});
      records += num_records(b);
    }
    parts.back().last_task = task + 1;
  }
  return parts;
}

}  // namespace lightlda
