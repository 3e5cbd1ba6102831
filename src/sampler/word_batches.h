// A word's tokens in batches: what the two word passes (word_pass.h, shared_word_pass.h) are made
// of.
//
// A word's tokens lie in one run a block. They are staged in batches that span runs, so that the
// kernels see full vectors even where a word is rare in every block; a word that fits one batch is
// read and written once, others once a phase: count, accept, propose.
#ifndef LIGHTLDA_SAMPLER_WORD_BATCHES_H_
#define LIGHTLDA_SAMPLER_WORD_BATCHES_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "kernels/random_window.h"
#include "sampler/conditional_table.h"
#include "sampler/proposal.h"
#include "sampler/row_scratch.h"
#include "sampler/stage_index.h"
#include "sampler/staging.h"
#include "sampler/token_view.h"

namespace lightlda {

// Cuts ranges of runs into batches of at most `capacity` tokens.
class BatchCursor {
 public:
  struct Piece {
    std::uint32_t block;
    std::uint32_t record;  // the first one's
    std::uint32_t size;
  };

  explicit BatchCursor(std::size_t capacity) : capacity_(capacity) {}

  // Of each run the tokens from `from(run)` on.
  template <typename From>
  void Start(std::span<const Run> runs, From from) {
    rest_.clear();
    for (const Run& run : runs) {
      const std::uint32_t skip = from(run);
      if (skip == run.length) continue;
      rest_.push_back({run.block, run.record + skip, run.length - skip});
    }
    Rewind();
  }
  void Rewind() {
    at_ = 0;
    offset_ = 0;
  }
  // The next batch; false at the end.
  bool Next() {
    pieces_.clear();
    size_ = 0;
    while (at_ < rest_.size() && size_ < capacity_) {
      const Piece& run = rest_[at_];
      const auto size =
          static_cast<std::uint32_t>(std::min<std::size_t>(run.size - offset_, capacity_ - size_));
      pieces_.push_back({run.block, run.record + offset_, size});
      size_ += size;
      offset_ += size;
      if (offset_ == run.size) {
        ++at_;
        offset_ = 0;
      }
    }
    return size_ > 0;
  }
  std::span<const Piece> pieces() const { return pieces_; }
  std::size_t size() const { return size_; }  // tokens of the batch

 private:
  std::size_t capacity_;
  std::vector<Piece> rest_;
  std::size_t at_ = 0;
  std::uint32_t offset_ = 0;
  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
};

// What all workers of a pass share, read-only during the pass.
template <typename Topic>
struct PassContext {
  const Kernels* kernels;
  std::uint32_t num_topics;
  double beta;
  std::uint64_t seed;
  std::uint32_t iteration;
  int mh_steps;
  const float* totals;  // [num_topics]: n_k + beta_sum
  const StageIndex* index;
  const StageIndex* previous_index;  // of the stage before, where tokens join; else null
  ConditionalTable* conditionals;    // where topics are drawn from full conditionals; else null
};

// One thread's tools for one pass, of which `context` outlives them.
template <typename Topic>
class WordBatches {
 public:
  // The part of the pass that is worked on from now.
  void set_tokens(std::span<const TokenView<Topic>> tokens) { tokens_ = tokens; }  // [num_blocks]

  TotalsDelta& totals_delta() { return totals_delta_; }

 protected:
  explicit WordBatches(const PassContext<Topic>& context)
      : context_(context),
        staging_(kBatch, context.mh_steps),
        row_(context.num_topics),
        cursor_(kBatch),
        proposal_(context.num_topics, context.beta),
        totals_delta_(context.num_topics) {
    for (std::uint32_t b = 0; b < context.index->num_blocks(); ++b) {
      Window(&accept_, b, RandomUse::kWordAccept, context.mh_steps);
      Window(&propose_, b, RandomUse::kWordPropose, context.mh_steps);
      Window(&join_, b, RandomUse::kJoin, 1);
    }
    row_.SetTotals(context.totals);
  }

  // Sets the cursor to all tokens of the word, none of them staged; returns their number.
  std::int64_t StartWord(WordId word) {
    word_ = word;
    runs_ = context_.index->FindRuns(word, context_.previous_index, &run_room_);
    fits_one_batch_ = false;
    cursor_.Start(runs_, [](const Run&) { return 0u; });
    num_own_ = num_published_ = 0;
    for (const Run& run : runs_) {
      num_own_ += run.length;
      num_published_ += run.joined_from;
    }
    return num_own_;
  }

