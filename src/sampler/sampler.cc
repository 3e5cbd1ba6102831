#include "sampler/sampler.h"

#include <glog/logging.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sampler/document_pass.h"
#include "sampler/log_gamma.h"
#include "sampler/word_pass.h"

namespace lightlda {
namespace {

// Deeper than any document.
constexpr int kNoLevel = std::numeric_limits<int>::max();
// Largest K whose topics are kept in 16 bits.
constexpr std::uint32_t kMaxTopics16 = 1u << 16;

template <typename Topic>
class SamplerImpl final : public Sampler {
 public:
  SamplerImpl(SamplerOptions options, std::span<const std::unique_ptr<const Block>> blocks,
              ThreadPool* pool)
      : options_(std::move(options)),
        kernels_(options_.kernels != nullptr ? *options_.kernels : BestKernels()),
        blocks_(blocks),
        pool_(*pool),
        prior_(options_.alpha.begin(), options_.alpha.end()),
        document_proposal_(options_.alpha),
        totals_(options_.num_topics, 0),
        frozen_totals_(options_.num_topics) {
    CHECK_EQ(options_.alpha.size(), options_.num_topics);
    CHECK_LE(options_.num_topics, std::uint64_t{std::numeric_limits<Topic>::max()} + 1);
  }

  void StartStage(int level, int mh_steps, std::uint32_t iteration) override {
    CHECK_LT(level, level_);
    PrepareStores(mh_steps);
    index_ = std::make_unique<RunIndex>(blocks_, options_.num_words, level, level_);
    level_ = level;
    RunWordPass(iteration, &WordWorker<Topic>::JoinAndPropose);
  }

  void Restore(
      int level, int mh_steps, std::uint32_t iteration,
      const std::function<void(std::size_t, std::vector<TopicId>*)>& read_topics) override {
    CHECK(index_ == nullptr);
    PrepareStores(mh_steps);
    index_ = std::make_unique<RunIndex>(blocks_, options_.num_words, level, kNoLevel);
    level_ = level;
    std::vector<TopicId> topics;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      topics.assign(blocks_[b]->num_tokens(), 0);
      read_topics(b, &topics);
      CHECK_EQ(topics.size(), blocks_[b]->num_tokens());
      for (const std::uint32_t position : ActivePositions(b)) {
        CHECK_LT(topics[position], options_.num_topics);
        stores_[b].set_topic(position, topics[position]);
        ++totals_[topics[position]];
      }
    }
    RunWordPass(iteration, &WordWorker<Topic>::ProposeOnly);
  }

  void Iterate(std::uint32_t iteration) override {
    RunDocumentPass(iteration);
    RunWordPass(iteration, &WordWorker<Topic>::AcceptAndPropose);
  }

  std::span<const Count> topic_totals() const override { return totals_; }
  const RunIndex& active() const override { return *index_; }

  void ForEachRow(const RowVisitor& visit) const override {
    const auto tasks = index_->word_tasks();
    std::vector<RowScratch> scratch(static_cast<std::size_t>(pool_.size()),
                                    RowScratch(options_.num_topics));
    std::vector<std::vector<TopicCount>> rows(scratch.size());
    pool_.ParallelFor(tasks.size(), [&](std::size_t task, int thread) {
      const auto t = static_cast<std::size_t>(thread);
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        CountRow(word, &scratch[t], &rows[t]);
        if (!rows[t].empty()) visit(word, rows[t], thread);
      }
    });
  }

  void ReadTopics(std::size_t block, std::vector<TopicId>* topics) const override {
    topics->assign(blocks_[block]->num_tokens(), 0);
    for (const std::uint32_t position : ActivePositions(block)) {
      (*topics)[position] = stores_[block].topic(position);
    }
  }

  double JointLogLikelihoodPerToken() const override {
    const double sum = TotalsLogLikelihood() + WordLogLikelihood() + DocumentLogLikelihood();
    return sum / static_cast<double>(std::max<Count>(1, index_->total_tokens()));
  }

 private:
  std::span<const std::uint32_t> ActivePositions(std::size_t block) const {
    const Block& b = *blocks_[block];
    return b.positions.first(b.document_offsets[index_->active_documents(block)]);
  }

  double beta_sum() const { return options_.beta * static_cast<double>(options_.num_words); }

