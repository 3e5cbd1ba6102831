// Preprocess end to end: formats, inputs, vocabulary, determinism, outputs.
#include "lightlda/preprocess.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/stop.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using Lines = std::vector<std::string>;

// Text of documents with a few frequent and many rare words.
std::string SomeText(int num_documents) {
  std::mt19937 random(3);
  std::string text;
  for (int d = 0; d < num_documents; ++d) {
    for (auto length = random() % 30; length > 0; --length) {
      const auto word = random() % (1 + random() % 2000);
      text += "Word" + std::to_string(word) + "x ";
    }
    text += "a\n";  // too short by default
  }
  return text;
}

TEST_CASE("the corpus directory does not depend on the number of threads", "[preprocess]") {
  TempDir dir;
  const std::string text = SomeText(120'000);
  REQUIRE(text.size() > std::size_t{5} << 20);  // several chunks
  WriteText(dir.File("text"), text);
  std::map<std::string, std::string> first;
  for (const int threads : {1, 2, 4}) {
    PreprocessConfig config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
    config.output = dir.File(std::to_string(threads));
    config.num_threads = threads;
    config.stemmer = "english";
    auto result = Preprocess(config);
    REQUIRE(result.ok());
    CHECK(result->dropped_tokens.at("too short") == 120'000);
    const auto tree = ReadTree(config.output);
    REQUIRE(tree.size() > 10);
    if (first.empty()) first = tree;
    CHECK(tree == first);
  }
}

TEST_CASE("words of text are numbered by frequency, then bytes", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "b c a\nc b Z\nc d\n");
  REQUIRE(Preprocess(KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText))).ok());
  CHECK(ReadWords(dir.File("corpus")) == Lines{"c", "b", "a", "d", "z"});
  CHECK(Describe(dir.File("corpus")) == Lines{"1: b c a", "2: c b z", "3: c d"});
}

TEST_CASE("document frequency bounds and the vocabulary limit drop words and count them",
          "[preprocess]") {
  TempDir dir;
  // Documents: a 4, b 3, c 2, d 2, e 1; tokens of d: 5.
  WriteText(dir.File("text"), "a b c\na b d d d d\na b c d\na e\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.min_df = "2";
  config.max_df = "0.75";
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(ReadWords(config.output) == Lines{"d", "b", "c"});
  CHECK(result->dropped_words ==
        std::map<std::string, Count>{{"above max_df", 1}, {"below min_df", 1}});
  CHECK(result->dropped_tokens ==
        std::map<std::string, Count>{{"above max_df", 4}, {"below min_df", 1}});
  CHECK(result->num_empty_documents == 1);

  config.overwrite = true;
  config.max_vocab = 2;
  config.max_df = "3";
  result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(ReadWords(config.output) == Lines{"d", "b"});
  CHECK(result->dropped_words.at("beyond max_vocab") == 1);
  CHECK(result->dropped_tokens.at("beyond max_vocab") == 2);
}

TEST_CASE("text is filtered by default, and said so when nothing is left", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "some words\nsome more words\n");
  const Status status = Refused(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  CHECK(status.exit_code() == 65);
  CHECK(Contains(status, "`min_df`=5 and `max_df`=0.5 leave no word of 2 documents"));
}

TEST_CASE("bounds that leave no word say what to change", "[preprocess]") {
  TempDir dir;
  std::string text;
  for (int d = 0; d < 40; ++d) text += "alpha beta w" + std::to_string(d) + "\n";
  WriteText(dir.File("text"), text);
  PreprocessConfig config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
  config.max_df = "0.1";
  Status status = Refused(config);
  CHECK(status.exit_code() == 65);
  CHECK(status.message() ==
        "`min_df`=5 and `max_df`=0.1 leave no word of 40 documents: none is in at least 5 and at "
        "most 4; `min_df`=1 keeps rare words, `max_df`=1.0 keeps frequent ones");
  config.max_df = "0.9";
  CHECK(Contains(Refused(config),
                 "no token is left, 2 words above max_df, 40 words below min_df; `min_df`=1 keeps "
                 "rare words, `max_df`=1.0 keeps frequent ones"));
  config.min_df = "1";
  config.max_df = "1";
  auto summary = Preprocess(config);
  REQUIRE(summary.ok());
  REQUIRE_FALSE(summary->notes.empty());
  CHECK(summary->notes[0].find("`max_df`=1 keeps only words of a single document") == 0);
}

TEST_CASE("the most frequent of what was dropped is named", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), "the cat x of the\nthe dog x y cat\nthe cat bird fish fish\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
  config.stopwords = "en";
  config.min_df = "1";
  config.max_df = "2";
  config.max_vocab = 2;
  auto summary = Preprocess(config);
  REQUIRE(summary.ok());
  using Examples = std::map<std::string, Lines>;
  CHECK(summary->dropped_examples == Examples{{"stop word", {"the", "of"}},
                                              {"too short", {"x", "y"}},
                                              {"above max_df", {"cat"}},
                                              {"beyond max_vocab", {"dog"}}});
  CHECK(summary->dropped_words.at("too short") == 2);
  CHECK(summary->dropped_tokens.at("too short") == 3);
}

