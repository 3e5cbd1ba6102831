// The index of active tokens, by word and by document.
#include "sampler/stage_index.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

constexpr std::size_t kUsedWords = 40;
constexpr std::size_t kWords = 45;  // the last five have no tokens

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
