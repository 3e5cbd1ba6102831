#include "sampler/sampler.h"

#include <glog/logging.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sampler/document_pass.h"
#include "sampler/topic_counter.h"

namespace lightlda {
namespace {

constexpr WordId kTaskWords = 256;           // of rows that come from a table
constexpr std::size_t kPushedDeltas = 1024;  // at a time: they fit the first-level cache

// Pushes what moved since it was published.
constexpr WordVisit kPushMoves = {WordVisit::Rows::kNone, /*take_unpublished=*/true,
                                  WordVisit::Change::kNone, /*push=*/true,
                                  WordVisit::Leave::kNothing};

using DocumentWorkers = std::vector<std::unique_ptr<DocumentWorker>>;

}  // namespace

struct Sampler::Visitor {
  Visitor(const PassContext& context, const WordVisit& visit) : worker(context, visit) {}

  WordWorker worker;
  RowChanges changes;  // not pushed yet; kept for its memory
};

Sampler::Sampler(SamplerOptions options, std::span<const std::unique_ptr<const Block>> blocks,
                 ThreadPool* pool, TableClient* table)
    : options_(std::move(options)),
      kernels_(options_.kernels != nullptr ? *options_.kernels : BestKernels()),
      blocks_(blocks),
      pool_(*pool),
      all_words_({0, static_cast<WordId>(options_.num_words)}),
      slices_(table != nullptr ? table->slices() : WordSlices{all_words_}),
      totals_(options_.num_topics, 0),
      frozen_totals_(options_.num_topics) {
  CHECK_EQ(options_.alpha.size(), options_.num_topics);
  CHECK(options_.word_prior == nullptr || options_.word_prior->num_topics() == options_.num_topics);
  if (table != nullptr) exchange_.emplace(table, options_.num_topics);
}

Status Sampler::MakeStage(const StageSettings& settings) {
  CHECK_EQ(settings.exchange != ExchangeMode::kNone, exchange_.has_value());
  CHECK_GE(settings.beta, 0);
  CHECK_GT(settings.alpha_scale, 0);
  beta_ = settings.beta > 0 ? settings.beta : options_.beta;
  PreparePriors(settings);
  if (settings.draws == Draws::kProposals) {
    CHECK_GE(settings.mh_steps, 1);
    CHECK_LE(settings.mh_steps, kMaxMhSteps);
    CHECK(options_.word_prior == nullptr || !options_.word_prior->has_frozen());
    conditionals_.reset();
  } else {
    CHECK_LE(options_.num_topics, kMaxConditionalTopics);
    if (conditionals_ == nullptr) {
      conditionals_ = std::make_unique<ConditionalTable>(options_.num_words, options_.num_topics);
    }
    conditionals_->set_beta(beta_);
    if (options_.word_prior != nullptr) conditionals_->set_fixed(options_.word_prior->frozen());
  }
  num_iterations_ = 0;
  LIGHTLDA_ASSIGN_OR_RETURN(stage_, Stage::Make(options_, blocks_, &pool_, settings, slices_));
  return {};
}

void Sampler::PreparePriors(const StageSettings& settings) {
  prior_.clear();
  for (const double alpha : options_.alpha) {
    prior_.push_back(static_cast<float>(settings.alpha_scale * alpha));
  }
  document_proposal_.emplace(options_.alpha, /*has_prior=*/settings.level == 0);
}

void Sampler::SetAlpha(std::vector<double> alpha) {
  CHECK_EQ(alpha.size(), options_.num_topics);
  options_.alpha = std::move(alpha);
  PreparePriors(settings());
}

void Sampler::SetBeta(double beta) {
  CHECK_GT(beta, 0);
  CHECK(conditionals_ != nullptr);
  CHECK_EQ(settings().beta, 0);
  options_.beta = beta;
  beta_ = beta;
  conditionals_->set_beta(beta);
}

Status Sampler::StartStage(const StageSettings& settings, std::uint32_t iteration) {
  if (stage_ == nullptr) {
    StageSettings none = settings;
    none.level = std::numeric_limits<int>::max();  // deeper than any document
    none.streamed = false;
    LIGHTLDA_RETURN_IF_ERROR(MakeStage(none));
  }
  CHECK_LT(settings.level, stage_->settings().level);
  const std::unique_ptr<Stage> previous = std::move(stage_);
  LIGHTLDA_RETURN_IF_ERROR(MakeStage(settings));
  LIGHTLDA_RETURN_IF_ERROR(stage_->CarryOver(previous.get()));
  // Tokens that are about to join have no topics to push yet.
  const WordPass pass = {iteration, WordVisit::Change::kJoin, {}, &previous->index()};
  return RunWordPass(pass, ExchangeAtStart());
}

Status Sampler::Restore(const StageSettings& settings, std::uint32_t iteration,
                        const TopicsReader& read_topics) {
  CHECK(stage_ == nullptr);
  LIGHTLDA_RETURN_IF_ERROR(MakeStage(settings));
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicId> topics, read_topics(b));
    CHECK_EQ(topics.size(), blocks_[b]->num_tokens());
    const auto fill = [&](WordId word, std::span<TopicId> active) {
      std::copy_n(topics.begin() + blocks_[b]->word_offsets[word], active.size(), active.begin());
      for (const TopicId topic : active) {
        CHECK_LT(topic, options_.num_topics);
        ++totals_[topic];
      }
    };
    LIGHTLDA_RETURN_IF_ERROR(stage_->WriteTopics(b, fill));
  }
  // The tokens' topics count as published, but nobody knows of them yet.
  WordVisit all;
  all.rows = WordVisit::Rows::kOwnTokens;
  all.push = true;
  return RunWordPass({iteration, WordVisit::Change::kNone, all, nullptr}, ExchangeAtStart());
}

