// A corpus made in memory is the one on disk, byte for byte where it is saved.
#include "lightlda/corpus_builder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus/corpus_writer.h"
#include "test_util.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::DifferingFiles;
using testing::Must;
using testing::ReadText;
using testing::TempDir;

constexpr std::size_t kWords = 40;
const std::vector<std::string> kNone;

std::vector<std::string> Words() {
  std::vector<std::string> words;
  for (std::size_t w = 0; w < kWords; ++w) words.push_back("word" + std::to_string(w));
  return words;
}

// 200 documents of 0 to 29 tokens.
std::vector<CorpusDocument> Documents() {
  std::mt19937 random(7);
  std::vector<CorpusDocument> documents(200);
  for (std::size_t d = 0; d < documents.size(); ++d) {
    documents[d].name = "doc " + std::to_string(d);
    documents[d].words.resize(d == 5 ? 0 : random() % 30);
    for (WordId& word : documents[d].words) word = static_cast<WordId>(random() % kWords);
  }
  return documents;
}

constexpr CorpusBuilderOptions kOptions = {.seed = 3, .block_tokens = 500};

Corpus Build(const std::vector<CorpusDocument>& documents) {
  CorpusBuilder builder = Must(CorpusBuilder::WithVocabulary(Words(), kOptions));
  for (const CorpusDocument& document : documents) {
    Must(builder.AddTokens(document.name, document.words));
  }
  return Must(std::move(builder).Build());
}

void CheckSame(const Corpus& a, const Corpus& b) {
  CHECK(a.checksum() == b.checksum());
  CHECK(a.num_documents() == b.num_documents());
  CHECK(a.num_tokens() == b.num_tokens());
  CHECK(std::ranges::equal(a.vocabulary().words(), b.vocabulary().words()));
  CHECK(std::ranges::equal(a.vocabulary().frequencies(), b.vocabulary().frequencies()));
  CHECK(std::ranges::equal(a.vocabulary().document_frequencies(),
                           b.vocabulary().document_frequencies()));
  REQUIRE(a.blocks().size() == b.blocks().size());
  for (std::size_t i = 0; i < a.blocks().size(); ++i) {
    const auto x = Must(a.OpenBlock(i));
    const auto y = Must(b.OpenBlock(i));
    CHECK(std::ranges::equal(x->word_offsets, y->word_offsets));
    CHECK(std::ranges::equal(x->document_offsets, y->document_offsets));
    CHECK(std::ranges::equal(x->positions, y->positions));
    CHECK(std::ranges::equal(x->document_index, y->document_index));
    CHECK(std::ranges::equal(x->levels, y->levels));
    CHECK(Must(a.ReadDocumentNames(i)) == Must(b.ReadDocumentNames(i)));
  }
}

TEST_CASE("a corpus in memory is that of the same documents on disk", "[corpus]") {
  TempDir dir;
  const auto documents = Documents();
  Must(WriteCorpus(dir.File("c"), Words(), documents, kOptions.seed, kOptions.block_tokens));
  const Corpus on_disk = Must(Corpus::Open(dir.File("c")));
  const Corpus in_memory = Build(documents);
  REQUIRE(in_memory.blocks().size() > 3);
  CheckSame(in_memory, on_disk);
  CHECK(in_memory.directory().empty());
  CHECK(on_disk.directory() == dir.File("c"));
}

TEST_CASE("a corpus is saved as a directory of the same files, wherever it is", "[corpus]") {
  TempDir dir;
  const auto documents = Documents();
  Must(WriteCorpus(dir.File("c"), Words(), documents, kOptions.seed, kOptions.block_tokens));
  Must(Build(documents).Save(dir.File("saved")));
  CHECK(DifferingFiles(dir.File("saved"), dir.File("c")) == kNone);
  Must(Must(Corpus::Open(dir.File("saved"))).Save(dir.File("again")));
  CHECK(DifferingFiles(dir.File("again"), dir.File("c")) == kNone);
}

