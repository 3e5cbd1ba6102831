// The corpus directory: what is written comes back, and levels are shared out as promised.
#include "corpus/corpus_writer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "corpus/corpus_format.h"
#include "corpus/document_level.h"
#include "lightlda/corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;

std::vector<std::string> Words(std::size_t count) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) words.push_back("w" + std::to_string(i));
  return words;
}

std::vector<CorpusDocument> RandomDocuments(std::size_t count, std::uint32_t num_words) {
  std::mt19937 random(7);
  std::vector<CorpusDocument> documents(count);
  for (std::size_t i = 0; i < count; ++i) {
    documents[i].name = "doc " + std::to_string(i);
    documents[i].words.resize(random() % 20);
    for (WordId& word : documents[i].words) word = random() % num_words;
  }
  return documents;
}

// The documents of an open corpus, by index in the input.
std::map<DocId, CorpusDocument> ReadBack(const Corpus& corpus) {
  std::map<DocId, CorpusDocument> documents;
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    auto block = corpus.OpenBlock(b);
    auto names = corpus.ReadDocumentNames(b);
    REQUIRE(block.ok());
    REQUIRE(names.ok());
    const Block& tokens = **block;
    std::vector<WordId> word_of(tokens.num_tokens());
    for (WordId w = 0; w < corpus.num_words(); ++w) {
      for (auto p = tokens.word_offsets[w]; p < tokens.word_offsets[w + 1]; ++p) word_of[p] = w;
    }
    for (std::uint32_t d = 0; d < tokens.num_documents(); ++d) {
      CorpusDocument& document = documents[tokens.document_index[d]];
      document.name = (*names)[d];
      for (auto i = tokens.document_offsets[d]; i < tokens.document_offsets[d + 1]; ++i) {
        document.words.push_back(word_of[tokens.positions[i]]);
      }
    }
  }
  return documents;
}

TEST_CASE("a corpus gives back documents, names and token order", "[corpus]") {
  TempDir dir;
  const auto documents = RandomDocuments(300, 50);
  REQUIRE(WriteCorpus(dir.File("c"), Words(50), documents, 3, 500).ok());
  auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  CHECK(corpus->num_documents() == 300);
  CHECK(corpus->num_words() == 50);
  CHECK(corpus->blocks().size() > 4);
  const auto found = ReadBack(*corpus);
  REQUIRE(found.size() == documents.size());
  Count tokens = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    CHECK(found.at(i).name == documents[i].name);
    CHECK(found.at(i).words == documents[i].words);
    tokens += static_cast<Count>(documents[i].words.size());
  }
  CHECK(corpus->num_tokens() == tokens);
}

TEST_CASE("the vocabulary of a corpus has frequencies and document frequencies", "[corpus]") {
  TempDir dir;
  REQUIRE(
      WriteCorpus(dir.File("c"), {"a", "b", "c"}, {{"x", {0, 0, 1}}, {"y", {}}, {"z", {0}}}).ok());
  auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  const Vocabulary& vocabulary = corpus->vocabulary();
  CHECK(vocabulary.word(1) == "b");
  CHECK(vocabulary.frequency(0) == 3);
  CHECK(vocabulary.document_frequency(0) == 2);
  CHECK(vocabulary.document_frequency(1) == 1);
  CHECK(vocabulary.frequency(2) == 0);
}

TEST_CASE("a corpus knows the documents and tokens of every level", "[corpus]") {
  TempDir dir;
  for (const std::size_t count : {2, 3, 64, 257, 1000}) {
    const std::string path = dir.File(std::to_string(count));
    REQUIRE(WriteCorpus(path, Words(9), RandomDocuments(count, 9), 11, 400).ok());
    auto corpus = Corpus::Open(path);
    REQUIRE(corpus.ok());
    std::vector<LevelInfo> expected(static_cast<std::size_t>(corpus->max_level()) + 1);
    for (std::size_t b = 0; b < corpus->blocks().size(); ++b) {
      auto block = corpus->OpenBlock(b);
      REQUIRE(block.ok());
      for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
        CHECK((*block)->levels[d] == DocumentLevel((*block)->document_index[d], 11));
        LevelInfo& level = expected.at((*block)->levels[d]);
        ++level.num_documents;
        level.num_tokens += (*block)->document_offsets[d + 1] - (*block)->document_offsets[d];
      }
    }
    for (std::size_t level = 0; level < expected.size(); ++level) {
      CHECK(corpus->levels()[level].num_documents == expected[level].num_documents);
      CHECK(corpus->levels()[level].num_tokens == expected[level].num_tokens);
    }
    CHECK(corpus->levels().back().num_documents > 0);
  }
}

TEST_CASE("documents that are added later leave the levels of the first as they were", "[corpus]") {
  TempDir dir;
  const auto documents = RandomDocuments(300, 9);
  const auto levels = [&](std::size_t count) {
    const std::string path = dir.File(std::to_string(count));
    const std::vector<CorpusDocument> some(documents.begin(),
                                           documents.begin() + static_cast<std::ptrdiff_t>(count));
    REQUIRE(WriteCorpus(path, Words(9), some, 11, 400).ok());
    auto corpus = Corpus::Open(path);
    REQUIRE(corpus.ok());
    std::map<DocId, int> found;
    for (std::size_t b = 0; b < corpus->blocks().size(); ++b) {
      auto block = corpus->OpenBlock(b);
      REQUIRE(block.ok());
      for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
        found[(*block)->document_index[d]] = (*block)->levels[d];
      }
    }
    return found;
  };
  const auto all = levels(300);
  for (const auto& [document, level] : levels(101)) CHECK(all.at(document) == level);
}