ExchangeMode Sampler::ExchangeAtStart() const {
  return settings().exchange == ExchangeMode::kNone ? ExchangeMode::kNone : ExchangeMode::kTwice;
}

Status Sampler::Iterate(std::uint32_t iteration) {
  const bool is_fresh = num_iterations_++ < settings().fresh_iterations;
  const ExchangeMode mode = is_fresh ? ExchangeAtStart() : settings().exchange;
  if (mode == ExchangeMode::kOnce) {
    LIGHTLDA_RETURN_IF_ERROR(exchange_->BeginPass(mode));
    LIGHTLDA_RETURN_IF_ERROR(exchange_->PullTotals(ExchangePhase::kFirst));
    LIGHTLDA_RETURN_IF_ERROR(exchange_->WaitTotals(&totals_));
  }
  if (settings().draws == Draws::kConditionals) return ConditionalPasses(iteration, mode);
  LIGHTLDA_RETURN_IF_ERROR(ProposalPass(iteration));
  return RunWordPass({iteration, WordVisit::Change::kAccept, kPushMoves, nullptr}, mode);
}

void Sampler::FreezeTotals() {
  const double beta_sum = beta_ * static_cast<double>(options_.num_words);
  const WordPrior* const prior = options_.word_prior;
  const std::vector<Count> totals = prior == nullptr ? totals_ : prior->ModelTotals(totals_);
  for (std::uint32_t k = 0; k < options_.num_topics; ++k) {
    frozen_totals_[k] = static_cast<float>(static_cast<double>(totals[k]) + beta_sum);
  }
}

PassContext Sampler::ContextOf(std::uint32_t iteration, const StageIndex* previous) const {
  return {&kernels_,
          options_.num_topics,
          beta_,
          options_.seed,
          iteration,
          stage_->layout(),
          options_.staged_tokens,
          frozen_totals_.data(),
          &active(),
          previous,
          conditionals_.get(),
          options_.word_prior};
}

