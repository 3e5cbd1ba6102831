// What the samplers of one process and of many have in common: the tokens, their totals, the
// document pass.
#ifndef LIGHTLDA_SAMPLER_SAMPLER_BASE_H_
#define LIGHTLDA_SAMPLER_SAMPLER_BASE_H_

#include <glog/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sampler/conditional_pass.h"
#include "sampler/document_likelihood.h"
#include "sampler/document_pass.h"
#include "sampler/sampler.h"
#include "sampler/stage.h"

namespace lightlda {

template <typename Topic>
class SamplerBase : public Sampler {
 public:
  std::span<const Count> topic_totals() const override { return totals_; }
  const StageIndex& active() const override { return stage_->index(); }
  const SamplerOptions& options() const override { return options_; }
  int num_threads() const override { return pool_.size(); }

  Status ReadTopics(std::size_t block, std::vector<TopicId>* topics) const override {
    topics->assign(blocks_[block]->num_tokens(), 0);
    const auto positions = blocks_[block]->word_offsets;
    return stage_->ReadWords(block, [&](WordId word, std::uint32_t record, std::uint32_t size,
                                        const TokenView<Topic>& tokens) {
      tokens.LoadTopics(record, size, topics->data() + positions[word]);
    });
  }

  Result<std::vector<double>> DocumentLogLikelihoods() const override {
    const DocumentLikelihood likelihood(options_.alpha);
    const auto tasks = active().document_tasks();
    std::vector<double> of_task(tasks.size(), 0.0);
    std::vector<RowScratch> scratch(PoolSize(), RowScratch(options_.num_topics));
    LIGHTLDA_RETURN_IF_ERROR(stage_->SweepDocuments(
        Stage<Topic>::Access::kRead, [&](Tokens tokens, std::size_t task, int thread) {
          const std::uint32_t b = tasks[task].block;
          const auto offsets = blocks_[b]->document_offsets;
          const auto records = active().document_records(b);
          RowScratch& counts = scratch[static_cast<std::size_t>(thread)];
          for (std::uint32_t d = tasks[task].begin; d < tasks[task].end; ++d) {
            for (const std::uint32_t record :
                 records.subspan(offsets[d], offsets[d + 1] - offsets[d])) {
              counts.Add(tokens[b].topic(record), 1);
            }
            of_task[task] += likelihood.Of(counts, offsets[d + 1] - offsets[d]);
            counts.Clear();
          }
        }));
    std::vector<double> of_block(blocks_.size(), 0.0);
    for (std::size_t task = 0; task < tasks.size(); ++task) {
      of_block[tasks[task].block] += of_task[task];
    }
    return of_block;
  }

 protected:
  using Tokens = typename Stage<Topic>::Tokens;
  using Blocks = typename Stage<Topic>::Blocks;

  // has_published: tokens have published topics (token_view.h).
  SamplerBase(SamplerOptions options, Blocks blocks, ThreadPool* pool, bool has_published)
      : options_(std::move(options)),
        kernels_(options_.kernels != nullptr ? *options_.kernels : BestKernels()),
        blocks_(blocks),
        pool_(*pool),
        has_published_(has_published),
        totals_(options_.num_topics, 0),
        frozen_totals_(options_.num_topics) {
    CHECK_EQ(options_.alpha.size(), options_.num_topics);
    CHECK_LE(options_.num_topics, std::uint64_t{std::numeric_limits<Topic>::max()} + 1);
  }

  std::size_t PoolSize() const { return static_cast<std::size_t>(pool_.size()); }

  // Replaces stage_ by another, its tokens carried over. Returns the one before.
  Result<std::unique_ptr<Stage<Topic>>> NextStage(const StageSettings& settings,
                                                  const WordSlices& slices) {
    if (stage_ == nullptr) {
      // Deeper than any document.
      constexpr int kNoLevel = std::numeric_limits<int>::max();
      LIGHTLDA_RETURN_IF_ERROR(MakeStage({kNoLevel, settings.mh_steps, settings.beta}, slices));
    }
    CHECK_LT(settings.level, stage_->level());
    std::unique_ptr<Stage<Topic>> previous = std::move(stage_);
    LIGHTLDA_RETURN_IF_ERROR(MakeStage(settings, slices));
    LIGHTLDA_RETURN_IF_ERROR(stage_->CarryOver(previous.get()));
    return previous;
  }

  // Makes stage_ with the topics that read_topics gives, and counts totals_.
  Status RestoreStage(const StageSettings& settings, const WordSlices& slices,
                      const TopicsReader& read_topics) {
    CHECK(stage_ == nullptr);
    LIGHTLDA_RETURN_IF_ERROR(MakeStage(settings, slices));
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
    return {};
  }

  // The context of a pass that begins now. It is valid until the next one.
  PassContext<Topic> FreezeTotals(std::uint32_t iteration, const StageIndex* previous) {
    const double beta_sum = beta_ * static_cast<double>(options_.num_words);
    for (std::uint32_t k = 0; k < options_.num_topics; ++k) {
      frozen_totals_[k] = static_cast<float>(static_cast<double>(totals_[k]) + beta_sum);
    }
    return {
        &kernels_,          options_.num_topics,   beta_,     options_.seed, iteration,
        stage_->mh_steps(), frozen_totals_.data(), &active(), previous,      conditionals_.get()};
  }

