#include "sampler/sampler.h"

#include <glog/logging.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sampler/document_pass.h"
#include "sampler/log_gamma.h"
#include "sampler/token_state.h"
#include "sampler/word_pass.h"

namespace lightlda {
namespace {

// Deeper than any document.
constexpr int kNoLevel = std::numeric_limits<int>::max();
// Largest K whose topics are kept in 16 bits.
constexpr std::uint32_t kMaxTopics16 = 1u << 16;
// The document side of the joint likelihood.
class DocumentLikelihood {
 public:
  explicit DocumentLikelihood(const std::vector<double>& alpha)
      : alpha_(alpha),
        symmetric_(std::ranges::all_of(alpha, [&](double a) { return a == alpha[0]; })),
        symmetric_ratio_(alpha[0]) {
    for (const double a : alpha) alpha_sum_ += a;
  }

  // log p(z of a document | alpha).
  double Of(RowScratch& counts, std::uint32_t num_tokens) const {
    double sum = LogGamma(alpha_sum_) - LogGamma(alpha_sum_ + num_tokens);
    counts.ForEach([&](TopicId topic, std::int32_t count) { sum += Ratio(topic, count); });
    return sum;
  }

 private:
  double Ratio(TopicId topic, std::int32_t count) const {
    return symmetric_ ? symmetric_ratio_(count)
                      : LogGamma(count + alpha_[topic]) - LogGamma(alpha_[topic]);
  }

  const std::vector<double>& alpha_;
  bool symmetric_;
  LogGammaRatio symmetric_ratio_;
  double alpha_sum_ = 0;
};

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

  Status StartStage(int level, int mh_steps, std::uint32_t iteration) override {
    CHECK_LT(level, level_);
    if (index_ == nullptr) LIGHTLDA_RETURN_IF_ERROR(PrepareStage(kNoLevel, mh_steps));
    const std::unique_ptr<StageIndex> previous = std::move(index_);
    const std::unique_ptr<TokenState> previous_state = std::move(state_);
    const int previous_steps = mh_steps_;
    LIGHTLDA_RETURN_IF_ERROR(PrepareStage(level, mh_steps));
    LIGHTLDA_RETURN_IF_ERROR(CarryOver(previous.get(), previous_steps, previous_state.get()));
    return RunWordPass(iteration, previous.get(), &WordWorker<Topic>::JoinAndPropose);
  }