Status Sampler::DocumentPass(std::span<const std::unique_ptr<DocumentWorker>> workers,
                             std::uint32_t group, std::uint32_t num_groups) {
  FreezeTotals();
  for (const auto& worker : workers) worker->BeginPass();
  const auto visit = [&](Stage::Tokens tokens, const DocumentTask& task, int thread) {
    const auto bound = [&](std::uint32_t g) {
      return std::clamp(GroupBegin(task.block, g, num_groups), task.begin, task.end);
    };
    workers[static_cast<std::size_t>(thread)]->Visit(tokens, *blocks_[task.block], task.block,
                                                     bound(group), bound(group + 1));
  };
  LIGHTLDA_RETURN_IF_ERROR(stage_->SweepDocuments(Stage::Access::kUpdate, visit));
  for (const auto& worker : workers) worker->totals_delta().Flush(&totals_);
  return {};
}

Status Sampler::ProposalPass(std::uint32_t iteration) {
  const PassContext context = ContextOf(iteration);
  DocumentWorkers workers;
  for (int t = 0; t < pool_.size(); ++t) {
    workers.push_back(MakeProposalWorker(context, prior_, *document_proposal_));
  }
  return DocumentPass(workers, 0, 1);
}

Status Sampler::ConditionalPasses(std::uint32_t iteration, ExchangeMode mode) {
  const PassContext context = ContextOf(iteration);
  const WordPass pushes_moves = {iteration, WordVisit::Change::kNone, kPushMoves, nullptr};
  std::vector<WordMoves> moves(static_cast<std::size_t>(pool_.size()),
                               WordMoves(options_.num_words, pool_.size()));
  DocumentWorkers workers;
  for (WordMoves& of_thread : moves) {
    workers.push_back(MakeConditionalWorker(context, prior_, &of_thread));
  }
  for (std::uint32_t group = 0; group < kDocumentGroups; ++group) {
    // Rows that have this process's tokens alone can be counted anew instead.
    const bool recounts = mode == ExchangeMode::kNone && IsLarge(group);
    for (WordMoves& of_thread : moves) {
      of_thread.set_lists(!recounts && mode != ExchangeMode::kTwice);
    }
    LIGHTLDA_RETURN_IF_ERROR(DocumentPass(workers, group, kDocumentGroups));
    if (mode == ExchangeMode::kTwice) {
      LIGHTLDA_RETURN_IF_ERROR(RunWordPass(pushes_moves, mode));
    } else if (recounts) {
      LIGHTLDA_RETURN_IF_ERROR(
          RunWordPass({iteration, WordVisit::Change::kNone, {}, nullptr}, mode));
    } else {
      conditionals_->Apply(moves, &pool_);
    }
  }
  return mode == ExchangeMode::kOnce ? RunWordPass(pushes_moves, mode) : Status();
}

std::uint32_t Sampler::GroupBegin(std::size_t block, std::uint32_t group,
                                  std::uint32_t num_groups) const {
  return static_cast<std::uint32_t>(std::uint64_t{active().active_documents(block)} * group /
                                    num_groups);
}

bool Sampler::IsLarge(std::uint32_t group) const {
  std::uint64_t tokens = 0;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const auto offsets = blocks_[b]->document_offsets;
    tokens += offsets[GroupBegin(b, group + 1, kDocumentGroups)] -
              offsets[GroupBegin(b, group, kDocumentGroups)];
  }
  // Half as much again as the average.
  const std::uint64_t share = static_cast<std::uint64_t>(active().total_tokens()) / kDocumentGroups;
  return tokens > std::max(share + share / 2, options_.min_recounted_tokens);
}

WordVisit::Leave Sampler::leave() const {
  return settings().draws == Draws::kProposals ? WordVisit::Leave::kProposals
                                               : WordVisit::Leave::kTableRow;
}

Status Sampler::RunWordPass(const WordPass& pass, ExchangeMode mode) {
  switch (mode) {
    case ExchangeMode::kOnce:
      return ExchangeOnce(pass);
    case ExchangeMode::kTwice:
      return ExchangeTwice(pass);
    case ExchangeMode::kNone:
      break;
  }
  FreezeTotals();
  const PassContext context = ContextOf(pass.iteration, pass.previous);
  WordVisit visit;
  visit.rows = WordVisit::Rows::kOwnTokens;
  visit.change = pass.change;
  visit.leave = leave();
  return Sweep(context, visit, {});
}

