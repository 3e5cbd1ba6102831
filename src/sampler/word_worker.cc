#include "sampler/word_worker.h"

#include <limits>
#include <string>

namespace lightlda {
namespace {

std::vector<RandomWindow> Windows(const PassContext& context, bool needed, RandomUse use,
                                  int num_slots) {
  std::vector<RandomWindow> windows(needed ? context.index->num_blocks() : 0);
  for (std::uint32_t b = 0; b < windows.size(); ++b) {
    windows[b].Reset(context.seed, use, context.index->block_number(b), context.iteration,
                     num_slots);
  }
  return windows;
}

}  // namespace

WordWorker::WordWorker(const PassContext& context, const WordVisit& visit)
    : context_(context),
      visit_(visit),
      word_(*context.index, context.previous_index, context.layout.num_proposals),
      stages_records_(visit.change == WordVisit::Change::kAccept &&
                      visit.leave == WordVisit::Leave::kProposals),
      row_(context.num_topics),
      proposal_(context.num_topics, context.beta),
      totals_delta_(context.num_topics),
      accept_(Windows(context, visit.change == WordVisit::Change::kAccept, RandomUse::kWordAccept,
                      context.layout.num_proposals)),
      propose_(Windows(context, visit.leave == WordVisit::Leave::kProposals,
                       RandomUse::kWordPropose, context.layout.num_proposals)),
      join_(Windows(context, visit.change == WordVisit::Change::kJoin, RandomUse::kJoin, 1)) {
  row_.SetTotals(context.totals);
}

Status WordWorker::Visit(WordId word, const PulledRows* given) {
  num_changes_ = 0;
  if (word_.Start(word) == 0) return {};
  records_are_staged_ = false;
  bool can_be = true;
  if (visit_.rows == WordVisit::Rows::kOwnTokens) CountOwnTokens();
  if (visit_.rows == WordVisit::Rows::kGiven) {
    LIGHTLDA_RETURN_IF_ERROR(given->Get(word, &given_));
    can_be = SetRow();
  }
  if (visit_.take_unpublished) can_be = can_be && TakeUnpublished();
  if (visit_.change == WordVisit::Change::kAccept) can_be = can_be && Accept();
  if (!can_be) {
    return Status::Failure("the shared row of word " + std::to_string(word) +
                           " cannot be: it lacks tokens of this process, or has too many");
  }
  if (visit_.change == WordVisit::Change::kJoin) Join();
  if (visit_.push) ListChanges();
  if (visit_.leave == WordVisit::Leave::kProposals) LeaveProposals();
  if (visit_.leave == WordVisit::Leave::kTableRow) WriteTableRow();
  row_.Clear();
  return {};
}

void WordWorker::CountOwnTokens() {
  if (visit_.change == WordVisit::Change::kJoin) word_.Select(StagedWord::Tokens::kSettled);
  records_are_staged_ = stages_records_ && word_.fits_one_batch();
  num_counted_ = word_.num_selected();
  row_.Start(num_counted_);
  for (word_.Rewind(); word_.Next();) {
    records_are_staged_ ? word_.LoadRecords() : word_.LoadTopics();
    row_.Add(word_.topics());
  }
  row_.Finish();
}

bool WordWorker::SetRow() {
  num_counted_ = 0;
  for (const TopicCount& entry : given_) num_counted_ += entry.count;
  if (num_counted_ > std::numeric_limits<std::int32_t>::max()) return false;
  row_.Set(given_);
  return num_counted_ >= word_.num_settled();
}

bool WordWorker::TakeUnpublished() {
  const TokenBatch& batch = word_.batch();
  records_are_staged_ = stages_records_ && word_.fits_one_batch();
  moves_.Clear();
  for (word_.Rewind(); word_.Next();) {
    records_are_staged_ ? word_.LoadRecordsAndPublished() : word_.LoadTopicsAndPublished();
    moves_.Append(*context_.kernels, word_.size(), batch.after.data(), batch.before.data());
  }
  if (visit_.rows != WordVisit::Rows::kNone) return ApplyMoves();
  row_.AddMoves({moves_.begin(), moves_.end()});
  return true;
}

bool WordWorker::Accept() {
  TokenBatch& batch = word_.batch();
  const AcceptTables tables = {row_.topics(), nullptr, static_cast<float>(context_.beta)};
  moves_.Clear();
  for (word_.Rewind(); word_.Next();) {
    if (!records_are_staged_) word_.LoadRecords();
    word_.ReadUniforms(*context_.kernels, &accept_);
    context_.kernels->accept(tables, word_.size(), batch.num_proposals, batch.pitch,
                             batch.before.data(), batch.proposals.data(), batch.uniforms.data(),
                             batch.after.data());
    moves_.Append(*context_.kernels, word_.size(), batch.before.data(), batch.after.data());
    if (!records_are_staged_) word_.StoreTopics(batch.after);
  }
  totals_delta_.Apply(moves_);
  return ApplyMoves();
}

void WordWorker::Join() {
  TokenBatch& batch = word_.batch();
  word_.Select(StagedWord::Tokens::kJoining);
  if (word_.num_selected() > 0) proposal_.Build(row_, num_counted_);
  while (word_.Next()) {
    word_.ReadUniforms(*context_.kernels, &join_);
    proposal_.Draw(*context_.kernels, word_.size(), batch.uniforms.data(), batch.after.data());
    word_.StoreTopics(batch.after);
    row_.Add({batch.after.data(), word_.size()});
    totals_delta_.Add(batch.after.data(), word_.size());
  }
  num_counted_ += word_.num_selected();
  row_.Finish();
  word_.Select(StagedWord::Tokens::kAll);
}

void WordWorker::ListChanges() {
  const std::span<const TopicId> topics = row_.SortedTopics();
  changes_ = room_.Room(topics.size());
  TopicDelta* out = changes_;
  const bool is_given = visit_.rows == WordVisit::Rows::kGiven;
  const TopicCount* before = given_.data();
  const TopicCount* const end = before + (is_given ? given_.size() : 0);
  for (const TopicId topic : topics) {
    *out = {topic, row_.count(topic)};
    if (before != end && before->topic == topic) {
      out->delta -= static_cast<std::int32_t>((before++)->count);
    }
    out += out->delta != 0 ? 1 : 0;
  }
  num_changes_ = static_cast<std::size_t>(out - changes_);
}

void WordWorker::LeaveProposals() {
  TokenBatch& batch = word_.batch();
  proposal_.Build(row_, num_counted_);
  for (word_.Rewind(); word_.Next();) {
    word_.ReadUniforms(*context_.kernels, &propose_);
    for (int m = 0; m < batch.num_proposals; ++m) {
      const std::size_t offset = static_cast<std::size_t>(m) * batch.pitch;
      proposal_.Draw(*context_.kernels, word_.size(), batch.uniforms.data() + offset,
                     batch.proposals.data() + offset);
    }
    records_are_staged_ ? word_.StoreRecords() : word_.StoreProposals();
  }
}

// The row holds what moved since it was published, so all is published from now.
void WordWorker::WriteTableRow() {
  context_.conditionals->Set(word_.word(), num_counted_,
                             [this](auto&& visit) { row_.ForEach(visit); });
  if (!context_.layout.has_published) return;
  for (word_.Rewind(); word_.Next();) word_.PublishTopics();
}

}  // namespace lightlda