TEST_CASE("a saved corpus keeps the metadata of its documents", "[corpus]") {
  TempDir dir;
  fs::create_directory(dir.File("c"));
  CorpusShape shape = {.num_documents = 2, .num_words = 1, .num_tokens = 2};
  shape.metadata.fields = {{.name = "place", .type = MetadataType::kCategory}};
  CorpusWriter writer(dir.File("c"), shape);
  const std::vector<WordId> tokens = {0};
  Must(writer.Add("a", tokens, {{std::string("here")}, ""}));
  Must(writer.Add("b", tokens, {{std::string("there")}, ""}));
  const auto empty = nlohmann::ordered_json::object();
  Must(writer.Finish({"word"}, FormatTextPipeline(BagsOfNamedWords()), empty, empty));
  const Corpus corpus = Must(Corpus::Open(dir.File("c")));
  Must(corpus.Save(dir.File("saved")));
  CHECK(DifferingFiles(dir.File("saved"), dir.File("c")) == kNone);
  const Corpus saved = Must(Corpus::Open(dir.File("saved")));
  CHECK(Must(saved.ReadMetadataValues()) == Must(corpus.ReadMetadataValues()));
  CHECK(Must(saved.ReadMetadata(0)).num_documents() == 2);
}

TEST_CASE("a saved corpus replaces another only if it is told to, and no other directory",
          "[corpus]") {
  TempDir dir;
  const Corpus corpus = Build(Documents());
  Must(corpus.Save(dir.File("c")));
  const Status refused = corpus.Save(dir.File("c"));
  CHECK(refused.code() == StatusCode::kCannotWrite);
  CHECK(refused.message().find("exists already") != std::string::npos);
  Must(corpus.Save(dir.File("c"), /*overwrite=*/true));
  fs::create_directory(dir.File("home"));
  testing::WriteText(dir.File("home/precious"), "x");
  CHECK(corpus.Save(dir.File("home"), true).code() == StatusCode::kCannotWrite);
  CHECK(ReadText(dir.File("home/precious")) == "x");
  CHECK(corpus.Save(dir.File("no/such/c")).code() == StatusCode::kCannotWrite);
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 2);
}

TEST_CASE("blocks and copies of a corpus in memory outlive it", "[corpus]") {
  const auto documents = Documents();
  std::optional<Corpus> corpus = Build(documents);
  const Corpus copy = *corpus;
  const auto block = Must(corpus->OpenBlock(0));
  const std::vector<std::uint32_t> positions(block->positions.begin(), block->positions.end());
  corpus.reset();
  CHECK(std::ranges::equal(block->positions, positions));
  CheckSame(copy, Build(documents));
}

TEST_CASE("advice on memory does not lose the positions of a corpus in memory", "[corpus]") {
  const Corpus corpus = Build(Documents());
  const auto block = Must(corpus.OpenBlock(0));
  const std::vector<std::uint32_t> positions(block->positions.begin(), block->positions.end());
  block->WillNotNeedPositions();
  block->WillNeedPositions();
  CHECK(std::ranges::equal(block->positions, positions));
}

TEST_CASE("words get ids as documents first bring them", "[corpus]") {
  CorpusBuilder builder;
  const std::vector<std::string> first = {"b", "a", "b"};
  const std::vector<std::string_view> second = {"c", "a"};
  Must(builder.AddWords("one", first));
  Must(builder.AddWords("two", second));
  CHECK(builder.num_words() == 3);
  CHECK(builder.num_tokens() == 5);
  const std::vector<WordId> third = {2, 0};
  Must(builder.AddTokens("three", third));
  CHECK(builder.num_documents() == 3);
  const Corpus corpus = Must(std::move(builder).Build());
  CHECK(std::ranges::equal(corpus.vocabulary().words(), std::vector<std::string>{"b", "a", "c"}));
  CHECK(std::ranges::equal(corpus.vocabulary().frequencies(), std::vector<Count>{3, 2, 2}));
  CHECK(
      std::ranges::equal(corpus.vocabulary().document_frequencies(), std::vector<Count>{2, 2, 2}));
}

TEST_CASE("words, ids, counts and a sparse matrix of the same documents make one corpus",
          "[corpus]") {
  auto documents = Documents();
  for (CorpusDocument& document : documents) std::ranges::sort(document.words);
  const Corpus expected = Build(documents);
  CorpusBuilder of_words = Must(CorpusBuilder::WithVocabulary(Words(), kOptions));
  CorpusBuilder of_counts = Must(CorpusBuilder::WithVocabulary(Words(), kOptions));
  std::vector<std::uint64_t> begins = {0};
  std::vector<std::uint64_t> token_begins = {0};
  std::vector<WordId> ids;
  std::vector<WordId> tokens;
  std::vector<std::uint32_t> counts;
  std::vector<std::string> names;
  for (const CorpusDocument& document : documents) {
    std::vector<std::string> words;
    std::vector<WordCount> entries;
    for (const WordId word : document.words) {
      words.push_back(Words()[word]);
      if (entries.empty() || entries.back().word != word) entries.push_back({word, 0});
      ++entries.back().count;
    }
    Must(of_words.AddWords(document.name, words));
    Must(of_counts.AddCounts(document.name, entries));
    for (const WordCount& entry : entries) {
      ids.push_back(entry.word);
      counts.push_back(entry.count);
    }
    tokens.insert(tokens.end(), document.words.begin(), document.words.end());
    begins.push_back(ids.size());
    token_begins.push_back(tokens.size());
    names.push_back(document.name);
  }
  CheckSame(Must(std::move(of_words).Build()), expected);
  CheckSame(Must(std::move(of_counts).Build()), expected);
  CheckSame(Must(CorpusFromTokens({begins, ids, counts}, Words(), names, kOptions)), expected);
  CheckSame(Must(CorpusFromTokens({token_begins, tokens, {}}, Words(), names, kOptions)), expected);
}

