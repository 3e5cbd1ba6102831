// Documents that are added to a corpus.
#include "ingest/append.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/manifest.h"
#include "corpus/corpus_append.h"
#include "corpus/word_parts.h"
#include "ingest/preprocess_settings.h"
#include "lightlda/corpus.h"
#include "lightlda/stop.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using Lines = std::vector<std::string>;

std::string Json(int id, const std::string& text, const std::string& more) {
  return R"({"id": "d)" + std::to_string(id) + R"(", "text": ")" + text + "\"" + more + "}\n";
}

std::string Documents(int begin, int end) {
  const Lines words = {"tide", "anchor", "sail", "dough", "flour", "oven", "crust"};
  std::string lines;
  for (int d = begin; d < end; ++d) {
    std::string text;
    for (int i = 0; i < d % 5; ++i) text += words[static_cast<std::size_t>(d * i + d) % 7] + " ";
    std::string more = R"(, "date": "20)" + std::to_string(10 + d % 9) + "\"";
    if (d % 3 > 0) more += R"(, "label": "l)" + std::to_string(d % 4) + "\"";
    if (d % 4 > 0) more += R"(, "tags": ["a)" + std::to_string(d % 6) + R"(", "b"])";
    lines += Json(d, text, more + R"(, "title": "T)" + std::to_string(d) + "\"");
  }
  return lines;
}

// What the documents have beside their words, by their place in the input.
std::map<DocId, Lines> ReadAllMetadata(const std::string& directory) {
  const Corpus corpus = Must(Corpus::Open(directory));
  const auto values = Must(corpus.ReadMetadataValues());
  std::map<DocId, Lines> found;
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    const auto block = Must(corpus.OpenBlock(b));
    const BlockMetadata metadata = Must(corpus.ReadMetadata(b));
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      Lines& line = found[block->document_index[d]];
      line.emplace_back(metadata.Snippet(d));
      for (std::size_t f = 0; f < corpus.metadata_fields().size(); ++f) {
        const MetadataType type = corpus.metadata_fields()[f].type;
        if (type == MetadataType::kDate) line.push_back(std::to_string(metadata.Days(f)[d]));
        if (type == MetadataType::kText) line.emplace_back(metadata.Text(f, d));
        if (type == MetadataType::kCategory) {
          const std::uint32_t code = metadata.Categories(f)[d];
          line.push_back(code == kMissingCategory ? "" : values[f][code]);
        }
        if (type != MetadataType::kList) continue;
        for (const std::uint32_t code : metadata.List(f, d)) line.push_back(values[f][code]);
      }
    }
  }
  return found;
}

nlohmann::ordered_json ManifestOf(const std::string& directory) {
  return *Must(ReadManifest(directory + "/manifest.json")).json;
}

PreprocessConfig AppendConfig(const TempDir& dir, const std::string& input) {
  PreprocessConfig config;
  config.inputs = {input};
  config.output = dir.File("corpus");
  config.append = true;
  config.num_threads = 2;
  return config;
}

// A corpus of a few texts in dir/corpus.
void MakeCorpus(const TempDir& dir, const std::string& text, InputFormat format) {
  WriteText(dir.File("first"), text);
  PreprocessConfig config = BaseConfig(dir, dir.File("first"), format);
  Must(Preprocess(IsBagFormat(format) ? config : KeepAll(config)).status());
}