  Status RunDocumentPass(std::uint32_t iteration) {
    const PassContext<Topic> context = FreezeTotals(iteration, nullptr);
    const auto tasks = active().document_tasks();
    auto workers = MakeWorkers<DocumentWorker<Topic>>(context, prior_, *document_proposal_);
    const Status status = stage_->SweepDocuments(
        Stage<Topic>::Access::kUpdate, [&](Tokens tokens, std::size_t task, int thread) {
          DocumentWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
          worker.set_tokens(tokens);
          worker.AcceptAndPropose(*blocks_[tasks[task].block], tasks[task]);
        });
    FlushTotals(workers);
    return status;
  }

  // Whether the stage draws topics from their full conditionals.
  bool is_conditional() const { return conditionals_ != nullptr; }

  // What RunConditionalPasses exchanges where nobody else has tokens, or none are waited for.
  auto ApplyToTable() {
    return [this](std::span<const WordMoves* const> moves) {
      conditionals_->Apply(moves, &pool_);
      return Status();
    };
  }

  // An iteration of conditional passes, each over another group of documents. After each calls
  // exchange(moves of each thread), which makes the table and totals_ hold what moved.
  template <typename Exchange>
  Status RunConditionalPasses(std::uint32_t iteration, Exchange&& exchange) {
    const PassContext<Topic> context = FreezeTotals(iteration, nullptr);
    auto workers =
        MakeWorkers<ConditionalWorker<Topic>>(context, prior_, options_.num_words, pool_.size());
    std::vector<const WordMoves*> moves;
    for (const auto& worker : workers) moves.push_back(&worker->word_moves());
    for (std::uint32_t group = 0; group < kDocumentGroups; ++group) {
      (void)FreezeTotals(iteration, nullptr);  // which the workers' context points to
      for (auto& worker : workers) worker->Begin();
      LIGHTLDA_RETURN_IF_ERROR(DrawGroup(group, workers));
      FlushTotals(workers);
      LIGHTLDA_RETURN_IF_ERROR(exchange(moves));
    }
    return {};
  }

  // One a thread of the pool.
  template <typename Worker, typename... Args>
  std::vector<std::unique_ptr<Worker>> MakeWorkers(Args&&... args) {
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t t = 0; t < PoolSize(); ++t) {
      workers.push_back(std::make_unique<Worker>(args...));
    }
    return workers;
  }

  template <typename Worker>
  void FlushTotals(std::vector<std::unique_ptr<Worker>>& workers) {
    for (auto& worker : workers) worker->totals_delta().Flush(&totals_);
  }

  SamplerOptions options_;
  const Kernels& kernels_;
  Blocks blocks_;
  ThreadPool& pool_;
  const bool has_published_;
  std::vector<Count> totals_;  // [num_topics]: n_k
  std::unique_ptr<Stage<Topic>> stage_;
  std::unique_ptr<ConditionalTable> conditionals_;  // null: topics come from proposals

 private:
  Status DrawGroup(std::uint32_t group,
                   const std::vector<std::unique_ptr<ConditionalWorker<Topic>>>& workers) {
    const auto tasks = active().document_tasks();
    return stage_->SweepDocuments(
        Stage<Topic>::Access::kUpdate, [&](Tokens tokens, std::size_t task, int thread) {
          const DocumentTask& piece = tasks[task];
          const std::uint64_t documents = active().active_documents(piece.block);
          const auto bound = [&](std::uint32_t g) {
            const auto cut = static_cast<std::uint32_t>(documents * g / kDocumentGroups);
            return std::clamp(cut, piece.begin, piece.end);
          };
          ConditionalWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
          worker.set_tokens(tokens);
          worker.Draw(*blocks_[piece.block], piece.block, bound(group), bound(group + 1));
        });
  }

  Status MakeStage(const StageSettings& settings, const WordSlices& slices) {
    CHECK_GE(settings.mh_steps, 0);
    CHECK_LE(settings.mh_steps, kMaxMhSteps);
    CHECK_GE(settings.beta, 0);
    CHECK_GT(settings.alpha_scale, 0);
    beta_ = settings.beta > 0 ? settings.beta : options_.beta;
    prior_.clear();
    for (const double alpha : options_.alpha) {
      prior_.push_back(static_cast<float>(settings.alpha_scale * alpha));
    }
    document_proposal_.emplace(options_.alpha, /*has_prior=*/settings.level == 0);
    if (settings.mh_steps > 0) {
      conditionals_.reset();
    } else if (conditionals_ == nullptr) {
      CHECK_LE(options_.num_topics, kMaxConditionalTopics);
      conditionals_ = std::make_unique<ConditionalTable>(options_.num_words, options_.num_topics);
    }
    if (conditionals_ != nullptr) conditionals_->set_beta(beta_);
    LIGHTLDA_ASSIGN_OR_RETURN(
        stage_, Stage<Topic>::Make(options_, blocks_, &pool_, settings.level, settings.mh_steps,
                                   has_published_, slices));
    return {};
  }

  double beta_ = 0;                                    // of the stage
  std::vector<float> prior_;                           // [num_topics]: alpha of the stage
  std::optional<DocumentProposal> document_proposal_;  // of the stage
  std::vector<float> frozen_totals_;  // [num_topics]: n_k + beta_sum at the start of the pass
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SAMPLER_BASE_H_