TEST_CASE("documents without names are called by their index", "[corpus]") {
  const std::vector<std::uint64_t> begins = {0, 1, 2};
  const std::vector<WordId> tokens = {0, 0};
  const Corpus corpus = Must(CorpusFromTokens({begins, tokens, {}}, {"a"}));
  std::vector<std::string> names = Must(corpus.ReadDocumentNames(0));
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"0", "1"});
}

void CheckRefused(const Status& status, const std::string& says) {
  CHECK(status.code() == StatusCode::kBadInput);
  INFO(status.message());
  CHECK(status.message().find(says) != std::string::npos);
}

TEST_CASE("a document that is refused leaves the builder as it was", "[corpus]") {
  CorpusBuilder builder;
  const std::vector<std::string> good = {"a", "b"};
  Must(builder.AddWords("good", good));
  const std::vector<std::string> empty = {"new", ""};
  CheckRefused(builder.AddWords("bad", empty), "document \"bad\": an empty word");
  const std::vector<std::string> broken = {"new", "\xff"};
  CheckRefused(builder.AddWords("bad", broken), "not UTF-8");
  const std::vector<WordId> unknown = {0, 2};
  CheckRefused(builder.AddTokens("bad", unknown), "word id 2 of 2 words");
  const std::vector<WordCount> wrong = {{2, 1}};
  CheckRefused(builder.AddCounts("bad", wrong), "word id 2");
  const std::vector<WordCount> many = {{0, 0xFFFFFFFF}, {1, 0xFFFFFFFF}};
  CheckRefused(builder.AddCounts("bad", many), "more than 2147483647 tokens");
  CHECK(builder.num_words() == 2);
  CHECK(builder.num_documents() == 1);
  CHECK(builder.num_tokens() == 2);
  const std::vector<std::string> more = {"c"};
  Must(builder.AddWords("more", more));
  const Corpus corpus = Must(std::move(builder).Build());
  CHECK(std::ranges::equal(corpus.vocabulary().words(), std::vector<std::string>{"a", "b", "c"}));
}

TEST_CASE("vocabularies and corpora that cannot be are refused", "[corpus]") {
  CheckRefused(CorpusBuilder::WithVocabulary({}).status(), "without words");
  CheckRefused(CorpusBuilder::WithVocabulary({"a", "b", "a"}).status(), "\"a\" is in the");
  CheckRefused(CorpusBuilder::WithVocabulary({""}).status(), "an empty word");
  CorpusBuilder fixed = Must(CorpusBuilder::WithVocabulary({"a"}));
  const std::vector<std::string> other = {"b"};
  CheckRefused(fixed.AddWords("d", other), "word \"b\" is not in the vocabulary");
  Must(fixed.AddTokens("empty", {}));
  CheckRefused(std::move(fixed).Build().status(), "no tokens");
  CheckRefused(CorpusBuilder().Build().status(), "no tokens");
}

TEST_CASE("arrays that do not agree are refused", "[corpus]") {
  const std::vector<WordId> tokens = {0, 0};
  const std::vector<std::uint32_t> one = {1};
  const std::vector<std::string> names = {"only"};
  const std::vector<std::vector<std::uint64_t>> wrong = {{}, {0}, {0, 1}, {1, 2}, {0, 2, 1, 2}};
  for (const auto& begins : wrong) {
    CheckRefused(CorpusFromTokens({begins, tokens, {}}, {"a"}).status(), "`begins`: ");
  }
  const std::vector<std::uint64_t> begins = {0, 1, 2};
  CheckRefused(CorpusFromTokens({begins, tokens, one}, {"a"}).status(), "`counts`: ");
  CheckRefused(CorpusFromTokens({begins, tokens, {}}, {"a"}, names).status(), "`names`: ");
}

}  // namespace
}  // namespace lightlda