  // As StartWord, and counts the first length(run) tokens of each run into row_. If they fit one
  // batch their records stay staged. False if there is none.
  template <typename Length>
  bool Count(WordId word, Length length) {
    StartWord(word);
    num_counted_ = 0;
    for (const Run& run : runs_) num_counted_ += length(run);
    fits_one_batch_ = num_counted_ <= static_cast<std::int64_t>(kBatch);
    row_.Start(num_counted_);
    std::size_t at = 0;
    for (const Run& run : runs_) {
      const TokenView<Topic>& tokens = tokens_[run.block];
      if (fits_one_batch_) {
        tokens.LoadRecords(run.record, length(run), staging_.pitch, staging_.before.data() + at,
                           staging_.proposals.data() + at);
        row_.Add({staging_.before.data() + at, length(run)});
        at += length(run);
        continue;
      }
      for (std::uint32_t done = 0; done < length(run);) {
        const std::uint32_t size = std::min<std::uint32_t>(length(run) - done, kBatch);
        tokens.LoadTopics(run.record + done, size, staging_.before.data());
        row_.Add({staging_.before.data(), size});
        done += size;
      }
    }
    row_.Finish();
    return num_counted_ > 0;
  }

  // Sets row_ to everybody's row of the word, topics ascending; false if that cannot be. REQUIRES:
  // row_ is clear.
  bool SetRow(std::span<const TopicCount> row) {
    num_counted_ = 0;
    for (const TopicCount& entry : row) num_counted_ += entry.count;
    if (num_counted_ > std::numeric_limits<std::int32_t>::max()) return false;
    row_.Set(row);
    return num_counted_ >= num_published_;
  }

  // Calls visit(topics) for each batch of the tokens.
  template <typename Visit>
  void VisitTopics(Visit&& visit) {
    for (cursor_.Rewind(); cursor_.Next();) {
      LoadTopics();
      visit(std::span<const TopicId>(staging_.before.data(), cursor_.size()));
    }
  }