TEST_CASE("a corpus in two parts is the corpus that is made at once", "[append]") {
  TempDir dir;
  WriteText(dir.File("vocab"), "flour\ntide\nsail\noven\nnever\nanchor\n");
  WriteText(dir.File("all"), Documents(0, 90));
  WriteText(dir.File("a"), Documents(0, 40));
  WriteText(dir.File("b"), Documents(40, 44));
  WriteText(dir.File("c"), Documents(44, 90));
  PreprocessConfig config = BaseConfig(dir, dir.File("all"));
  config.vocab_file = dir.File("vocab");
  config.seed = 7;
  config.block_tokens = 30;
  config.output = dir.File("whole");
  Must(Preprocess(config).status());
  config.inputs = {dir.File("a")};
  config.output = dir.File("corpus");
  Must(Preprocess(config).status());
  const auto before = ReadTree(dir.File("corpus"));
  PreprocessConfig more = AppendConfig(dir, dir.File("b"));
  more.block_tokens = 30;
  Must(Preprocess(more).status());
  more.inputs = {dir.File("c")};
  const PreprocessSummary summary = Must(Preprocess(more));

  CHECK(summary.num_documents == 46);
  CHECK(summary.num_documents_before == 44);
  const Corpus whole = Must(Corpus::Open(dir.File("whole")));
  const Corpus corpus = Must(Corpus::Open(dir.File("corpus")));
  CHECK(summary.num_tokens_before + summary.num_tokens == whole.num_tokens());
  CHECK(corpus.num_tokens() == whole.num_tokens());
  CHECK(Describe(dir.File("corpus")) == Describe(dir.File("whole")));
  CHECK(ReadAllMetadata(dir.File("corpus")) == ReadAllMetadata(dir.File("whole")));
  CHECK(ReadText(dir.File("corpus") + "/vocabulary.bin") ==
        ReadText(dir.File("whole") + "/vocabulary.bin"));
  CHECK(ReadText(dir.File("corpus") + "/text_pipeline.json") ==
        ReadText(dir.File("whole") + "/text_pipeline.json"));
  auto manifest = ManifestOf(dir.File("corpus"));
  auto expected = ManifestOf(dir.File("whole"));
  CHECK(manifest["earlier"].size() == 2);
  CHECK(manifest["summary"]["appended"].size() == 2);
  CHECK(manifest["summary"]["appended"][1]["num_documents"] == 46);
  // Codes are given in the order of first use, so the values are the same, too.
  for (const char* same : {"num_documents", "num_words", "num_tokens", "seed", "levels", "settings",
                           "vocabulary", "metadata"}) {
    INFO(same);
    CHECK(manifest[same] == expected[same]);
  }
  // What was there is there as it was.
  REQUIRE(before.contains("block-00001.bin"));
  for (const auto& [name, content] : before) {
    if (name.find('-') == std::string::npos) continue;
    INFO(name);
    CHECK(ReadText(dir.File("corpus") + "/" + name) == content);
  }
  CHECK(ListNames(dir.path()) == Lines{"a", "all", "b", "c", "corpus", "vocab", "whole"});
}

TEST_CASE("words that the corpus lacks go and are named", "[append]") {
  TempDir dir;
  MakeCorpus(dir, "tide anchor\nsail tide\n", InputFormat::kText);
  WriteText(dir.File("second"), "tide storm storm\nwreck\n");
  const PreprocessSummary summary = Must(Preprocess(AppendConfig(dir, dir.File("second"))));
  CHECK(summary.dropped_words.at("not in the vocabulary") == 2);
  CHECK(summary.dropped_tokens.at("not in the vocabulary") == 3);
  CHECK(summary.dropped_examples.at("not in the vocabulary") == Lines{"storm", "wreck"});
  CHECK(summary.num_empty_documents == 1);
  CHECK(Describe(dir.File("corpus")) ==
        Lines{"1: tide anchor", "2: sail tide", "second:1: tide", "second:2:"});
  const Corpus corpus = Must(Corpus::Open(dir.File("corpus")));
  CHECK(corpus.vocabulary().frequency(*corpus.vocabulary().Find("tide")) == 3);
  CHECK(corpus.vocabulary().document_frequency(*corpus.vocabulary().Find("tide")) == 3);
  // Of none that is known nothing comes in.
  WriteText(dir.File("third"), "storm\n");
  CHECK(Contains(Refused(AppendConfig(dir, dir.File("third"))), "no token is left"));
}

