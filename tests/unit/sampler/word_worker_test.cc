// Visits of words: what each kind does to topics, proposals, published topics and rows.
#include "sampler/word_worker.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sampler/stage.h"
#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

constexpr std::uint32_t kTopics = 10;
constexpr std::size_t kWords = 12;
constexpr int kSteps = 2;

using Rows = std::vector<std::map<TopicId, std::int64_t>>;  // [kWords], no zeros

// Rows that are given to the visits.
struct GivenRows final : PulledRows {
  Status Get(WordId word, std::vector<TopicCount>* row) const override {
    row->clear();
    for (const auto& [topic, count] : rows[word]) {
      row->push_back({topic, static_cast<std::uint32_t>(count)});
    }
    return {};
  }
  Rows rows = Rows(kWords);
};

void Add(const Rows& changes, Rows* rows) {
  for (WordId word = 0; word < kWords; ++word) {
    for (const auto& [topic, change] : changes[word]) {
      if (((*rows)[word][topic] += change) == 0) (*rows)[word].erase(topic);
    }
  }
}

// The tokens of a process that shares rows with others. The most frequent words need several
// batches, the last one has no tokens.
struct Process {
  Process() {
    testing::Documents documents = testing::DrawPlanted(400, 30, kWords - 1, 3, /*seed=*/8);
    for (auto& document : documents) document.insert(document.end(), 10, WordId{0});
    blocks = testing::MakeBlocks(documents, kWords, 3);
    options.num_topics = kTopics;
    options.num_words = kWords;
    StageSettings settings = testing::StageOf(0, kSteps);
    settings.exchange = ExchangeMode::kTwice;
    begins = {0, kWords};
    stage = Must(Stage::Make(options, blocks, &pool, settings, {begins, 0}));
    totals.assign(kTopics, 1000.0f);
    // Every token has a topic, which is published, and proposals.
    SetTopics(1, /*is_document_pass=*/false);
  }

  // Topics that depend on `salt`, word by word, or as the document pass leaves them.
  void SetTopics(std::uint32_t salt, bool is_document_pass) {
    Must(stage->SweepDocuments(
        Stage::Access::kUpdate, [&](Stage::Tokens tokens, const DocumentTask& task, int) {
          const std::size_t n = stage->index().num_records(task.block);
          std::vector<TopicId> topics(n), proposals(n * kSteps);
          for (std::size_t i = 0; i < n; ++i) {
            topics[i] = static_cast<TopicId>((i * i + i / 7 * salt) % kTopics);
          }
          for (std::size_t i = 0; i < n * kSteps; ++i) {
            proposals[i] = static_cast<TopicId>((i * 7 + salt) % kTopics);
          }
          const TokenView& view = tokens[task.block];
          if (is_document_pass) {
            const auto records = stage->index().document_records(task.block);
            view.Scatter(records.data(), n, n, topics.data(), proposals.data());
          } else {
            view.StoreRecords(0, n, n, topics.data(), proposals.data());
          }
        }));
  }

  // All records but for published topics, block by block.
  std::vector<TopicId> Records() const {
    std::vector<TopicId> all;
    Must(stage->SweepDocuments(
        Stage::Access::kRead, [&](Stage::Tokens tokens, const DocumentTask& task, int) {
          const std::size_t n = stage->index().num_records(task.block);
          std::vector<TopicId> topics(n), proposals(n * kSteps);
          tokens[task.block].LoadRecords(0, n, n, topics.data(), proposals.data());
          all.insert(all.end(), topics.begin(), topics.end());
          all.insert(all.end(), proposals.begin(), proposals.end());
        }));
    return all;
  }

  // Visits all words; returns what they push.
  Rows Visit(const WordVisit& visit, const PulledRows* given = nullptr) {
    return Must(TryToVisit(visit, given));
  }
  Result<Rows> TryToVisit(const WordVisit& visit, const PulledRows* given) {
    const PassContext context = {&BestKernels(),  kTopics,         /*beta=*/0.05, /*seed=*/1,
                                 /*iteration=*/1, stage->layout(), kStagedTokens, totals.data(),
                                 &stage->index(), nullptr,         nullptr,       nullptr};
    WordWorker worker(context, visit);
    Rows pushed(kWords);
    Stage::WordSweep sweep;
    sweep.run = [&](Stage::Tokens tokens, WordTask task, int) -> Status {
      worker.set_tokens(tokens);
      for (WordId word = task.begin; word < task.end; ++word) {
        LIGHTLDA_RETURN_IF_ERROR(worker.Visit(word, given));
        for (const TopicDelta& change : worker.changes()) {
          CHECK(change.delta != 0);
          pushed[word][change.topic] = change.delta;
        }
      }
      return {};
    };
    LIGHTLDA_RETURN_IF_ERROR(stage->SweepWords(Stage::Access::kUpdate, sweep));
    return pushed;
  }