  // Lists what moved since it was published. If the tokens fit one batch their records stay staged.
  void FindMoves() {
    fits_one_batch_ = num_own_ <= static_cast<std::int64_t>(kBatch);
    moves_.Clear();
    for (cursor_.Rewind(); cursor_.Next();) {
      TopicId* const topics = staging_.before.data();
      TopicId* const published = staging_.after.data();
      ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
        const TokenView<Topic>& tokens = tokens_[piece.block];
        if (fits_one_batch_) {
          tokens.LoadRecords(piece.record, piece.size, staging_.pitch, topics + at,
                             staging_.proposals.data() + at, published + at);
        } else {
          tokens.LoadTopics(piece.record, piece.size, topics + at, published + at);
        }
      });
      moves_.Append(*context_.kernels, cursor_.size(), published, topics);
    }
  }

  // Accepts the pending proposals of the cursor's tokens; lists what moved.
  void AcceptAll() {
    moves_.Clear();
    for (cursor_.Rewind(); cursor_.Next();) {
      if (!fits_one_batch_) LoadRecords();
      AcceptBatch();
      if (!fits_one_batch_) StoreTopics();
    }
    totals_delta_.Apply(moves_);
  }

  // Draws topics for the word's joining tokens from the row, adds them to it, and calls
  // joined(topics) for each batch of them.
  template <typename Joined>
  void JoinAll(Joined&& joined) {
    proposal_.Build(row_, num_counted_);
    cursor_.Start(runs_, [](const Run& run) { return run.joined_from; });
    while (cursor_.Next()) {
      ReadUniforms(&join_);
      proposal_.Draw(*context_.kernels, cursor_.size(), staging_.uniforms.data(),
                     staging_.after.data());
      StoreTopics();
      const std::span<const TopicId> topics(staging_.after.data(), cursor_.size());
      row_.Add(topics);
      totals_delta_.Add(topics.data(), topics.size());
      num_counted_ += static_cast<std::int64_t>(topics.size());
      joined(topics);
    }
    row_.Finish();
    fits_one_batch_ = false;  // the staged topics are not those of the whole word
    cursor_.Start(runs_, [](const Run&) { return 0u; });
  }

  // Leaves proposals with the tokens of the cursor, and if they fit one batch the topics in
  // staging_.after too; clears the row. Without proposals leaves what the conditional pass needs.
  void Propose() {
    if (context_.conditionals != nullptr) return LeaveRow();
    proposal_.Build(row_, num_counted_);
    for (cursor_.Rewind(); cursor_.Next();) {
      ReadUniforms(&propose_);
      for (int m = 0; m < staging_.mh_steps; ++m) {
        const std::size_t offset = static_cast<std::size_t>(m) * staging_.pitch;
        proposal_.Draw(*context_.kernels, cursor_.size(), staging_.uniforms.data() + offset,
                       staging_.proposals.data() + offset);
      }
      StoreProposals();
    }
    row_.Clear();
  }

  const PassContext<Topic>& context_;
  Staging staging_;
  RowScratch row_;                  // counts that the word is sampled from
  std::int64_t num_counted_ = 0;    // their sum
  std::int64_t num_own_ = 0;        // tokens of the word at hand that are here
  std::int64_t num_published_ = 0;  // those that did not join just now
  MoveList moves_;

 private:
  static constexpr std::size_t kBatch = 512;

  // Leaves the row in the table. Where tokens have published topics, these are the topics from now.
  void LeaveRow() {
    context_.conditionals->Set(word_, num_counted_, [this](auto&& visit) { row_.ForEach(visit); });
    row_.Clear();
    if (!tokens_.front().has_published()) return;
    for (cursor_.Rewind(); cursor_.Next();) {
      LoadTopics();
      ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
        tokens_[piece.block].StoreTopics(piece.record, piece.size, staging_.before.data() + at);
      });
    }
  }

  void Window(std::vector<RandomWindow>* windows, std::uint32_t block, RandomUse use, int slots) {
    windows->emplace_back().Reset(context_.seed, use, context_.index->block_number(block),
                                  context_.iteration, slots);
  }

  template <typename Visit>
  void ForEachPiece(Visit&& visit) {
    std::size_t at = 0;
    for (const BatchCursor::Piece& piece : cursor_.pieces()) {
      visit(piece, at);
      at += piece.size;
    }
  }
  void LoadRecords() {
    ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
      tokens_[piece.block].LoadRecords(piece.record, piece.size, staging_.pitch,
                                       staging_.before.data() + at, staging_.proposals.data() + at);
    });
  }
  void LoadTopics() {
    ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
      tokens_[piece.block].LoadTopics(piece.record, piece.size, staging_.before.data() + at);
    });
  }
  void StoreTopics() {
    ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
      tokens_[piece.block].StoreTopics(piece.record, piece.size, staging_.after.data() + at);
    });
  }
  void StoreProposals() {
    ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
      const TokenView<Topic>& tokens = tokens_[piece.block];
      const TopicId* proposals = staging_.proposals.data() + at;
      if (fits_one_batch_) {
        tokens.StoreRecords(piece.record, piece.size, staging_.pitch, staging_.after.data() + at,
                            proposals);
      } else {
        tokens.StoreProposals(piece.record, piece.size, staging_.pitch, proposals);
      }
    });
  }
  // Numbers go by record: in early stages the active tokens of a block are far apart.
  void ReadUniforms(std::vector<RandomWindow>* windows) {
    ForEachPiece([&](const BatchCursor::Piece& piece, std::size_t at) {
      (*windows)[piece.block].Read(*context_.kernels, piece.record, piece.record + piece.size,
                                   staging_.pitch, staging_.uniforms.data() + at);
    });
  }

  void AcceptBatch() {
    ReadUniforms(&accept_);
    const AcceptTables tables = {row_.topics(), nullptr, static_cast<float>(context_.beta)};
    context_.kernels->accept(tables, cursor_.size(), staging_.mh_steps, staging_.pitch,
                             staging_.before.data(), staging_.proposals.data(),
                             staging_.uniforms.data(), staging_.after.data());
    moves_.Append(*context_.kernels, cursor_.size(), staging_.before.data(), staging_.after.data());
  }

  std::span<const TokenView<Topic>> tokens_;
  WordId word_ = 0;  // at hand
  std::vector<Run> run_room_;
  std::span<const Run> runs_;  // of the word at hand
  BatchCursor cursor_;
  bool fits_one_batch_ = false;  // then staging_ holds all of the word's tokens
  WordProposal proposal_;
  TotalsDelta totals_delta_;
  std::vector<RandomWindow> accept_;   // [num_blocks]
  std::vector<RandomWindow> propose_;  // [num_blocks]
  std::vector<RandomWindow> join_;     // [num_blocks]
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_WORD_BATCHES_H_