TEST_CASE("names that are no names end no run, and repeated ones are told", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("in"),
            "{\"id\": \"a\\tb\\n\", \"text\": \"xyzzy\"}\n{\"id\": true, \"text\": \"plugh\"}\n"
            "{\"id\": \"a b \", \"text\": \"frotz\"}\n{\"id\": 1e400, \"text\": \"xyzzy\"}\n");
  auto summary = Preprocess(KeepAll(BaseConfig(dir, dir.File("in"), InputFormat::kJsonl)));
  INFO(summary.status().message());
  REQUIRE(summary.ok());
  CHECK(Describe(dir.File("corpus")) ==
        Lines{"a b : xyzzy", "true: plugh", "a b : frotz", "1e400: xyzzy"});
  REQUIRE(summary->notes.size() == 2);
  CHECK(summary->notes[0] ==
        "1 document has the name of one before, as \"a b \"; what is joined by name cannot tell "
        "them apart");
  CHECK(summary->notes[1].find("1 name of documents had tabs") == 0);
}

TEST_CASE("stop words are told by their surface form, then words are stemmed", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("stop"), "Running\n");
  WriteText(dir.File("text"), "running runs run RUNNING\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  config.stopwords = dir.File("stop");
  config.stemmer = "english";
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(Describe(config.output) == Lines{"1: run run"});
  CHECK(result->dropped_tokens.at("stop word") == 2);
  CHECK(result->dropped_words.at("stop word") == 1);
}

TEST_CASE("a given vocabulary fixes words and order of text", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("vocab"), "c\nunseen\na\n");
  WriteText(dir.File("text"), "a b c\nb a\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("text"), InputFormat::kText);
  config.vocab_file = dir.File("vocab");
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(ReadWords(config.output) == Lines{"c", "unseen", "a"});
  CHECK(Describe(config.output) == Lines{"1: a c", "2: a"});
  CHECK(result->dropped_tokens == std::map<std::string, Count>{{"not in the vocabulary", 2}});
  config.overwrite = true;
  config.min_df = "2";
  REQUIRE(Preprocess(config).ok());
  CHECK(ReadWords(config.output) == Lines{"a"});
}

TEST_CASE("a vocabulary that repeats a word or is not text is refused", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "1 0:1\n1 1:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  config.vocab_file = dir.File("vocab");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\nb\na\n", "vocab:3: the word \"a\" is in line 1 already"},
      {"a\nb\xFF\n", "vocab:2: invalid UTF-8 at byte 2"},
      {std::string("a\nb\0\n", 5), "vocab:2: NUL byte"},
      {"", "vocab: a vocabulary without words"},
      {"0\tant\t5\n1\tbee\t3\n",
       "vocab:1: expected a word, found 3 tab-separated fields; cut the words out: sort -n "},
      {"12\nant\t5\n",
       "vocab:2: expected a word, found 2 tab-separated fields; cut the words out: cut -f1 "},
      {"\x04\x22\x4D\x18\x01\n", "vocab: lz4 data is not read; unpack it: lz4cat "},
      {"a\n", "bag:2: expected a word id from 0 to 0"},
  };
  for (const auto& [content, message] : cases) {
    WriteText(dir.File("vocab"), content);
    const Status status = Refused(config);
    CHECK(status.exit_code() == 65);
    CHECK(Contains(status, message));
  }
}

TEST_CASE("names of libsvm documents run to the tab", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "doc a\t0:1 1:2\narXiv:0704.0001 v2\t1:1\n7 0:1\t1:1\nempty one\t\n");
  for (const InputFormat format : {InputFormat::kAuto, InputFormat::kLibsvm}) {
    PreprocessConfig config = BaseConfig(dir, dir.File("bag"), format);
    config.overwrite = true;
    auto result = Preprocess(config);
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(Describe(config.output) ==
          Lines{"doc a: 0 1 1", "arXiv:0704.0001 v2: 1", "3: 0 1", "empty one:"});
  }
}

TEST_CASE("blank vocabulary lines keep their ids in bags of words", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("vocab"), "a\n\xC2\xA0\n\nd\n");
  WriteText(dir.File("bag"), "3 3:1 1:1 2:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  config.vocab_file = dir.File("vocab");
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(Describe(config.output) == Lines{"1: <U+00A0> <blank line 3> d"});
  CHECK(result->notes.size() == 2);
  // For text such a line can only be a mistake.
  WriteText(dir.File("text"), "a d\n");
  config.inputs = {dir.File("text")};
  config.format = InputFormat::kText;
  CHECK(Contains(Refused(config), "vocab:2: expected a word, found a blank line"));
}

