// A word's tokens, staged in batches.
//
// A word's tokens lie in one run per block. They are staged in batches that span runs, so that the
// kernels see full vectors even where a word is rare in every block.
#ifndef LIGHTLDA_SAMPLER_STAGED_WORD_H_
#define LIGHTLDA_SAMPLER_STAGED_WORD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/kernels.h"
#include "kernels/random_window.h"
#include "sampler/stage_index.h"
#include "sampler/token_batch.h"
#include "sampler/token_view.h"

namespace lightlda {

// One thread's. Goes to a word, selects tokens of it, and walks over them in batches:
//
//   word.Start(w);
//   for (word.Rewind(); word.Next();) ... word.LoadTopics() ... word.topics() ...
class StagedWord {
 public:
  // previous: of the stage before, where tokens join; else null. Both must outlive it.
  StagedWord(const StageIndex& index, const StageIndex* previous, int num_proposals);

  // The part of the pass that is worked on from now, [num_blocks].
  void set_tokens(std::span<const TokenView> tokens) { tokens_ = tokens; }

  // Goes to a word, whose records must be in the part at hand, and selects all its tokens. Returns
  // their number.
  std::int64_t Start(WordId word);
  WordId word() const { return word_; }
  // Those that were active before this stage; the others join.
  std::int64_t num_settled() const { return num_settled_; }

  enum class Tokens { kAll, kSettled, kJoining };
  void Select(Tokens tokens);
  std::int64_t num_selected() const { return num_selected_; }
  // They fit one batch: what is loaded stays until the next call of Load.
  bool fits_one_batch() const { return num_selected_ <= static_cast<std::int64_t>(kBatch); }

  void Rewind();
  // Goes to the next batch; false at the end.
  bool Next();

  // Of the batch at hand: `size()` tokens in the arrays of batch().
  std::size_t size() const { return size_; }
  TokenBatch& batch() { return batch_; }
  std::span<const TopicId> topics() const { return {batch_.before.data(), size_}; }
  void LoadTopics();   // to `before`
  void LoadRecords();  // topics to `before`, and proposals
  // The same, and published topics to `after`. REQUIRES: there are published topics.
  void LoadTopicsAndPublished();
  void LoadRecordsAndPublished();
  // Topics of the array, `before` or `after`, which are also published from now.
  void StoreTopics(const std::vector<TopicId>& topics);
  // Topics as they are in the records, which need not be loaded.
  void PublishTopics();
  void StoreProposals();
  // Topics `after`, published, and proposals.
  void StoreRecords();
  // To `uniforms`. Numbers go by record: in early stages the active tokens of a block are far
  // apart. windows: [num_blocks].
  void ReadUniforms(const Kernels& kernels, std::vector<RandomWindow>* windows);

 private:
  static constexpr std::size_t kBatch = 512;

  struct Piece {
    std::uint32_t block;
    std::uint32_t record;  // the first one's
    std::uint32_t size;
  };

  // Calls visit(view of the piece's block, piece, number of its first token in the batch).
  template <typename Visit>
  void ForEachPiece(Visit&& visit);

  const StageIndex& index_;
  const StageIndex* previous_;
  std::span<const TokenView> tokens_;
  TokenBatch batch_;
  WordId word_ = 0;
  std::int64_t num_settled_ = 0;
  std::vector<TokenRun> run_room_;
  std::span<const TokenRun> runs_;
  std::vector<Piece> selected_;  // one per run
  std::int64_t num_selected_ = 0;
  std::size_t at_ = 0;  // the first of selected_ that has tokens beyond the batch at hand, ...
  std::uint32_t offset_ = 0;       // ... from this one of its tokens on
  std::vector<Piece> cut_;         // room of pieces_
  std::span<const Piece> pieces_;  // of the batch at hand
  std::size_t size_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_STAGED_WORD_H_
