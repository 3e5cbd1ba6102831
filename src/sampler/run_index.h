// Which tokens a stage of training works on, by word and by document.
#ifndef LIGHTLDA_SAMPLER_RUN_INDEX_H_
#define LIGHTLDA_SAMPLER_RUN_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/types.h"

namespace lightlda {

// The active tokens of one word in one block: positions [begin, begin + length). The first
// `joined_from` of them were active before this stage.
struct Run {
  std::uint32_t block;
  std::uint32_t begin;
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

// Immutable; any number of threads may read. Costs 16 bytes a run and 8 a word.
class RunIndex {
 public:
  // Active are the documents of growth level `level` and deeper; of those, level `previous_level`
  // and deeper were active before (pass a value above every level for none).
  RunIndex(std::span<const std::unique_ptr<const Block>> blocks, std::size_t num_words, int level,
           int previous_level);

  std::span<const Run> runs(WordId word) const {
    return {runs_.data() + first_run_[word], first_run_[word + 1] - first_run_[word]};
  }
  // Active tokens of a word; its frequency once all documents are active.
  Count num_tokens(WordId word) const;

  std::uint32_t active_documents(std::size_t block) const { return active_documents_[block]; }
  Count total_documents() const { return total_documents_; }
  Count total_tokens() const { return total_tokens_; }
  std::uint32_t longest_document() const { return longest_document_; }

  // Pieces of about equal numbers of tokens; they do not depend on the number of threads.
  std::span<const WordTask> word_tasks() const { return word_tasks_; }
  std::span<const DocumentTask> document_tasks() const { return document_tasks_; }

 private:
  void AddRuns(std::span<const std::unique_ptr<const Block>> blocks, int previous_level);
  void CutTasks(std::span<const std::unique_ptr<const Block>> blocks);

  std::vector<std::uint32_t> active_documents_;  // [num_blocks]
  Count total_documents_ = 0;
  Count total_tokens_ = 0;
  std::uint32_t longest_document_ = 0;
  std::vector<std::size_t> first_run_;  // [num_words + 1]
  std::vector<Run> runs_;
  std::vector<WordTask> word_tasks_;
  std::vector<DocumentTask> document_tasks_;
};

// Documents of level `level` and deeper: a prefix of the block.
std::uint32_t CountActiveDocuments(const Block& block, int level);

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_RUN_INDEX_H_
