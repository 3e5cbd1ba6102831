// Walks over the slices of the vocabulary.
#include "sampler/stage.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

constexpr std::size_t kUsedWords = 40;
constexpr std::size_t kWords = 45;  // the last five have no tokens
const std::vector<WordId> kBegins = {0, 10, 11, 25, 40, 43, 45};
constexpr std::uint32_t kSlices = 6;

struct Made {
  Made(std::uint32_t first_slice, std::size_t part_bytes) {
    SamplerOptions options;
    options.num_topics = 10;
    options.num_words = kWords;
    options.part_bytes = part_bytes;
    options.scratch_directory = dir.path();
    StageSettings settings = testing::StageOf(0, 2);
    settings.exchange = ExchangeMode::kTwice;
    settings.streamed = part_bytes > 0;
    stage = Must(Stage::Make(options, blocks, &pool, settings, {kBegins, first_slice}));
  }
  TempDir dir;
  testing::Blocks blocks =
      testing::MakeBlocks(testing::DrawPlanted(150, 20, kUsedWords, 4, /*seed=*/3), kWords, 3);
  ThreadPool pool{2};
  std::unique_ptr<Stage> stage;
};

TEST_CASE("a sweep begins with the first slice and goes around, each word within its slice",
          "[sampler]") {
  for (const std::size_t part_bytes : {std::size_t{0}, std::size_t{500}}) {
    for (std::uint32_t first = 0; first < kSlices; ++first) {
      CAPTURE(part_bytes, first);
      const Made made(first, part_bytes);
      std::vector<std::string> events;
      std::atomic<std::uint32_t> open = kSlices;
      std::vector<std::atomic<int>> visits(kWords);
      std::atomic<int> misplaced = 0;
      const auto begin = [&](std::uint32_t slice) {
        events.push_back("begin " + std::to_string(slice));
        open = slice;
        return Status();
      };
      const auto run = [&](Stage::Tokens, WordTask task, int) {
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
      Must(made.stage->SweepWords(Stage::Access::kUpdate, {begin, run, end, {}}));
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
  const Made made(2, 0);
  const auto sweep = [&](std::uint32_t fails_at_begin, WordId fails_at_word) {
    std::vector<std::uint32_t> begun;
    Stage::WordSweep events;
    events.begin = [&](std::uint32_t slice) {
      begun.push_back(slice);
      return slice == fails_at_begin ? Status::Failure("lost") : Status();
    };
    events.run = [&](Stage::Tokens, WordTask task, int) {
      const bool hit = task.begin <= fails_at_word && fails_at_word < task.end;
      return hit ? Status::Failure("broken") : Status();
    };
    const Status status = made.stage->SweepWords(Stage::Access::kRead, events);
    CHECK_FALSE(status.ok());
    return std::make_pair(status.message(), begun);
  };
  using Begun = std::vector<std::uint32_t>;
  CHECK(sweep(4, kWords) == std::make_pair(std::string("lost"), Begun{2, 3, 4}));
  CHECK(sweep(kSlices, 30) == std::make_pair(std::string("broken"), Begun{2, 3}));
}

}  // namespace
}  // namespace lightlda