  SamplerOptions options;
  testing::Blocks blocks;
  ThreadPool pool{1};
  std::vector<WordId> begins;
  std::unique_ptr<Stage> stage;
  std::vector<float> totals;
};

using Change = WordVisit::Change;
using Leave = WordVisit::Leave;
constexpr WordVisit kPushAll = {WordVisit::Rows::kOwnTokens, false, Change::kNone, true,
                                Leave::kNothing};
constexpr WordVisit kPushMoves = {WordVisit::Rows::kNone, true, Change::kNone, true,
                                  Leave::kNothing};
constexpr WordVisit kAccept = {WordVisit::Rows::kGiven, false, Change::kAccept, true,
                               Leave::kNothing};
constexpr WordVisit kPropose = {WordVisit::Rows::kGiven, false, Change::kNone, false,
                                Leave::kProposals};
constexpr WordVisit kAllInOne = {WordVisit::Rows::kGiven, true, Change::kAccept, true,
                                 Leave::kProposals};

const Rows kNothing(kWords);

TEST_CASE("what moved since it was published is pushed, and that changes nothing", "[sampler]") {
  Process process;
  const Rows before = process.Visit(kPushAll);
  CHECK(process.Visit(kPushMoves) == kNothing);
  process.SetTopics(2, /*is_document_pass=*/true);
  const auto records = process.Records();
  const Rows moves = process.Visit(kPushMoves);
  CHECK(moves != kNothing);
  Rows after = before;
  Add(moves, &after);
  CHECK(after == process.Visit(kPushAll));
  CHECK(process.Visit(kPushMoves) == moves);
  CHECK(process.Records() == records);
}

TEST_CASE("accepting pushes how the rows change, and publishes", "[sampler]") {
  Process process;
  GivenRows given;
  Add(process.Visit(kPushAll), &given.rows);
  given.rows[0][3] += 1000;  // others' tokens
  const Rows own = process.Visit(kPushAll);
  const Rows pushed = process.Visit(kAccept, &given);
  CHECK(pushed != kNothing);
  Rows after = own;
  Add(pushed, &after);
  CHECK(after == process.Visit(kPushAll));
  CHECK(process.Visit(kPushMoves) == kNothing);
}

TEST_CASE("leaving proposals leaves topics as they are", "[sampler]") {
  Process process;
  GivenRows given;
  Add(process.Visit(kPushAll), &given.rows);
  const auto records = process.Records();
  CHECK(process.Visit(kPropose, &given) == kNothing);
  CHECK(process.Records() != records);
  CHECK(process.Visit(kPushAll) == given.rows);
}

TEST_CASE("a visit in one go does what visits in steps do", "[sampler]") {
  Process steps, at_once;
  GivenRows given, expected;
  Add(steps.Visit(kPushAll), &given.rows);
  for (WordId word = 0; word < kWords - 1; ++word) given.rows[word][word % kTopics] += 5;
  expected.rows = given.rows;
  steps.SetTopics(2, /*is_document_pass=*/true);
  at_once.SetTopics(2, /*is_document_pass=*/true);

  Add(steps.Visit(kPushMoves), &expected.rows);
  Add(steps.Visit(kAccept, &expected), &expected.rows);
  steps.Visit(kPropose, &expected);
  Rows found = given.rows;
  Add(at_once.Visit(kAllInOne, &given), &found);
  CHECK(found == expected.rows);
  CHECK(at_once.Records() == steps.Records());
  CHECK(at_once.Visit(kPushMoves) == kNothing);
}

TEST_CASE("own tokens are sampled as from a given row of the same counts", "[sampler]") {
  Process alone, given_own;
  GivenRows given;
  Add(alone.Visit(kPushAll), &given.rows);
  WordVisit visit = kAllInOne;
  visit.take_unpublished = false;
  given_own.Visit(visit, &given);
  visit.rows = WordVisit::Rows::kOwnTokens;
  visit.push = false;
  alone.Visit(visit);
  CHECK(alone.Records() == given_own.Records());
}

TEST_CASE("a given row that lacks tokens of this process, or has too many, is refused",
          "[sampler]") {
  Process process;
  GivenRows given;
  Add(process.Visit(kPushAll), &given.rows);
  const auto refuses = [&](std::int64_t change) {
    GivenRows spoilt = given;
    spoilt.rows[2].begin()->second += change;
    const Result<Rows> visited = process.TryToVisit(kPropose, &spoilt);
    return visited.status().message().find("row of word 2 cannot be") != std::string::npos;
  };
  CHECK_FALSE(refuses(0));
  CHECK_FALSE(refuses(1));  // others may have tokens
  CHECK(refuses(-1));
  CHECK(refuses(0x7FFFFFFF));
}

}  // namespace
}  // namespace lightlda
