#include "sampler/staged_word.h"

#include <algorithm>

namespace lightlda {

StagedWord::StagedWord(const StageIndex& index, const StageIndex* previous, int num_proposals)
    : index_(index),
      previous_(previous),
      batch_(kBatch, num_proposals, std::max(num_proposals, 1)) {}

std::int64_t StagedWord::Start(WordId word) {
  word_ = word;
  runs_ = index_.FindRuns(word, previous_, &run_room_);
  num_settled_ = 0;
  for (const TokenRun& run : runs_) num_settled_ += run.joined_from;
  Select(Tokens::kAll);
  return num_selected_;
}

void StagedWord::Select(Tokens tokens) {
  selected_.clear();
  num_selected_ = 0;
  for (const TokenRun& run : runs_) {
    const std::uint32_t begin = tokens == Tokens::kJoining ? run.joined_from : 0;
    const std::uint32_t end = tokens == Tokens::kSettled ? run.joined_from : run.length;
    if (begin == end) continue;
    selected_.push_back({run.block, run.record + begin, end - begin});
    num_selected_ += end - begin;
  }
  Rewind();
}

void StagedWord::Rewind() {
  at_ = 0;
  offset_ = 0;
}

bool StagedWord::Next() {
  if (at_ == selected_.size()) return false;
  if (fits_one_batch()) {
    pieces_ = selected_;
    size_ = static_cast<std::size_t>(num_selected_);
    at_ = selected_.size();
    return true;
  }
  cut_.clear();
  size_ = 0;
  while (at_ < selected_.size() && size_ < kBatch) {
    const Piece& run = selected_[at_];
    const auto size =
        static_cast<std::uint32_t>(std::min<std::size_t>(run.size - offset_, kBatch - size_));
    cut_.push_back({run.block, run.record + offset_, size});
    size_ += size;
    offset_ += size;
    if (offset_ < run.size) break;
    ++at_;
    offset_ = 0;
  }
  pieces_ = cut_;
  return true;
}

template <typename Visit>
void StagedWord::ForEachPiece(Visit&& visit) {
  std::size_t at = 0;
  for (const Piece& piece : pieces_) {
    visit(tokens_[piece.block], piece, at);
    at += piece.size;
  }
}

void StagedWord::LoadTopics() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.LoadTopics(piece.record, piece.size, batch_.before.data() + at);
  });
}

void StagedWord::LoadTopicsAndPublished() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.LoadTopics(piece.record, piece.size, batch_.before.data() + at,
                      batch_.after.data() + at);
  });
}

void StagedWord::LoadRecords() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.LoadRecords(piece.record, piece.size, batch_.pitch, batch_.before.data() + at,
                       batch_.proposals.data() + at);
  });
}

void StagedWord::LoadRecordsAndPublished() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.LoadRecords(piece.record, piece.size, batch_.pitch, batch_.before.data() + at,
                       batch_.proposals.data() + at, batch_.after.data() + at);
  });
}

void StagedWord::PublishTopics() {
  ForEachPiece([](const TokenView& tokens, const Piece& piece, std::size_t) {
    tokens.PublishTopics(piece.record, piece.size);
  });
}

void StagedWord::StoreTopics(const std::vector<TopicId>& topics) {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.StoreTopics(piece.record, piece.size, topics.data() + at);
  });
}

void StagedWord::StoreProposals() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.StoreProposals(piece.record, piece.size, batch_.pitch, batch_.proposals.data() + at);
  });
}

void StagedWord::StoreRecords() {
  ForEachPiece([&](const TokenView& tokens, const Piece& piece, std::size_t at) {
    tokens.StoreRecords(piece.record, piece.size, batch_.pitch, batch_.after.data() + at,
                        batch_.proposals.data() + at);
  });
}

void StagedWord::ReadUniforms(const Kernels& kernels, std::vector<RandomWindow>* windows) {
  ForEachPiece([&](const TokenView&, const Piece& piece, std::size_t at) {
    (*windows)[piece.block].Read(kernels, piece.record, piece.record + piece.size, batch_.pitch,
                                 batch_.uniforms.data() + at);
  });
}

}  // namespace lightlda