TEST_CASE("documents are read as those of the corpus were", "[append]") {
  TempDir dir;
  std::string text;
  for (int i = 0; i < 12; ++i)
    text += "<b>The machine learning</b> of sailing ships\nships learn\n";
  WriteText(dir.File("first"), text);
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("first"), InputFormat::kText));
  config.stopwords = "en";
  config.stemmer = "english";
  config.phrases = "npmi";
  config.strip = {"html"};
  Must(Preprocess(config).status());
  WriteText(dir.File("second"), "<i>the machine learning</i> of a ship and sails\n");
  PreprocessConfig like = BaseConfig(dir, dir.File("second"), InputFormat::kText);
  like.like = dir.File("corpus");
  like.output = dir.File("like");
  Must(Preprocess(like).status());
  const auto before = Describe(dir.File("corpus"));
  PreprocessConfig more = AppendConfig(dir, dir.File("second"));
  more.format = InputFormat::kText;
  Must(Preprocess(more).status());
  const auto after = Describe(dir.File("corpus"));
  REQUIRE(after.size() == before.size() + 1);
  CHECK(after.back() == "second:1: machine_learn ships");
  CHECK(Describe(dir.File("like")).back() == "1: machine_learn ships");
}

TEST_CASE("what fails leaves the corpus as it was", "[append]") {
  TempDir dir;
  MakeCorpus(dir, "tide anchor\n", InputFormat::kText);
  const auto before = ReadTree(dir.path());
  WriteText(dir.File("bad"), "tide\n\xFF\n");
  CHECK(Contains(Refused(AppendConfig(dir, dir.File("bad"))), "bad:2: invalid UTF-8"));
  std::filesystem::remove(dir.File("bad"));
  CHECK(ReadTree(dir.path()) == before);
  // Stopped when all but the last files are written.
  const StopToken stop;
  const auto stopped = Preprocess(
      AppendConfig(dir, dir.File("first")),
      [&](const PreprocessProgress& progress) {
        if (progress.phase == "writing blocks") stop.RequestStop();
      },
      stop);
  CHECK(stopped.status().code() == StatusCode::kCancelled);
  CHECK(ReadTree(dir.path()) == before);
  // Somebody else's file in it: nothing would be left of it.
  WriteText(dir.File("corpus/notes.txt"), "mine");
  CHECK(Contains(Refused(AppendConfig(dir, dir.File("first"))), "notes.txt"));
  std::filesystem::remove(dir.File("corpus/notes.txt"));
  CHECK(ReadTree(dir.path()) == before);
  PreprocessConfig config = AppendConfig(dir, dir.File("first"));
  config.output = dir.File("none");
  CHECK(Refused(config).code() == StatusCode::kBadInput);
  CHECK(ReadTree(dir.path()) == before);
}

TEST_CASE("a corpus that another process has changed is not appended to", "[append]") {
  TempDir dir;
  MakeCorpus(dir, "tide anchor\n", InputFormat::kText);
  const AppendBase base = Must(ReadAppendBase(dir.File("corpus")));
  const std::string checksum = base.corpus.checksum();
  CHECK_FALSE(HasGrownFrom(dir.File("corpus"), checksum));
  Must(Preprocess(AppendConfig(dir, dir.File("first"))).status());
  CHECK(HasGrownFrom(dir.File("corpus"), checksum));
  std::filesystem::create_directory(dir.File("new"));
  const auto start = StartAppend(base, dir.File("new"));
  REQUIRE_FALSE(start.ok());
  CHECK(start.status().code() == StatusCode::kCannotWrite);
  CHECK(Contains(start.status(), "was changed by another process"));
  CHECK(ListNames(dir.File("new")).empty());
}

TEST_CASE("words in parts, and words that would need them, are refused by name", "[append]") {
  TempDir dir;
  Must(WriteCorpus(dir.File("corpus"), {"tide", "sail", "tide"}, {{"a", {0, 1, 2}}}));
  const auto base = ReadAppendBase(dir.File("corpus"));
  REQUIRE_FALSE(base.ok());
  CHECK(Contains(base.status(), "the word \"tide\" is in several parts"));
  TempDir other;
  MakeCorpus(other, "tide tide sail\n", InputFormat::kText);
  const Appending appending = Must(ReadAppending(other.File("corpus")));
  CHECK(CheckFrequencies(appending, std::vector<Count>{kMaxWordTokens - 2, 0}).ok());
  CHECK(Contains(CheckFrequencies(appending, std::vector<Count>{kMaxWordTokens - 1, 0}),
                 "the word \"tide\" has 2 tokens"));
}