TEST_CASE("a vocabulary that is shorter or longer than a uci header says is refused",
          "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "1\n3\n1\n1 1 1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"));
  config.vocab_file = dir.File("vocab");
  for (const char* words : {"a\nb\n", "a\nb\nc\nd\n"}) {
    WriteText(dir.File("vocab"), words);
    CHECK(Contains(Refused(config), "header says 3 words, the given vocabulary has"));
  }
  WriteText(dir.File("vocab"), "a\nb\nc");
  CHECK(Preprocess(config).ok());
}

TEST_CASE("bags of words keep every id unless a filter is asked for", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "2 5:1 1:2\n1 5:1\n1 3:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  REQUIRE(Preprocess(config).ok());
  CHECK(ReadWords(config.output) == Lines{"0", "1", "2", "3", "4", "5"});
  CHECK(Describe(config.output) == Lines{"1: 1 1 5", "2: 5", "3: 3"});
  config.overwrite = true;
  config.max_vocab = 2;
  auto result = Preprocess(config);
  REQUIRE(result.ok());
  CHECK(ReadWords(config.output) == Lines{"1", "5"});
  CHECK(result->dropped_words ==
        std::map<std::string, Count>{{"beyond max_vocab", 1}, {"in no document", 3}});
  CHECK(result->num_empty_documents == 1);
}

TEST_CASE("stop words of a bag of words are told by its vocabulary", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("vocab"), "The\ncat\n");
  WriteText(dir.File("bag"), "2 0:3 1:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  config.stopwords = "en";
  CHECK(Refused(config).exit_code() == 64);
  config.vocab_file = dir.File("vocab");
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Lines{"1: cat"});
}

TEST_CASE("several inputs follow one another and names tell them apart", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("one"), "1\n2\n1\n1 1 1\n");
  WriteText(dir.File("two"), "2\n2\n1\n2 2 1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("one"));
  config.inputs.push_back(dir.File("two"));
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Lines{"one:1: 1", "two:1:", "two:2: 2"});
  config.overwrite = true;
  WriteText(dir.File("two"), "1 0:1\n");
  CHECK(Contains(Refused(config), "looks like ldac but the inputs before it are uci"));
}

TEST_CASE("a directory is one document per file, in the order of the paths", "[preprocess]") {
  TempDir dir;
  std::filesystem::create_directories(dir.File("in/b"));
  WriteText(dir.File("in/c"), "gamma\nrays");
  WriteText(dir.File("in/b/x"), "beta");
  WriteText(dir.File("in/a"), "");
  WriteText(dir.File("in/.hidden"), "secret");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("in")));
  REQUIRE(Preprocess(config).ok());
  CHECK(Describe(config.output) == Lines{"a:", "b/x: beta", "c: gamma rays"});
  config.overwrite = true;
  WriteText(dir.File("in/b/x"), "beta\nbad \xFF");
  CHECK(Contains(Refused(config), dir.File("in/b/x") + ": line 2: invalid UTF-8"));
  config.format = InputFormat::kUci;
  CHECK(Refused(config).exit_code() == 64);
  WriteText(dir.File("in/b/x"), "beta");
  WriteText(dir.File("in/d\ne"), "delta");
  config.format = InputFormat::kText;
  CHECK(Contains(Refused(config), "control characters, found \"d\\ne\""));
  std::filesystem::create_directories(dir.File("empty"));
  CHECK(Contains(Refused(KeepAll(BaseConfig(dir, dir.File("empty")))), "without files"));
}

TEST_CASE("inputs that cannot be read are refused", "[preprocess]") {
  TempDir dir;
  const Status missing = Refused(BaseConfig(dir, dir.File("none")));
  CHECK(missing.exit_code() == 65);
  CHECK(missing.message().starts_with(dir.File("none") + ": "));
  // The first bytes of a gzip file.
  WriteText(dir.File("cut.gz"), std::string("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x4B", 11));
  const Status cut = Refused(BaseConfig(dir, dir.File("cut.gz")));
  CHECK(cut.exit_code() == 65);
  CHECK(Contains(cut, "truncated gzip"));
}

TEST_CASE("outputs are never overwritten unasked and never half written", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("bag"), "1 0:1\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
  REQUIRE(Preprocess(config).ok());
  const Status exists = Refused(config);
  CHECK(exists.exit_code() == 73);
  CHECK(Contains(exists, "exists already"));
  config.overwrite = true;
  CHECK(Preprocess(config).ok());
  config.output = dir.File("no/such/parent");
  CHECK(Refused(config).exit_code() == 73);
  CHECK(ListNames(dir.path()) == Lines{"bag", "corpus"});
}