Status Sampler::ExchangeOnce(const WordPass& pass) {
  FreezeTotals();
  const PassContext context = ContextOf(pass.iteration);
  WordVisit visit;
  visit.rows = WordVisit::Rows::kGiven;
  visit.take_unpublished = true;
  visit.change = pass.change;
  visit.push = true;
  visit.leave = leave();
  constexpr ExchangePhase kPhase = ExchangePhase::kFirst;
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PullAhead(kPhase));
  LIGHTLDA_RETURN_IF_ERROR(Sweep(context, visit, {kPhase, kPhase, {}}));
  return exchange_->PushTotals(kPhase, totals_);
}

Status Sampler::ExchangeTwice(const WordPass& pass) {
  constexpr ExchangePhase kFirst = ExchangePhase::kFirst;
  constexpr ExchangePhase kSecond = ExchangePhase::kSecond;
  const PassContext context = ContextOf(pass.iteration, pass.previous);
  LIGHTLDA_RETURN_IF_ERROR(exchange_->BeginPass(ExchangeMode::kTwice));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PushTotals(kFirst, totals_));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PullTotals(kFirst));
  LIGHTLDA_RETURN_IF_ERROR(Sweep(context, pass.unpublished, {{}, kFirst, {}}));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PullAhead(kFirst));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->WaitTotals(&totals_));

  FreezeTotals();
  WordVisit visit;
  visit.rows = WordVisit::Rows::kGiven;
  visit.change = pass.change;
  visit.push = pass.change != WordVisit::Change::kNone;
  LIGHTLDA_RETURN_IF_ERROR(Sweep(context, visit, {kFirst, kSecond, kSecond}));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PushTotals(kSecond, totals_));
  LIGHTLDA_RETURN_IF_ERROR(exchange_->PullTotals(kSecond));

  visit = {};
  visit.rows = WordVisit::Rows::kGiven;
  visit.leave = leave();
  LIGHTLDA_RETURN_IF_ERROR(Sweep(context, visit, {kSecond, {}, {}}));
  return exchange_->WaitTotals(&totals_);
}

Status Sampler::Sweep(const PassContext& context, const WordVisit& visit,
                      const SweepExchange& exchange) {
  Stage::WordSweep sweep;
  if (exchange_) {
    sweep.begin = [&](std::uint32_t slice) { return exchange_->Begin(slice, exchange); };
    sweep.end = [&](std::uint32_t) { return exchange_->End(exchange); };
  }
  if (visit.is_idle()) return stage_->SweepSlices(sweep);
  const auto visitors = MakePerThread<Visitor>(pool_, context, visit);
  sweep.run = [&](Stage::Tokens tokens, WordTask task, int thread) {
    Visitor& visitor = *visitors[static_cast<std::size_t>(thread)];
    visitor.worker.set_tokens(tokens);
    return VisitTask(&visitor, task, visit.push);
  };
  const bool updates =
      visit.change != WordVisit::Change::kNone || visit.leave != WordVisit::Leave::kNothing;
  LIGHTLDA_RETURN_IF_ERROR(
      stage_->SweepWords(updates ? Stage::Access::kUpdate : Stage::Access::kRead, sweep));
  for (const auto& visitor : visitors) visitor->worker.totals_delta().Flush(&totals_);
  return {};
}

Status Sampler::VisitTask(Visitor* visitor, WordTask task, bool pushes) {
  const PulledRows* const rows = exchange_ ? exchange_->rows() : nullptr;
  RowChanges& changes = visitor->changes;
  changes.Clear();
  for (WordId word = task.begin; word < task.end; ++word) {
    LIGHTLDA_RETURN_IF_ERROR(visitor->worker.Visit(word, rows));
    if (!pushes) continue;
    changes.Add(word, visitor->worker.changes());
    if (changes.num_deltas() < kPushedDeltas) continue;
    LIGHTLDA_RETURN_IF_ERROR(exchange_->AddRows(changes));
    changes.Clear();
  }
  return changes.num_rows() == 0 ? Status() : exchange_->AddRows(changes);
}

