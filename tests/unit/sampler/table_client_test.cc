// What a sampler does with a shared table that says what cannot be.
#include "sampler/table_client.h"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sampler/sampler.h"
#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

constexpr std::size_t kWords = 30;
constexpr std::uint32_t kTopics = 6;

using Row = std::vector<TopicCount>;
using Spoil = std::function<void(Row*)>;

// A table with one slice that only one sampler uses; what it gives out may be spoilt.
class TableOfOne final : public TableClient {
 public:
  void set_spoil(Spoil spoil) { spoil_ = std::move(spoil); }

  WordSlices slices() const override { return {slice_begins_, 0}; }
  Status BeginPass(ExchangeMode mode) override {
    passes_ += mode == ExchangeMode::kTwice ? '2' : '1';
    return {};
  }
  const std::string& passes() const { return passes_; }  // exchanges of each, in order
  Status BeginPush(std::uint32_t, ExchangePhase) override { return {}; }
  Status AddRows(const RowChanges& rows) override {
    for (std::size_t i = 0; i < rows.num_rows(); ++i) {
      for (const TopicDelta& change : rows.deltas(i))
        counts_[rows.word(i)][change.topic] += change.delta;
    }
    return {};
  }
  Status EndPush() override { return {}; }
  Status PushTotals(ExchangePhase, std::span<const Count> deltas) override {
    for (std::size_t k = 0; k < kTopics; ++k) totals_[k] += deltas[k];
    return {};
  }
  Status Pull(std::uint32_t, ExchangePhase) override { return {}; }
  Result<std::unique_ptr<const PulledRows>> WaitRows(std::uint32_t) override {
    return std::unique_ptr<const PulledRows>(std::make_unique<Rows>(this));
  }
  Status PullTotals(ExchangePhase) override { return {}; }
  Result<std::vector<Count>> WaitTotals() override { return totals_; }
  Result<std::unique_ptr<const PulledRows>> Inspect(std::uint32_t slice) override {
    return WaitRows(slice);
  }
  Result<std::vector<Count>> InspectTotals() override { return totals_; }
  std::uint32_t slices_ahead(ExchangeMode) const override { return 1; }

 private:
  struct Rows final : PulledRows {
    explicit Rows(const TableOfOne* table_) : table(*table_) {}
    Status Get(WordId word, Row* row) const override {
      row->clear();
      for (TopicId k = 0; k < kTopics; ++k) {
        const std::int64_t count = table.counts_[word][k];
        if (count > 0) row->push_back({k, static_cast<std::uint32_t>(count)});
      }
      if (table.spoil_) table.spoil_(row);
      return {};
    }
    const TableOfOne& table;
  };

  std::string passes_;
  std::vector<WordId> slice_begins_ = {0, kWords};
  std::vector<std::vector<std::int64_t>> counts_ =
      std::vector<std::vector<std::int64_t>>(kWords, std::vector<std::int64_t>(kTopics, 0));
  std::vector<Count> totals_ = std::vector<Count>(kTopics, 0);
  Spoil spoil_;
};

struct Run {
  explicit Run(ExchangeMode mode) : pool(1) {
    SamplerOptions options;
    options.num_topics = kTopics;
    options.alpha.assign(kTopics, 0.1);
    options.beta = 0.01;
    options.num_words = kWords;
    sampler = std::make_unique<Sampler>(std::move(options), blocks, &pool, &table);
    StageSettings settings = testing::StageOf(0, 2);
    settings.exchange = mode;
    settings.fresh_iterations = 4;
    Must(sampler->StartStage(settings, 0));
  }
  TableOfOne table;
  testing::Blocks blocks =
      testing::MakeBlocks(testing::DrawPlanted(200, 20, kWords, 3, 4), kWords, 2);
  ThreadPool pool;
  std::unique_ptr<Sampler> sampler;
};

TEST_CASE("rows of a table that only one sampler uses are its own counts", "[sampler][shared]") {
  for (const ExchangeMode mode : {ExchangeMode::kTwice, ExchangeMode::kOnce}) {
    Run run(mode);
    for (std::uint32_t iteration = 1; iteration <= 8; ++iteration) {
      Must(run.sampler->Iterate(iteration));
      std::vector<std::vector<Count>> expected(kWords, std::vector<Count>(kTopics, 0));
      for (std::size_t b = 0; b < run.blocks.size(); ++b) {
        std::vector<TopicId> topics;
        Must(run.sampler->ReadTopics(b, &topics));
        const auto offsets = run.blocks[b]->word_offsets;
        for (WordId w = 0; w < kWords; ++w) {
          for (std::uint32_t i = offsets[w]; i < offsets[w + 1]; ++i) ++expected[w][topics[i]];
        }
      }
      std::vector<std::vector<Count>> found(kWords, std::vector<Count>(kTopics, 0));
      Must(run.sampler->ForEachRow({}, [&](WordId word, std::span<const TopicCount> row, int) {
        for (const TopicCount& entry : row) found[word][entry.topic] = entry.count;
      }));
      INFO("twice " << (mode == ExchangeMode::kTwice) << " iteration " << iteration);
      CHECK(found == expected);
    }
  }
}

TEST_CASE("a stage that exchanges once begins with passes that exchange twice",
          "[sampler][shared]") {
  for (const ExchangeMode mode : {ExchangeMode::kTwice, ExchangeMode::kOnce}) {
    Run run(mode);
    for (std::uint32_t iteration = 1; iteration <= 7; ++iteration) {
      Must(run.sampler->Iterate(iteration));
    }
    CHECK(run.table.passes() == (mode == ExchangeMode::kTwice ? "22222222" : "22222111"));
  }
}

TEST_CASE("a row that lacks a sampler's tokens, or has too many, ends the run",
          "[sampler][shared]") {
  const std::vector<std::pair<const char*, Spoil>> spoils = {
      {"nothing", [](Row* row) { row->clear(); }},
      {"one token less",
       [](Row* row) {
         if (--row->front().count == 0) row->erase(row->begin());
       }},
      {"all in one topic",
       [](Row* row) {
         std::uint32_t sum = 0;
         for (const TopicCount& entry : *row) sum += entry.count;
         *row = {{kTopics - 1, sum}};
       }},
      {"too many", [](Row* row) { row->back().count = 0xFFFFFFFF; }}};
  for (const ExchangeMode mode : {ExchangeMode::kTwice, ExchangeMode::kOnce}) {
    for (const auto& [name, spoil] : spoils) {
      Run run(mode);
      for (std::uint32_t iteration = 1; iteration <= 5; ++iteration) {
        Must(run.sampler->Iterate(iteration));
      }
      run.table.set_spoil(spoil);
      INFO("twice " << (mode == ExchangeMode::kTwice) << ": " << name);
      const Status status = run.sampler->Iterate(6);
      CHECK(status.message().find("cannot be") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace lightlda
