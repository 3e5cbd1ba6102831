// The sampler of a process that has all tokens: rows are counted as they are needed.
#include "sampler/sampler.h"

#include <utility>

#include "sampler/sampler_base.h"
#include "sampler/shared_sampler.h"
#include "sampler/word_pass.h"

namespace lightlda {
namespace {

// Largest K whose topics are kept in 16 bits.
constexpr std::uint32_t kMaxTopics16 = 1u << 16;

template <typename Topic>
class LocalSampler final : public SamplerBase<Topic> {
  using Base = SamplerBase<Topic>;
  using typename Base::Tokens;

 public:
  LocalSampler(SamplerOptions options, typename Base::Blocks blocks, ThreadPool* pool)
      : Base(std::move(options), blocks, pool, /*has_published=*/false) {}

  Status StartStage(const StageSettings& settings, std::uint32_t iteration) override {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto previous, Base::NextStage(settings, {}));
    return RunWordPass(iteration, &previous->index(), &WordWorker<Topic>::JoinAndPropose);
  }

  Status Restore(const StageSettings& settings, std::uint32_t iteration,
                 const Sampler::TopicsReader& read_topics) override {
    LIGHTLDA_RETURN_IF_ERROR(Base::RestoreStage(settings, {}, read_topics));
    return RunWordPass(iteration, nullptr, &WordWorker<Topic>::ProposeOnly);
  }

  Status Iterate(std::uint32_t iteration) override {
    if (Base::is_conditional()) {
      return Base::RunConditionalPasses(iteration, Base::ApplyToTable());
    }
    LIGHTLDA_RETURN_IF_ERROR(Base::RunDocumentPass(iteration));
    return RunWordPass(iteration, nullptr, &WordWorker<Topic>::AcceptAndPropose);
  }

  Status ForEachRow(RowShare, const Sampler::RowVisitor& visit,
                    const Sampler::PartDone& part_done) const override {
    const auto tasks = Base::active().word_tasks();
    std::vector<RowScratch> scratch(Base::PoolSize(), RowScratch(Base::options_.num_topics));
    std::vector<std::vector<TopicCount>> rows(scratch.size());
    const auto count_rows = [&](Tokens tokens, std::size_t task, int thread) {
      const auto t = static_cast<std::size_t>(thread);
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        CountRow(tokens, word, &scratch[t], &rows[t]);
        if (!rows[t].empty()) visit(word, rows[t], thread);
      }
    };
    const auto begin_part = [&](std::size_t part) {
      if (part_done && part > 0) part_done(Base::stage_->PartBegin(part));
    };
    LIGHTLDA_RETURN_IF_ERROR(
        Base::stage_->SweepWords(Stage<Topic>::Access::kRead, begin_part, count_rows));
    if (part_done) part_done(static_cast<WordId>(Base::options_.num_words));
    return {};
  }

 private:
  Status RunWordPass(std::uint32_t iteration, const StageIndex* previous,
                     void (WordWorker<Topic>::*process)(WordId)) {
    const PassContext<Topic> context = Base::FreezeTotals(iteration, previous);
    const auto tasks = Base::active().word_tasks();
    auto workers = Base::template MakeWorkers<WordWorker<Topic>>(context);
    const auto run = [&](Tokens tokens, std::size_t task, int thread) {
      WordWorker<Topic>& worker = *workers[static_cast<std::size_t>(thread)];
      worker.set_tokens(tokens);
      for (WordId word = tasks[task].begin; word < tasks[task].end; ++word) {
        (worker.*process)(word);
      }
    };
    const Status status = Base::stage_->SweepWords(
        Stage<Topic>::Access::kUpdate, [](std::size_t) {}, run);
    Base::FlushTotals(workers);
    return status;
  }

  // The words' runs must be in the part at hand.
  void CountRow(Tokens tokens, WordId word, RowScratch* scratch,
                std::vector<TopicCount>* row) const {
    row->clear();
    for (std::size_t b = 0; b < tokens.size(); ++b) {
      const auto records = Base::active().record_offsets(b);
      for (std::uint32_t i = records[word]; i < records[word + 1]; ++i) {
        scratch->Add(tokens[b].topic(i), 1);
      }
    }
    scratch->ForEach([row](TopicId topic, std::int32_t count) {
      row->push_back({topic, static_cast<std::uint32_t>(count)});
    });
    scratch->Clear();
  }
};

template <typename Topic>
std::unique_ptr<Sampler> MakeSamplerOf(SamplerOptions options,
                                       std::span<const std::unique_ptr<const Block>> blocks,
                                       ThreadPool* pool, TableClient* table) {
  if (table == nullptr) {
    return std::make_unique<LocalSampler<Topic>>(std::move(options), blocks, pool);
  }
  return std::make_unique<SharedSampler<Topic>>(std::move(options), blocks, pool, table);
}

}  // namespace

std::unique_ptr<Sampler> MakeSampler(SamplerOptions options,
                                     std::span<const std::unique_ptr<const Block>> blocks,
                                     ThreadPool* pool, TableClient* table) {
  return options.num_topics <= kMaxTopics16
             ? MakeSamplerOf<std::uint16_t>(std::move(options), blocks, pool, table)
             : MakeSamplerOf<std::uint32_t>(std::move(options), blocks, pool, table);
}

std::size_t TokenStateBytes(std::uint32_t num_topics, int mh_steps, bool is_shared) {
  return num_topics <= kMaxTopics16 ? RecordBytes<std::uint16_t>(mh_steps, is_shared)
                                    : RecordBytes<std::uint32_t>(mh_steps, is_shared);
}

std::size_t TokenIndexBytes(int level, int mh_steps) {
  return (level > 0 ? sizeof(std::uint32_t) : 0) + (mh_steps == 0 ? sizeof(WordId) : 0);
}

std::size_t ConditionalTableBytes(std::size_t num_words, std::uint32_t num_topics) {
  return ConditionalTable::Bytes(num_words, num_topics);
}

}  // namespace lightlda