Status Sampler::RefreshTotals() {
  return exchange_ ? exchange_->InspectTotals(&totals_) : Status();
}

Status Sampler::ForEachRow(RowShare share, const RowVisitor& visit,
                           const PartDone& part_done) const {
  return exchange_ ? ForEachTableRow(share, visit, part_done) : ForEachOwnRow(visit, part_done);
}

Status Sampler::ForEachOwnRow(const RowVisitor& visit, const PartDone& part_done) const {
  struct Counter {
    Counter(const StageIndex& index, std::uint32_t num_topics)
        : word(index, nullptr, /*num_proposals=*/0), counts(num_topics) {}
    StagedWord word;
    TopicCounter counts;
    std::vector<TopicCount> row;
  };
  const auto counters = MakePerThread<Counter>(pool_, active(), options_.num_topics);
  Stage::WordSweep sweep;
  sweep.run = [&](Stage::Tokens tokens, WordTask task, int thread) {
    Counter& of = *counters[static_cast<std::size_t>(thread)];
    of.word.set_tokens(tokens);
    for (WordId word = task.begin; word < task.end; ++word) {
      if (of.word.Start(word) == 0) continue;
      while (of.word.Next()) {
        of.word.LoadTopics();
        of.counts.Add(of.word.topics());
      }
      of.row.clear();
      of.counts.ForEach([&of](TopicId topic, std::int32_t count) {
        of.row.push_back({topic, static_cast<std::uint32_t>(count)});
      });
      of.counts.Clear();
      visit(word, of.row, thread);
    }
    return Status();
  };
  sweep.begin_part = part_done;
  LIGHTLDA_RETURN_IF_ERROR(stage_->SweepWords(Stage::Access::kRead, sweep));
  if (part_done) part_done(static_cast<WordId>(options_.num_words));
  return {};
}

Status Sampler::ForEachTableRow(RowShare share, const RowVisitor& visit,
                                const PartDone& part_done) const {
  std::vector<std::vector<TopicCount>> room(static_cast<std::size_t>(pool_.size()));
  std::vector<Status> failed(room.size());
  for (std::uint32_t slice = share.index; slice < slices_.size(); slice += share.count) {
    const WordId begin = slices_.begins[slice];
    const WordId end = slices_.begins[slice + 1];
    LIGHTLDA_ASSIGN_OR_RETURN(const auto rows, exchange_->Inspect(slice));
    pool_.ParallelFor((end - begin + kTaskWords - 1) / kTaskWords, [&](std::size_t task,
                                                                       int thread) {
      Status& failure = failed[static_cast<std::size_t>(thread)];
      std::vector<TopicCount>& row = room[static_cast<std::size_t>(thread)];
      const WordId first = begin + static_cast<WordId>(task) * kTaskWords;
      for (WordId word = first; word < std::min(first + kTaskWords, end) && failure.ok(); ++word) {
        failure = rows->Get(word, &row);
        if (failure.ok() && !row.empty()) visit(word, row, thread);
      }
    });
    for (const Status& failure : failed) LIGHTLDA_RETURN_IF_ERROR(failure);
    if (part_done) part_done(end);
  }
  return {};
}

Status Sampler::ReadTopics(std::size_t block, std::vector<TopicId>* topics) const {
  topics->assign(blocks_[block]->num_tokens(), 0);
  return stage_->ReadTopics(block, *topics);
}

std::unique_ptr<const TopicsCopy> Sampler::CopyTopics() const {
  CHECK(!exchange_);
  auto copy = std::make_unique<TopicsCopy>(blocks_, stage_->shared_index(), totals_);
  stage_->CopyTopics(copy.get());
  return copy;
}

}  // namespace lightlda
