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
      adds_prior_(context.word_prior != nullptr && context.word_prior->has_rows() &&
                  (visit.rows == WordVisit::Rows::kGiven ||
                   (visit.rows == WordVisit::Rows::kOwnTokens && !visit.push))),
      row_(context.num_topics),
      proposal_(context.num_topics, context.beta),
      totals_delta_(context.num_topics),
      accept_(Windows(context, visit.change == WordVisit::Change::kAccept, RandomUse::kWordAccept,
                      context.layout.num_proposals)),
      propose_(Windows(context, visit.leave == WordVisit::Leave::kProposals,
                       RandomUse::kWordPropose, context.layout.num_proposals)),
      join_(Windows(context, visit.change == WordVisit::Change::kJoin, RandomUse::kJoin, 1)) {
  row_.SetTotals(context.totals);
  if (visit.change == WordVisit::Change::kJoin && context.iteration == 0 &&
      context.word_prior != nullptr) {
    start_row_.emplace(context.num_topics);
  }
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
  AddPrior();
}

void WordWorker::AddPrior() {
  if (!adds_prior_) return;
  context_.word_prior->GetRow(word_.word(), &prior_);
  for (const TopicCount& entry : prior_) {
    row_.Add(entry.topic, static_cast<std::int32_t>(entry.count));
    num_counted_ += entry.count;
  }
}

bool WordWorker::SetRow() {
  num_counted_ = 0;
  for (const TopicCount& entry : given_) num_counted_ += entry.count;
  if (num_counted_ > std::numeric_limits<std::int32_t>::max()) return false;
  row_.Set(given_);
  const bool has_own = num_counted_ >= word_.num_settled();
  AddPrior();
  return has_own;
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
  if (word_.num_selected() > 0) {
    start_row_ ? BuildStart() : proposal_.Build(row_, num_counted_);
  }
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

void WordWorker::BuildStart() {
  context_.word_prior->GetStartRow(word_.word(), &start_);
  std::int64_t num_tokens = 0;
  for (const TopicCount& entry : start_) num_tokens += entry.count;
  start_row_->Set(start_);
  proposal_.Build(*start_row_, num_tokens);
  start_row_->Clear();
}

void WordWorker::ListChanges() {
  const std::span<const TopicId> topics = row_.SortedTopics();
  changes_ = room_.Room(topics.size());
  TopicDelta* out = changes_;
  const bool is_given = visit_.rows == WordVisit::Rows::kGiven;
  const TopicCount* before = given_.data();
  const TopicCount* const end = before + (is_given ? given_.size() : 0);
  const TopicCount* prior = prior_.data();
  const TopicCount* const prior_end = prior + (adds_prior_ ? prior_.size() : 0);
  for (const TopicId topic : topics) {
    *out = {topic, row_.count(topic)};
    if (prior != prior_end && prior->topic == topic) {
      out->delta -= static_cast<std::int32_t>((prior++)->count);
    }
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
  const WordPrior* const prior = context_.word_prior;
  const bool has_frozen = prior != nullptr && prior->has_frozen();
  context_.conditionals->Set(word_.word(), num_counted_, [&](auto&& visit) {
    if (!has_frozen) return row_.ForEach(visit);
    row_.ForEach([&](TopicId topic, std::int32_t count) {
      if (!prior->is_frozen(topic)) visit(topic, count);
    });
    for (const TopicCount& entry : prior_) {
      if (prior->is_frozen(entry.topic)) visit(entry.topic, static_cast<std::int32_t>(entry.count));
    }
  });
  if (!context_.layout.has_published) return;
  for (word_.Rewind(); word_.Next();) word_.PublishTopics();
}

}  // namespace lightlda