TEST_CASE("a document longer than a block gets a block of its own", "[corpus]") {
  TempDir dir;
  REQUIRE(WriteCorpus(dir.File("c"), Words(2),
                      {{"a", {0}}, {"b", std::vector<WordId>(50, 1)}, {"c", {0}}}, 1, 10)
              .ok());
  auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  REQUIRE(corpus->blocks().size() == 3);
  CHECK(corpus->blocks()[1].num_tokens == 50);
}

TEST_CASE("automatic blocks follow vocabulary and corpus size", "[corpus]") {
  const auto blocks = [](std::uint64_t num_words, std::uint64_t num_tokens) {
    CorpusShape shape;
    shape.num_words = num_words;
    shape.num_tokens = num_tokens;
    const std::uint64_t tokens = ChooseBlockTokens(shape);
    return (num_tokens + tokens - 1) / tokens;
  };
  CHECK(blocks(1000, 1) == 1);
  CHECK(blocks(1000, 60'000) == 1);
  CHECK(blocks(1000, 200'000) == 4);
  CHECK(blocks(1000, 8'000'000) == 8);
  CHECK(blocks(1000, 80 << 20) == 78);          // 2^20 tokens and a little room
  CHECK(blocks(1'000'000, 320'000'000) == 20);  // 16 tokens per word
  CHECK(blocks(1'000'000, 80'000'000) == 8);
  CHECK(blocks(1'000'000, 200'000'000'000) <= 12'500);
  CorpusShape shape;
  shape.num_words = 1;
  shape.num_tokens = 1'000'000;
  shape.block_tokens = 77;
  CHECK(ChooseBlockTokens(shape) == 77);
}

TEST_CASE("there are never so many blocks that a manifest grows large", "[corpus][large]") {
  constexpr std::uint64_t kMostTokens = 10'000'000'000'000;
  for (std::uint64_t num_tokens = 1000; num_tokens <= kMostTokens; num_tokens *= 10) {
    for (const std::uint64_t num_words :
         {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1'000'000}, kMaxWords}) {
      for (const std::uint64_t num_documents : {num_tokens / 100, 50 * num_tokens}) {
        INFO(num_tokens << " tokens, " << num_words << " words, " << num_documents << " documents");
        CorpusShape shape;
        shape.num_documents = num_documents;
        shape.num_words = num_words;
        shape.num_tokens = num_tokens;
        const std::uint64_t tokens = ChooseBlockTokens(shape);
        const std::uint64_t size = std::max(num_tokens, num_documents);
        // An entry takes 330 bytes: at most 22 MB.
        const bool largest = tokens == kMaxBlockTokens;
        CHECK((largest || (size + tokens - 1) / tokens <= kMaxBlocks));
        CHECK(tokens <= kMaxBlockTokens);
        // A block is no larger than it need be: as the words want it, or as the manifest does.
        const std::uint64_t most = std::max(
            {std::uint64_t{1} << 20, 16 * num_words, (size + kMaxBlocks - 1) / kMaxBlocks});
        CHECK(tokens <= most + most / 32 + 1);
      }
    }
  }
}

TEST_CASE("the same documents and seed give the same bytes", "[corpus]") {
  TempDir dir;
  const auto documents = RandomDocuments(100, 20);
  REQUIRE(WriteCorpus(dir.File("a"), Words(20), documents, 5, 300).ok());
  REQUIRE(WriteCorpus(dir.File("b"), Words(20), documents, 5, 300).ok());
  REQUIRE(WriteCorpus(dir.File("c"), Words(20), documents, 6, 300).ok());
  CHECK(Corpus::Open(dir.File("a"))->checksum() == Corpus::Open(dir.File("b"))->checksum());
  CHECK(Corpus::Open(dir.File("a"))->checksum() != Corpus::Open(dir.File("c"))->checksum());
}

TEST_CASE("the worked example of docs/formats.md is what is written", "[corpus]") {
  TempDir dir;
  REQUIRE(WriteCorpus(dir.File("c"), {"sun", "moon", "star"},
                      {{"1", {0, 1, 1, 2}}, {"2", {}}, {"3", {1}}}, /*seed=*/3)
              .ok());
  auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  auto block = corpus->OpenBlock(0);
  REQUIRE(block.ok());
  using Numbers = std::vector<std::uint64_t>;
  const auto numbers = [](auto span) { return Numbers(span.begin(), span.end()); };
  CHECK(numbers((*block)->word_offsets) == Numbers{0, 1, 4, 5});
  CHECK(numbers((*block)->document_offsets) == Numbers{0, 1, 5, 5});
  CHECK(numbers((*block)->positions) == Numbers{1, 0, 2, 3, 4});
  CHECK(numbers((*block)->document_index) == Numbers{2, 0, 1});
  CHECK(numbers((*block)->levels) == Numbers{3, 1, 1});
  const std::string file = testing::ReadText(dir.File("c/block-00000.bin"));
  REQUIRE(file.size() == 576);
  CHECK(file.starts_with("LLDABLK\n"));
  CHECK(testing::ReadText(dir.File("c/manifest.json")).find("f04323a92b655d08") !=
        std::string::npos);
}

}  // namespace
}  // namespace lightlda