// Permissions do not stop root, so root becomes somebody else for a while.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~WithoutPrivileges() {
    if (changed_ && ::seteuid(0) != 0) std::abort();
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  bool changed_ = false;
};

TEST_CASE("files and directories without permission are refused", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("secret"), "1 0:1\n");
  WriteText(dir.File("bag"), "1 0:1\n");
  std::filesystem::create_directories(dir.File("closed"));
  ::chmod(dir.File("secret").c_str(), 0);
  ::chmod(dir.File("closed").c_str(), 0);
  {
    const WithoutPrivileges scope;
    for (const char* input : {"secret", "closed"}) {
      const Status status = Refused(BaseConfig(dir, dir.File(input)));
      CHECK(status.exit_code() == 65);
      CHECK(status.message().starts_with(dir.File(input) + ": "));
    }
    PreprocessConfig config = BaseConfig(dir, dir.File("bag"), InputFormat::kLdac);
    config.output = dir.File("closed/corpus");
    CHECK(Refused(config).exit_code() == 73);
  }
  ::chmod(dir.File("closed").c_str(), 0700);
  CHECK(ListNames(dir.File("closed")).empty());
}

// A file-size limit fails writes like a full disk does.
TEST_CASE("a disk that fills up is reported and nothing is left", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), SomeText(60'000));
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit old = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
  for (const rlim_t limit : {rlim_t{1000}, rlim_t{500'000}, rlim_t{1'200'000}}) {
    struct rlimit low = old;
    low.rlim_cur = limit;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &low) == 0);
    const auto result = Preprocess(KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText)));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
    REQUIRE_FALSE(result.ok());
    CHECK(result.status().exit_code() == 73);
    CHECK(ListNames(dir.path()) == Lines{"text"});
  }
}

TEST_CASE("an interrupt stops preprocessing and leaves nothing", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("text"), SomeText(60'000));
  bool called = false;
  const PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("text"), InputFormat::kText));
  const StopToken stop;
  const auto result = Preprocess(
      config,
      [&](const PreprocessProgress&) {
        called = true;
        stop.RequestStop();
      },
      stop);
  REQUIRE(called);
  REQUIRE_FALSE(result.ok());
  CHECK(result.status().code() == StatusCode::kCancelled);
  CHECK(result.status().exit_code() == 1);
  CHECK(Contains(result.status(), "interrupted"));
  CHECK(ListNames(dir.path()) == Lines{"text"});
}

TEST_CASE("settings out of range are usage errors", "[preprocess]") {
  const auto refused = [](auto change) {
    PreprocessConfig config;
    config.inputs = {"in"};
    config.output = "out";
    CHECK(config.Validate().ok());
    change(&config);
    return config.Validate().exit_code() == 64 && Preprocess(config).status().exit_code() == 64;
  };
  CHECK(refused([](PreprocessConfig* config) { config->inputs.clear(); }));
  CHECK(refused([](PreprocessConfig* config) { config->inputs = {"a", ""}; }));
  CHECK(refused([](PreprocessConfig* config) { config->output.clear(); }));
  CHECK(refused([](PreprocessConfig* config) { config->min_df = "x"; }));
  CHECK(refused([](PreprocessConfig* config) { config->min_df = "-1"; }));
  CHECK(refused([](PreprocessConfig* config) { config->max_df = "1.5"; }));
  CHECK(refused([](PreprocessConfig* config) { config->max_df = "nan"; }));
  CHECK(refused([](PreprocessConfig* config) { config->max_vocab = -1; }));
  CHECK(refused([](PreprocessConfig* config) { config->num_threads = -1; }));
  CHECK(refused([](PreprocessConfig* config) { config->min_token_length = -2; }));
  CHECK(refused([](PreprocessConfig* config) { config->max_line_bytes = 0; }));
  CHECK(refused([](PreprocessConfig* config) { config->block_tokens = std::uint64_t{1} << 31; }));
}

TEST_CASE("document frequency bounds are counts or fractions", "[preprocess]") {
  CHECK(DfBound::Parse("5")->value == 5);
  CHECK_FALSE(DfBound::Parse("5")->is_fraction);
  CHECK(DfBound::Parse("1.0")->is_fraction);
  CHECK(DfBound::Parse(".25")->value == 0.25);
  for (const char* bad : {"", "5x", "1e-3", "-0.5", "1.01", " 5", "0x1.8", "inf"}) {
    INFO(bad);
    CHECK(DfBound::Parse(bad).status().exit_code() == 64);
  }
}

}  // namespace
}  // namespace lightlda
