// Walks over the slices of the vocabulary.
#include "sampler/stage.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;
using TestStage = Stage<std::uint16_t>;

constexpr std::size_t kUsedWords = 40;
constexpr std::size_t kWords = 45;  // the last five have no tokens
const std::vector<WordId> kBegins = {0, 10, 11, 25, 40, 43, 45};
constexpr std::uint32_t kSlices = 6;

struct StageOf {
  StageOf(std::uint32_t first_slice, std::size_t state_budget) {
    SamplerOptions options;
    options.num_topics = 10;
    options.num_words = kWords;
    options.state_budget = state_budget;
    options.scratch_directory = dir.path();
    stage = Must(TestStage::Make(options, blocks, &pool, /*level=*/0, /*mh_steps=*/2,
                                 /*has_published=*/true, {kBegins, first_slice}));
  }
  TempDir dir;
  testing::Blocks blocks =
      testing::MakeBlocks(testing::DrawPlanted(150, 20, kUsedWords, 4, /*seed=*/3), kWords, 3);
  ThreadPool pool{2};
  std::unique_ptr<TestStage> stage;
};

TEST_CASE("a sweep begins with the first slice and goes around, each word within its slice",
          "[sampler]") {
  for (const std::size_t state_budget : {std::size_t{0}, std::size_t{2000}}) {
    for (std::uint32_t first = 0; first < kSlices; ++first) {
      CAPTURE(state_budget, first);
      const StageOf made(first, state_budget);
      std::vector<std::string> events;
      std::atomic<std::uint32_t> open = kSlices;
      std::vector<std::atomic<int>> visits(kWords);
      std::atomic<int> misplaced = 0;
      const auto begin = [&](std::uint32_t slice) {
        events.push_back("begin " + std::to_string(slice));
        open = slice;
        return Status();
      };
      const auto run = [&](TestStage::Tokens, WordTask task, int) {
        for (WordId word = task.begin; word < task.end; ++word) {
          ++visits[word];
          if (word < kBegins[open] || word >= kBegins[open + 1]) ++misplaced;
        }
        return Status();
      };
      const auto end = [&](std::uint32_t slice) {
        events.push_back("end " + std::to_string(slice));
        return Status();
      };
      Must(made.stage->SweepSlices(TestStage::Access::kUpdate, begin, run, end));
      std::vector<std::string> expected;
      for (std::uint32_t i = 0; i < kSlices; ++i) {
        const std::string slice = std::to_string((first + i) % kSlices);
        expected.push_back("begin " + slice);
        expected.push_back("end " + slice);
      }
      CHECK(events == expected);
      CHECK(misplaced == 0);
      for (WordId word = 0; word < kUsedWords; ++word) {
        CAPTURE(word);
        CHECK(visits[word] == 1);
      }
    }
  }
}

TEST_CASE("the first error ends a sweep over slices", "[sampler]") {
  const StageOf made(2, 0);
  const auto sweep = [&](std::uint32_t fails_at_begin, WordId fails_at_word) {
    std::vector<std::uint32_t> begun;
    const Status status = made.stage->SweepSlices(
        TestStage::Access::kRead,
        [&](std::uint32_t slice) {
          begun.push_back(slice);
          return slice == fails_at_begin ? Status::Failure("lost") : Status();
        },
        [&](TestStage::Tokens, WordTask task, int) {
          const bool hit = task.begin <= fails_at_word && fails_at_word < task.end;
          return hit ? Status::Failure("broken") : Status();
        },
        [](std::uint32_t) { return Status(); });
    CHECK_FALSE(status.ok());
    return std::make_pair(status.message(), begun);
  };
  using Begun = std::vector<std::uint32_t>;
  CHECK(sweep(4, kWords) == std::make_pair(std::string("lost"), Begun{2, 3, 4}));
  CHECK(sweep(kSlices, 30) == std::make_pair(std::string("broken"), Begun{2, 3}));
}

TEST_CASE("slices are pulled late where that makes them fresher", "[sampler]") {
  CHECK(SlicesAhead(12, /*twice=*/true) == 8);
  CHECK(SlicesAhead(12, /*twice=*/false) == 2);
  CHECK(SlicesAhead(1, /*twice=*/false) == 1);
  CHECK(SlicesAhead(3, /*twice=*/true) == 3);
  CHECK(SlicesAhead(1000, /*twice=*/false) == 8);
}

TEST_CASE("an index has the words of the active documents, in memory and on disk", "[sampler]") {
  const TempDir dir;
  const testing::Blocks blocks =
      testing::MakeBlocks(testing::DrawPlanted(150, 20, kUsedWords, 4, /*seed=*/3), kWords, 3);
  for (const std::string& scratch : {std::string(), dir.path()}) {
    for (const int level : {0, 2}) {
      CAPTURE(scratch, level);
      const StageIndex index =
          Must(StageIndex::Make(blocks, kWords, level, scratch, {}, /*has_document_words=*/true));
      for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto records = index.document_records(b);
        const auto words = index.document_words(b);
        REQUIRE(words.size() == index.num_records(b));
        REQUIRE(!words.empty());
        std::size_t misplaced = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
          const auto offsets = index.record_offsets(b);
          const bool is_of_word =
              records[i] >= offsets[words[i]] && records[i] < offsets[words[i] + 1];
          misplaced += is_of_word ? 0 : 1;
        }
        CHECK(misplaced == 0);
      }
    }
  }
}

}  // namespace
}  // namespace lightlda