  // Gives every token room for mh_steps proposals, keeping the topics of the active ones.
  void PrepareStores(int mh_steps) {
    CHECK_GE(mh_steps, 1);
    CHECK_LE(mh_steps, kMaxMhSteps);
    if (mh_steps == mh_steps_) return;
    mh_steps_ = mh_steps;
    stores_.resize(blocks_.size());
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      TokenStore<Topic> store(blocks_[b]->num_tokens(), mh_steps);
      if (index_ != nullptr) {
        for (const std::uint32_t position : ActivePositions(b)) {
          store.set_topic(position, stores_[b].topic(position));
        }
      }
      stores_[b] = std::move(store);
    }
  }

  PassContext<Topic> FreezeTotals(std::uint32_t iteration) {
    for (std::uint32_t k = 0; k < options_.num_topics; ++k) {
      frozen_totals_[k] = static_cast<float>(static_cast<double>(totals_[k]) + beta_sum());
    }
    return {&kernels_, options_.num_topics,   options_.beta, options_.seed, iteration,
            mh_steps_, frozen_totals_.data(), index_.get(),  &stores_};
  }

  void RunWordPass(std::uint32_t iteration, void (WordWorker<Topic>::*process)(WordId)) {
    const PassContext<Topic> context = FreezeTotals(iteration);
    const auto tasks = index_->word_tasks();
    auto workers = MakeWorkers<WordWorker<Topic>>(context);
    pool_.ParallelFor(tasks.size(), [&](std::size_t task, int thread) {
      WordWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        (worker.*process)(word);
      }
    });
    for (auto& worker : workers) worker->totals_delta().Flush(&totals_);
  }

  void RunDocumentPass(std::uint32_t iteration) {
    const PassContext<Topic> context = FreezeTotals(iteration);
    const auto tasks = index_->document_tasks();
    auto workers = MakeWorkers<DocumentWorker<Topic>>(context, prior_, document_proposal_);
    pool_.ParallelFor(tasks.size(), [&](std::size_t task, int thread) {
      workers[static_cast<std::size_t>(thread)]->AcceptAndPropose(*blocks_[tasks[task].block],
                                                                  tasks[task]);
    });
    for (auto& worker : workers) worker->totals_delta().Flush(&totals_);
  }

  template <typename Worker, typename... Args>
  std::vector<std::unique_ptr<Worker>> MakeWorkers(const Args&... args) {
    std::vector<std::unique_ptr<Worker>> workers;
    for (int t = 0; t < pool_.size(); ++t) workers.push_back(std::make_unique<Worker>(args...));
    return workers;
  }

  void CountRow(WordId word, RowScratch* scratch, std::vector<TopicCount>* row) const {
    row->clear();
    for (const Run& run : index_->runs(word)) {
      const TokenStore<Topic>& store = stores_[run.block];
      for (std::uint32_t i = 0; i < run.length; ++i) scratch->Add(store.topic(run.begin + i), 1);
    }
    scratch->ForEach([row](TopicId topic, std::int32_t count) {
      row->push_back({topic, static_cast<std::uint32_t>(count)});
    });
    scratch->Clear();
  }

  double TotalsLogLikelihood() const {
    double sum = 0;
    for (const Count total : totals_) {
      sum += LogGamma(beta_sum()) - LogGamma(static_cast<double>(total) + beta_sum());
    }
    return sum;
  }

  double WordLogLikelihood() const {
    const LogGammaRatio ratio(options_.beta);
    std::vector<double> of_word(options_.num_words, 0.0);
    ForEachRow([&](WordId word, std::span<const TopicCount> row, int) {
      for (const TopicCount& entry : row) of_word[word] += ratio(entry.count);
    });
    double sum = 0;
    for (const double value : of_word) sum += value;
    return sum;
  }

  double DocumentLogLikelihood() const {
    double alpha_sum = 0;
    for (const double alpha : options_.alpha) alpha_sum += alpha;
    const bool symmetric = std::ranges::all_of(
        options_.alpha, [&](double alpha) { return alpha == options_.alpha[0]; });
    const LogGammaRatio symmetric_ratio(options_.alpha[0]);
    const auto ratio = [&](TopicId topic, std::int32_t count) {
      return symmetric ? symmetric_ratio(count)
                       : LogGamma(count + options_.alpha[topic]) - LogGamma(options_.alpha[topic]);
    };
    const auto tasks = index_->document_tasks();
    std::vector<double> of_task(tasks.size(), 0.0);
    std::vector<RowScratch> scratch(static_cast<std::size_t>(pool_.size()),
                                    RowScratch(options_.num_topics));
    pool_.ParallelFor(tasks.size(), [&](std::size_t task, int thread) {
      const Block& block = *blocks_[tasks[task].block];
      const TokenStore<Topic>& store = stores_[tasks[task].block];
      RowScratch& counts = scratch[static_cast<std::size_t>(thread)];
      for (std::uint32_t d = tasks[task].begin; d < tasks[task].end; ++d) {
        const std::uint32_t begin = block.document_offsets[d];
        const std::uint32_t end = block.document_offsets[d + 1];
        for (std::uint32_t i = begin; i < end; ++i) counts.Add(store.topic(block.positions[i]), 1);
        double sum = LogGamma(alpha_sum) - LogGamma(alpha_sum + (end - begin));
        counts.ForEach([&](TopicId topic, std::int32_t count) { sum += ratio(topic, count); });
        counts.Clear();
        of_task[task] += sum;
      }
    });
    double sum = 0;
    for (const double value : of_task) sum += value;
    return sum;
  }

  SamplerOptions options_;
  const Kernels& kernels_;
  std::span<const std::unique_ptr<const Block>> blocks_;
  ThreadPool& pool_;
  std::vector<float> prior_;  // [num_topics]: alpha
  DocumentProposal document_proposal_;
  std::vector<Count> totals_;         // [num_topics]: n_k
  std::vector<float> frozen_totals_;  // [num_topics]: n_k + beta_sum at the start of the pass
  std::unique_ptr<RunIndex> index_;
  int level_ = kNoLevel;
  int mh_steps_ = 0;
  std::vector<TokenStore<Topic>> stores_;  // [num_blocks]
};

}  // namespace

std::unique_ptr<Sampler> MakeSampler(SamplerOptions options,
                                     std::span<const std::unique_ptr<const Block>> blocks,
                                     ThreadPool* pool) {
  if (options.num_topics <= kMaxTopics16) {
    return std::make_unique<SamplerImpl<std::uint16_t>>(std::move(options), blocks, pool);
  }
  return std::make_unique<SamplerImpl<std::uint32_t>>(std::move(options), blocks, pool);
}

std::size_t TokenStateBytes(std::uint32_t num_topics, int mh_steps) {
  const std::size_t width = num_topics <= kMaxTopics16 ? 2 : 4;
  return width * (static_cast<std::size_t>(mh_steps) + 1);
}

}  // namespace lightlda