  Status Restore(int level, int mh_steps, std::uint32_t iteration,
                 const TopicsReader& read_topics) override {
    CHECK(index_ == nullptr);
    LIGHTLDA_RETURN_IF_ERROR(PrepareStage(level, mh_steps));
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicId> topics, read_topics(b));
      CHECK_EQ(topics.size(), blocks_[b]->num_tokens());
      LIGHTLDA_RETURN_IF_ERROR(WriteTopics(b, [&](WordId word, std::span<TopicId> active) {
        std::copy_n(topics.begin() + blocks_[b]->word_offsets[word], active.size(), active.begin());
        for (const TopicId topic : active) {
          CHECK_LT(topic, options_.num_topics);
          ++totals_[topic];
        }
      }));
    }
    return RunWordPass(iteration, nullptr, &WordWorker<Topic>::ProposeOnly);
  }

  Status Iterate(std::uint32_t iteration) override {
    LIGHTLDA_RETURN_IF_ERROR(RunDocumentPass(iteration));
    return RunWordPass(iteration, nullptr, &WordWorker<Topic>::AcceptAndPropose);
  }

  std::span<const Count> topic_totals() const override { return totals_; }
  const StageIndex& active() const override { return *index_; }

  Status ForEachRow(const RowVisitor& visit, const PartDone& part_done) const override {
    const auto tasks = index_->word_tasks();
    std::vector<RowScratch> scratch(PoolSize(), RowScratch(options_.num_topics));
    std::vector<std::vector<TopicCount>> rows(scratch.size());
    const auto count_rows = [&](Tokens tokens, std::size_t task, int thread) {
      const auto t = static_cast<std::size_t>(thread);
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        CountRow(tokens, word, &scratch[t], &rows[t]);
        if (!rows[t].empty()) visit(word, rows[t], thread);
      }
    };
    const auto begin_part = [&](std::size_t part) {
      if (part_done && part > 0) part_done(tasks[word_parts_[part].first_task].begin);
    };
    LIGHTLDA_RETURN_IF_ERROR(Sweep(word_parts_, TokenState::Access::kRead, begin_part, count_rows));
    if (part_done) part_done(static_cast<WordId>(options_.num_words));
    return {};
  }

  Status ReadTopics(std::size_t block, std::vector<TopicId>* topics) const override {
    topics->assign(blocks_[block]->num_tokens(), 0);
    const auto positions = blocks_[block]->word_offsets;
    const auto records = index_->record_offsets(block);
    const StatePart whole = WholeBlock(*index_, block);
    return state_->Sweep({&whole, 1}, TokenState::Access::kRead,
                         [&](const StatePart&, std::span<const RecordWindow> windows) {
                           const TokenView<Topic> tokens = View(windows[block], mh_steps_);
                           for (std::size_t w = 0; w < options_.num_words; ++w) {
                             tokens.LoadTopics(records[w], records[w + 1] - records[w],
                                               topics->data() + positions[w]);
                           }
                         });
  }

  Result<double> JointLogLikelihoodPerToken() const override {
    double sum = TotalsLogLikelihood();
    LIGHTLDA_ASSIGN_OR_RETURN(const double words, WordLogLikelihood());
    LIGHTLDA_ASSIGN_OR_RETURN(const double documents, DocumentLogLikelihood());
    sum = sum + words + documents;
    return sum / static_cast<double>(std::max<Count>(1, index_->total_tokens()));
  }

 private:
  using Tokens = std::span<const TokenView<Topic>>;  // [num_blocks]

  std::size_t PoolSize() const { return static_cast<std::size_t>(pool_.size()); }
  double beta_sum() const { return options_.beta * static_cast<double>(options_.num_words); }

  static TokenView<Topic> View(const RecordWindow& window, int mh_steps) {
    return TokenView<Topic>(window.data, window.first, mh_steps);
  }
  static StatePart WholeBlock(const StageIndex& index, std::size_t block) {
    return {0, 0, {{static_cast<std::uint32_t>(block), 0, index.num_records(block)}}};
  }

  // Indexes the documents of `level` and deeper, and makes room for their records, all zero.
  Status PrepareStage(int level, int mh_steps) {
    CHECK_GE(mh_steps, 1);
    CHECK_LE(mh_steps, kMaxMhSteps);
    level_ = level;
    mh_steps_ = mh_steps;
    Count tokens = 0;
    for (const auto& block : blocks_) {
      tokens += block->document_offsets[CountActiveDocuments(*block, level)];
    }
    const std::size_t a_token = RecordBytes<Topic>(mh_steps) + sizeof(std::uint32_t);
    streamed_ = options_.state_budget > 0 &&
                static_cast<std::size_t>(tokens) * a_token > options_.state_budget;
    const std::string& directory = streamed_ ? options_.scratch_directory : std::string();
    LIGHTLDA_ASSIGN_OR_RETURN(StageIndex index,
                              StageIndex::Make(blocks_, options_.num_words, level, directory));
    index_ = std::make_unique<StageIndex>(std::move(index));
    StateShape shape;
    shape.record_bytes = RecordBytes<Topic>(mh_steps);
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      shape.block_records.push_back(index_->num_records(b));
    }
    if (streamed_) {
      LIGHTLDA_ASSIGN_OR_RETURN(
          state_, MakeStreamedState(shape, directory, options_.state_budget / kStreamedParts));
    } else {
      state_ = MakeResidentState(shape);
    }
    const std::size_t part_records = state_->part_bytes() / shape.record_bytes;
    word_parts_ = index_->WordParts(part_records);
    document_parts_ = index_->DocumentParts(part_records);
    return {};
  }

  // Fills the topics of the block's records, word by word: fill(word, topics of its records).
  template <typename Fill>
  Status WriteTopics(std::size_t block, Fill&& fill) {
    const auto records = index_->record_offsets(block);
    std::vector<TopicId> topics;
    const StatePart whole = WholeBlock(*index_, block);
    return state_->Sweep({&whole, 1}, TokenState::Access::kUpdate,
                         [&](const StatePart&, std::span<const RecordWindow> windows) {
                           const TokenView<Topic> tokens = View(windows[block], mh_steps_);
                           for (WordId word = 0; word < options_.num_words; ++word) {
                             topics.assign(records[word + 1] - records[word], 0);
                             fill(word, topics);
                             tokens.StoreTopics(records[word], topics.size(), topics.data());
                           }
                         });
  }

  // Gives the records of the tokens that were active before their topics.
  Status CarryOver(StageIndex* previous, int previous_steps, TokenState* previous_state) {
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      if (previous->num_records(b) == 0) continue;
      const auto records = previous->record_offsets(b);
      Status written;
      const StatePart whole = WholeBlock(*previous, b);
      LIGHTLDA_RETURN_IF_ERROR(previous_state->Sweep(
          {&whole, 1}, TokenState::Access::kRead,
          [&](const StatePart&, std::span<const RecordWindow> windows) {
            const TokenView<Topic> tokens = View(windows[b], previous_steps);
            written = WriteTopics(b, [&](WordId word, std::span<TopicId> topics) {
              tokens.LoadTopics(records[word], records[word + 1] - records[word], topics.data());
            });
          }));
      LIGHTLDA_RETURN_IF_ERROR(written);
      previous_state->Release(b);
      previous->ReleaseDocuments(b);
    }
    return {};
  }

  PassContext<Topic> FreezeTotals(std::uint32_t iteration, const StageIndex* previous) {
    for (std::uint32_t k = 0; k < options_.num_topics; ++k) {
      frozen_totals_[k] = static_cast<float>(static_cast<double>(totals_[k]) + beta_sum());
    }
    return {&kernels_, options_.num_topics,   options_.beta, options_.seed, iteration,
            mh_steps_, frozen_totals_.data(), index_.get(),  previous};
  }

  // Runs run(tokens, task, thread) for the tasks of every part, spread over the pool, and
  // begin_part(number) before those of each.
  template <typename BeginPart, typename Run>
  Status Sweep(const std::vector<StatePart>& parts, TokenState::Access access,
               BeginPart&& begin_part, Run&& run) const {
    std::vector<TokenView<Topic>> tokens(blocks_.size());
    std::size_t number = 0;
    return state_->Sweep(
        parts, access, [&](const StatePart& part, std::span<const RecordWindow> windows) {
          begin_part(number++);
          for (std::size_t b = 0; b < tokens.size(); ++b) tokens[b] = View(windows[b], mh_steps_);
          pool_.ParallelFor(part.last_task - part.first_task, [&](std::size_t i, int thread) {
            run(Tokens(tokens), part.first_task + i, thread);
          });
        });
  }

  // Beside the records this reads their numbers in the order of the documents; where the records
  // are on disk so are these.
  template <typename Run>
  Status SweepDocuments(TokenState::Access access, Run&& run) const {
    const std::vector<StatePart>& parts = document_parts_;
    const auto begin_part = [&](std::size_t part) {
      if (!streamed_) return;
      if (part > 0) {
        for (const RecordRange& range : parts[part - 1].ranges) {
          index_->WillNotNeedDocuments(range.block);
        }
      }
      if (part + 1 == parts.size()) return;
      for (const RecordRange& range : parts[part + 1].ranges) {
        index_->WillNeedDocuments(range.block);
      }
    };
    return Sweep(parts, access, begin_part, run);
  }

  Status RunWordPass(std::uint32_t iteration, const StageIndex* previous,
                     void (WordWorker<Topic>::*process)(WordId)) {
    const PassContext<Topic> context = FreezeTotals(iteration, previous);
    const auto tasks = index_->word_tasks();
    auto workers = MakeWorkers<WordWorker<Topic>>(context);
    const auto run = [&](Tokens tokens, std::size_t task, int thread) {
      WordWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
      worker.set_tokens(tokens);
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        (worker.*process)(word);
      }
    };
    const Status status = Sweep(
        word_parts_, TokenState::Access::kUpdate, [](std::size_t) {}, run);
    for (auto& worker : workers) worker->totals_delta().Flush(&totals_);
    return status;
  }

  Status RunDocumentPass(std::uint32_t iteration) {
    const PassContext<Topic> context = FreezeTotals(iteration, nullptr);
    const auto tasks = index_->document_tasks();
    auto workers = MakeWorkers<DocumentWorker<Topic>>(context, prior_, document_proposal_);
    const Status status = SweepDocuments(
        TokenState::Access::kUpdate, [&](Tokens tokens, std::size_t task, int thread) {
          DocumentWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
          worker.set_tokens(tokens);
          worker.AcceptAndPropose(*blocks_[tasks[task].block], tasks[task]);
        });
    for (auto& worker : workers) worker->totals_delta().Flush(&totals_);
    return status;
  }

  template <typename Worker, typename... Args>
  std::vector<std::unique_ptr<Worker>> MakeWorkers(const Args&... args) {
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t t = 0; t < PoolSize(); ++t) {
      workers.push_back(std::make_unique<Worker>(args...));
    }
    return workers;
  }

  // The words' runs must be in the part at hand.
  void CountRow(Tokens tokens, WordId word, RowScratch* scratch,
                std::vector<TopicCount>* row) const {
    row->clear();
    for (std::size_t b = 0; b < tokens.size(); ++b) {
      const auto records = index_->record_offsets(b);
      for (std::uint32_t i = records[word]; i < records[word + 1]; ++i) {
        scratch->Add(tokens[b].topic(i), 1);
      }
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

  Result<double> WordLogLikelihood() const {
    const LogGammaRatio ratio(options_.beta);
    std::vector<double> of_word(options_.num_words, 0.0);
    LIGHTLDA_RETURN_IF_ERROR(ForEachRow(
        [&](WordId word, std::span<const TopicCount> row, int) {
          for (const TopicCount& entry : row) of_word[word] += ratio(entry.count);
        },
        {}));
    double sum = 0;
    for (const double value : of_word) sum += value;
    return sum;
  }

  Result<double> DocumentLogLikelihood() const {
    const DocumentLikelihood likelihood(options_.alpha);
    const auto tasks = index_->document_tasks();
    std::vector<double> of_task(tasks.size(), 0.0);
    std::vector<RowScratch> scratch(PoolSize(), RowScratch(options_.num_topics));
    LIGHTLDA_RETURN_IF_ERROR(
        SweepDocuments(TokenState::Access::kRead, [&](Tokens tokens, std::size_t task, int thread) {
          const std::uint32_t b = tasks[task].block;
          const auto offsets = blocks_[b]->document_offsets;
          const auto records = index_->document_records(b);
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
  int level_ = kNoLevel;
  int mh_steps_ = 0;
  bool streamed_ = false;  // the stage's state is on disk
  std::unique_ptr<StageIndex> index_;
  std::unique_ptr<TokenState> state_;
  std::vector<StatePart> word_parts_;      // of a word pass over the stage
  std::vector<StatePart> document_parts_;  // of a document pass
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
  return num_topics <= kMaxTopics16 ? RecordBytes<std::uint16_t>(mh_steps)
                                    : RecordBytes<std::uint32_t>(mh_steps);
}

}  // namespace lightlda