TEST_CASE("what would read documents in another way cannot be asked for", "[append]") {
  TempDir dir;
  MakeCorpus(dir, "tide anchor\n", InputFormat::kText);
  const auto before = ReadTree(dir.path());
  const auto refused = [&](auto change, const std::string& name) {
    PreprocessConfig config = AppendConfig(dir, dir.File("first"));
    config.format = InputFormat::kText;
    change(&config);
    const Status status = Refused(config);
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(Contains(status, "`" + name + "` cannot be combined with `append`"));
  };
  refused([](auto* c) { c->overwrite = true; }, "overwrite");
  refused([](auto* c) { c->like = "x"; }, "like");
  refused([](auto* c) { c->vocab_file = "x"; }, "vocab_file");
  refused([](auto* c) { c->min_df = "1"; }, "min_df");
  refused([](auto* c) { c->stopwords = "en"; }, "stopwords");
  refused([](auto* c) { c->stemmer = "english"; }, "stemmer");
  refused([](auto* c) { c->phrases = "npmi"; }, "phrases");
  refused([](auto* c) { c->strip = {"html"}; }, "strip");
  refused([](auto* c) { c->holdout = 0.5; }, "holdout");
  refused([](auto* c) { c->seed = 2; }, "seed");
  refused([](auto* c) { c->snippet_bytes = 10; }, "snippet_bytes");
  refused(
      [](auto* c) {
        c->metadata_fields = {"title"};
        c->format = InputFormat::kJsonl;
      },
      "metadata_fields");
  CHECK(ReadTree(dir.path()) == before);
}

TEST_CASE("bags of words are appended by the names of their words", "[append]") {
  TempDir dir;
  WriteText(dir.File("vocab"), "tide\nsail\noven\n");
  WriteText(dir.File("first"), "2 0:1 1:2\n1 1:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("first"), InputFormat::kLdac);
  config.vocab_file = dir.File("vocab");
  Must(Preprocess(config).status());
  WriteText(dir.File("names"), "crust\noven\ntide\n");
  WriteText(dir.File("second"), "3 0:5 1:1 2:2\n");
  PreprocessConfig more = AppendConfig(dir, dir.File("second"));
  more.format = InputFormat::kLdac;
  CHECK(Contains(Refused(more), "its words have names"));
  more.vocab_file = dir.File("names");
  const PreprocessSummary summary = Must(Preprocess(more));
  CHECK(summary.dropped_tokens.at("not in the vocabulary") == 5);
  CHECK(Describe(dir.File("corpus")) ==
        Lines{"1: tide sail sail", "2: sail", "second:1: oven tide tide"});
  CHECK(ReadWords(dir.File("corpus")) == Lines{"tide", "sail", "oven"});
  WriteText(dir.File("text"), "tide sail\n");
  CHECK(Contains(Refused(AppendConfig(dir, dir.File("text"))),
                 "was made of bags of words, so text cannot be appended"));
}

TEST_CASE("numbers of words stay what they are, from 0 or from 1", "[append]") {
  TempDir dir;
  MakeCorpus(dir, "2\n3\n3\n1 1 1\n1 3 2\n2 2 1\n", InputFormat::kUci);
  WriteText(dir.File("second"), "2 0:1 2:1\n1 9:1\n");
  PreprocessConfig more = AppendConfig(dir, dir.File("second"));
  more.format = InputFormat::kLdac;
  const PreprocessSummary summary = Must(Preprocess(more));
  CHECK(summary.dropped_words.at("not in the vocabulary") == 1);
  CHECK(Describe(dir.File("corpus")) == Lines{"1: 1 3 3", "2: 2", "second:1: 1 3", "second:2:"});
  more.vocab_file = dir.File("first");
  CHECK(Contains(Refused(more), "its words are numbers"));
}

TEST_CASE("names that the corpus has already are told", "[append]") {
  TempDir dir;
  MakeCorpus(dir, Documents(1, 4), InputFormat::kJsonl);
  WriteText(dir.File("second"), Documents(3, 6));
  const PreprocessSummary summary = Must(Preprocess(AppendConfig(dir, dir.File("second"))));
  REQUIRE(summary.notes.size() == 1);
  CHECK(summary.notes[0].starts_with("1 document has the name of one before, as \"d3\""));
}

}  // namespace
}  // namespace lightlda
