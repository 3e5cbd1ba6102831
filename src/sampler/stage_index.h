// Which tokens a stage of training works on, by word and by document.
//
// Records are numbered within a block: the active tokens of word 0, of word 1, and so on, without
// gaps. Once all documents are active a record's number is the token's position.
#ifndef LIGHTLDA_SAMPLER_STAGE_INDEX_H_
#define LIGHTLDA_SAMPLER_STAGE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/huge_buffer.h"
#include "lightlda/corpus.h"
#include "lightlda/types.h"
#include "sampler/token_state.h"

namespace lightlda {

// The active tokens of one word in one block: records [record, record + length). The first
// `joined_from` of them were active before this stage.
struct TokenRun {
  std::uint32_t block;
  std::uint32_t record;
  std::uint32_t length;
  std::uint32_t joined_from;
};

// A piece of a pass, done by one thread.
struct WordTask {
  WordId begin;
  WordId end;
};
struct DocumentTask {
  std::uint32_t block;
  std::uint32_t begin;
  std::uint32_t end;
};

// Any number of threads may read. Costs nothing per token once all documents are active; before, 4
// bytes per active token and 4 per word and block. Words of documents are 4 more per token.
class StageIndex {
 public:
  using Blocks = std::span<const std::unique_ptr<const Block>>;

  // Active are the documents of growth level `level` and deeper. What grows with the tokens lies on
  // the file system of `scratch_directory`, in memory if that is empty. No task has words on both
  // sides of one of `word_cuts`, ascending. `blocks` must outlive it. Errors: kCannotWrite.
  static Result<StageIndex> Make(Blocks blocks, std::size_t num_words, int level,
                                 const std::string& scratch_directory,
                                 std::span<const WordId> word_cuts = {},
                                 bool has_document_words = false);

  // The runs of the word, ascending by block, none empty, in *room, which may be used again.
  // previous: the index of the stage before; null: every token was active before.
  std::span<const TokenRun> FindRuns(WordId word, const StageIndex* previous,
                                     std::vector<TokenRun>* room) const;
  // Active tokens of a word; its frequency once all documents are active.
  Count num_tokens(WordId word) const;

  // Bytes per active token, which lie where the token state does.
  static constexpr std::size_t BytesPerToken(int level, bool has_document_words) {
    return (level > 0 ? sizeof(std::uint32_t) : 0) + (has_document_words ? sizeof(WordId) : 0);
  }

  std::size_t num_blocks() const { return blocks_.size(); }
  // Block::number, which random numbers go by: it does not depend on who has which blocks.
  std::uint32_t block_number(std::size_t block) const { return blocks_[block].block->number; }
  // [num_words + 1]: the records of word w are record_offsets[w] up to record_offsets[w + 1].
  std::span<const std::uint32_t> record_offsets(std::size_t block) const {
    return blocks_[block].record_offsets;
  }
  // The tokens of the active documents in the order of the documents, [num_records(block)].
  std::span<const std::uint32_t> document_records(std::size_t block) const {
    return blocks_[block].document_records;
  }
  // Their words, [num_records(block)]. REQUIRES: has_document_words.
  std::span<const WordId> document_words(std::size_t block) const {
    const auto& words = blocks_[block].document_words;
    return {words.data(), words.size()};
  }
  std::uint32_t num_records(std::size_t block) const {
    return static_cast<std::uint32_t>(blocks_[block].document_records.size());
  }
  std::uint32_t active_documents(std::size_t block) const { return blocks_[block].documents; }
  Count total_documents() const { return total_documents_; }
  Count total_tokens() const { return total_tokens_; }
  std::uint32_t longest_document() const { return longest_document_; }

  // Hints: document_records and _words of the block will be read soon, or not for a while.
  void WillNeedDocuments(std::size_t block) const;
  void WillNotNeedDocuments(std::size_t block) const;
  // Forgets document_records and _words of the block.
  void ReleaseDocuments(std::size_t block);

  // Pieces of about equal numbers of tokens; they do not depend on the number of threads.
  std::span<const WordTask> word_tasks() const { return word_tasks_; }
  std::span<const DocumentTask> document_tasks() const { return document_tasks_; }
  // The tasks in as few parts as have at most `max_records` records each; a task or a block with
  // more is a part of its own. Those of words begin with first_word and go on around to the one
  // before it. REQUIRES: first_word is 0 or one of the word_cuts.
  std::vector<StatePart> WordParts(std::size_t max_records, WordId first_word = 0) const;
  std::vector<StatePart> DocumentParts(std::size_t max_records) const;

 private:
  struct ActiveBlock {
    const Block* block = nullptr;
    std::uint32_t documents = 0;
    std::span<const std::uint32_t> record_offsets;    // the block's, or own_record_offsets
    std::span<const std::uint32_t> document_records;  // the block's positions, or own_...
    bool on_disk = false;                             // the buffers below are
    std::vector<std::uint32_t> own_record_offsets;
    HugeBuffer<std::uint32_t> own_document_records;
    HugeBuffer<WordId> document_words;  // empty: not asked for
  };

  Status AddBlock(const Block& block, int level, const std::string& scratch_directory,
                  bool has_document_words);
  Status FindOwnRecords(const std::string& scratch_directory, ActiveBlock* active) const;
  Status FindWords(const std::string& scratch_directory, ActiveBlock* active) const;
  void CutWordTasks(std::span<const WordId> word_cuts);
  // The part that begins with the task and ends before `last` or where it is full.
  StatePart WordPart(std::size_t first, std::size_t last, std::size_t max_records) const;
  void CutDocumentTasks(Blocks blocks);

  std::size_t num_words_ = 0;
  std::vector<ActiveBlock> blocks_;
  Count total_documents_ = 0;
  Count total_tokens_ = 0;
  std::uint32_t longest_document_ = 0;
  std::vector<WordTask> word_tasks_;
  std::vector<DocumentTask> document_tasks_;
};

// Documents of level `level` and deeper: a prefix of the block.
std::uint32_t CountActiveDocuments(const Block& block, int level);

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_STAGE_INDEX_H_
