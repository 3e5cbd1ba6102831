#include "text/tokenizer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "ingest/input_stream.h"
#include "text/fold.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

using Words = std::vector<std::string>;

std::unique_ptr<Tokenizer> MakeTokenizer(int min_token_length, bool icu_only = false) {
  auto tokenizer = Tokenizer::Create({min_token_length, icu_only});
  REQUIRE(tokenizer.ok());
  return std::move(tokenizer).value();
}

Words WordsOf(Tokenizer* tokenizer, std::string_view text) {
  Words words;
  const Status status =
      tokenizer->Tokenize(text, [&words](std::string_view word) { words.emplace_back(word); });
  REQUIRE(status.ok());
  return words;
}

Words WordsOf(std::string_view text, int min_token_length = 1) {
  return WordsOf(MakeTokenizer(min_token_length).get(), text);
}

// A random text of `size` of the pieces.
std::string RandomText(const std::vector<std::string>& pieces, std::size_t size,
                       std::mt19937* random) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += pieces[(*random)() % pieces.size()];
  return text;
}

// The words and the counts of both paths are equal on texts drawn from `pieces`.
void CheckAgainstIcu(const std::vector<std::string>& pieces, int rounds, std::uint32_t seed) {
  std::mt19937 random(seed);
  auto fast = MakeTokenizer(2);
  auto icu = MakeTokenizer(2, true);
  for (int round = 0; round < rounds; ++round) {
    const std::string text = RandomText(pieces, random() % 40, &random);
    INFO(QuoteBytes(text, 400));
    REQUIRE(WordsOf(fast.get(), text) == WordsOf(icu.get(), text));
    REQUIRE(fast->num_too_short() == icu->num_too_short());
  }
}

TEST_CASE("words are what UAX 29 says, numbers and punctuation are dropped", "[text]") {
  CHECK(WordsOf("") == Words{});
  CHECK(WordsOf(" ,.; 12 1,234.5 3'4 __ _1_ --") == Words{});
  CHECK(WordsOf("Don't stop.") == Words{"don't", "stop"});
  CHECK(WordsOf("e.g. U.S.A.'s a.1 1.a") == Words{"e.g", "u.s.a", "s", "a", "a"});
  CHECK(WordsOf("'quoted' x''y x'.y e-mail") == Words{"quoted", "x", "y", "x", "y", "e", "mail"});
  CHECK(WordsOf("3D CO2 a_b _c_ a1.2b 1a") == Words{"3d", "co2", "a_b", "_c_", "a1.2b", "1a"});
  CHECK(WordsOf("a:b a,b a;b http://x.org/y") ==
        Words{"a", "b", "a", "b", "a", "b", "http", "x.org", "y"});
  CHECK(WordsOf("me@x.org é:b é@b @é @@") == Words{"me", "x.org", "é", "b", "é", "b", "é"});
}

TEST_CASE("words are folded to NFKC_Casefold", "[text]") {
  CHECK(WordsOf("STRASSE Straße ﬁn Ｆｕｌｌ Ünï Ünï") ==
        Words{"strasse", "strasse", "fin", "full", "ünï", "ünï"});
  CHECK(WordsOf("co\u00ADop Ⅷ Привет МИР") == Words{"coop", "viii", "привет", "мир"});
  CHECK(WordsOf("don\u2019t") == Words{"don\u2019t"});
}

TEST_CASE("text without spaces is split by dictionary", "[text]") {
  CHECK(WordsOf("我是中国人") == Words{"我是", "中国人"});
  CHECK(WordsOf("สวัสดีครับ").size() == 2);
}

TEST_CASE("a letter that folds to several words gives each of them", "[text]") {
  CHECK(WordsOf("\uFDFA") == Words{"صلى", "الله", "عليه", "وسلم"});
  CHECK(WordsOf("\uFC5E") == Words{});
}

TEST_CASE("a regular expression says what words are", "[text]") {
  const auto words = [](const std::string& regex, std::string_view text, int min_length = 1) {
    auto tokenizer = Tokenizer::Create({.min_token_length = min_length, .token_regex = regex});
    INFO(tokenizer.status().message());
    REQUIRE(tokenizer.ok());
    std::vector<std::string> found;
    const auto sink = [&](std::string_view word) { found.emplace_back(word); };
    REQUIRE((*tokenizer)->Tokenize(text, sink).ok());
    return found;
  };
  using Found = std::vector<std::string>;
  CHECK(words("[A-Za-z]+", "C++ and e-mail, 3D") == Found{"c", "and", "e", "mail", "d"});
  CHECK(words("\\S+", "C++ and\te-mail, 3D") == Found{"c++", "and", "e-mail,", "3d"});
  CHECK(words("\\p{L}[\\p{L}\\p{P}]+\\p{L}", "don't STRASSE \u00c4\u00c4h", 3) ==
        Found{"don't", "strasse", "\u00e4\u00e4h"});
  CHECK(words("\\w*", "ab cd") == Found{"ab", "cd"});  // empty matches are none
  CHECK(words("new york|\\w+", "New York a") == Found{"new", "york", "a"});
  CHECK(words("\\w+", "a bc def", 2) == Found{"bc", "def"});
  const auto bad = Tokenizer::Create({.token_regex = "[a-z"});
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.status().code() == StatusCode::kUsage);
  CHECK(bad.status().message().starts_with("`token_regex`: expected a regular expression, found"));
}

TEST_CASE("short words are kept apart until they are taken", "[text]") {
  auto tokenizer = Tokenizer::Create({.min_token_length = 3});
  REQUIRE(tokenizer.ok());
  REQUIRE((*tokenizer)
              ->Tokenize("a An a \u00e9t\u00e9 \u00fcb an house", [](std::string_view) {})
              .ok());
  auto taken = (*tokenizer)->TakeTooShort();
  std::sort(taken.begin(), taken.end());
  CHECK(taken == std::vector<std::pair<std::string, Count>>{{"a", 2}, {"an", 2}, {"\u00fcb", 1}});
  CHECK((*tokenizer)->TakeTooShort().empty());
  CHECK((*tokenizer)->num_too_short() == 5);
}

TEST_CASE("short words are dropped and counted by code points after folding", "[text]") {
  auto tokenizer = MakeTokenizer(3);
  CHECK(WordsOf(tokenizer.get(), "a bc def éé ééé ﬃ 我 12") == Words{"def", "ééé", "ffi"});
  CHECK(tokenizer->num_too_short() == 4);
  CHECK(WordsOf("a é", 0) == Words{"a", "é"});
  CHECK(WordsOf("a é", 2) == Words{});
}

TEST_CASE("a letter that folds to nothing is no word", "[text]") {
  CHECK(WordsOf("\u115F a", 0) == Words{"a"});
}

TEST_CASE("words above 256 bytes are dropped and counted", "[text]") {
  auto tokenizer = MakeTokenizer(1);
  const std::string longest(256, 'x');
  CHECK(WordsOf(tokenizer.get(), longest + " " + longest + "x y") == Words{longest, "y"});
  CHECK(tokenizer->num_too_long() == 1);
  std::string greek;
  for (int i = 0; i < 128; ++i) greek += "ω";
  CHECK(WordsOf(tokenizer.get(), greek + " " + greek + "a") == Words{greek});
  CHECK(tokenizer->num_too_long() == 2);
  CHECK(WordsOf(tokenizer.get(), std::string(100'000, 'x') + "." + std::string(5, 'y')).empty());
  CHECK(tokenizer->num_too_long() == 3);
}

TEST_CASE("a negative minimum length is refused", "[text]") {
  auto tokenizer = Tokenizer::Create({.min_token_length = -1});
  REQUIRE_FALSE(tokenizer.ok());
  CHECK(tokenizer.status().code() == StatusCode::kUsage);
}

TEST_CASE("the ASCII scanner agrees with ICU on every ASCII character between others", "[text]") {
  auto fast = MakeTokenizer(1);
  auto icu = MakeTokenizer(1, true);
  const std::string around = "aZ09_.,:;'\" \n";
  for (int middle = 0; middle < 128; ++middle) {
    std::string text;
    for (const char before : around) {
      for (const char after : around) {
        for (const char inner : {before, after}) {
          text += {'x', before, static_cast<char>(middle), inner, after, 'y', '|'};
        }
      }
    }
    INFO("character " << middle);
    REQUIRE(WordsOf(fast.get(), text) == WordsOf(icu.get(), text));
  }
}

TEST_CASE("the ASCII scanner agrees with ICU on random ASCII", "[text]") {
  CheckAgainstIcu({"a", "B", "7", "0", "_", ".", ",", ";", ":", "'", "\"", " ", "-", "\n", "xy"},
                  20'000, 1);
  std::vector<std::string> all;
  for (int c = 0; c < 128; ++c) all.push_back(std::string(1, static_cast<char>(c)));
  CheckAgainstIcu(all, 5'000, 2);
}

TEST_CASE("the mixed path agrees with ICU whatever stands beside white space", "[text]") {
  CheckAgainstIcu({"long plain ASCII words",
                   "a",
                   "Bc",
                   "7",
                   "_",
                   ".",
                   "'",
                   ",",
                   " ",
                   " ",
                   "\n",
                   "\r",
                   "\t",
                   "é",
                   "\u0301",
                   "\u200D",
                   "\u00AD",
                   "\u2019",
                   "\u05D0",
                   "\"",
                   "\u30AB",
                   "中国",
                   "\u00A0",
                   "\u3000",
                   "\u2028",
                   "\uFEFF",
                   "\u200B",
                   "😀",
                   "🇩",
                   "สวัสดี",
                   "\u0660",
                   "\uFF0E",
                   "Ж",
                   "\u180E",
                   "\uFE0F",
                   "한국"},
                  20'000, 3);
}

TEST_CASE("long non-ASCII text gives the same words however it is cut into windows", "[text]") {
  std::mt19937 random(4);
  const std::string text =
      RandomText({"привет", " мир", " \u0301", "é ", " ", "中国", "\n", " e\u0301", "'s", ","},
                 100'000, &random);
  REQUIRE(text.size() > 300'000);
  Words expected;
  auto tokenizer = MakeTokenizer(1);
  // The reference: cut at newlines, which always end a word, so that each piece is one window.
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const Words words = WordsOf(tokenizer.get(), text.substr(begin, end - begin));
    expected.insert(expected.end(), words.begin(), words.end());
    begin = end;
  }
  CHECK(WordsOf(tokenizer.get(), text) == expected);
  CHECK(WordsOf(MakeTokenizer(1, true).get(), text) == expected);
}

TEST_CASE("text without any white space is one window up to a bound", "[text]") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "é-";
  CHECK(WordsOf(text).size() == 100'000);
}

TEST_CASE("both paths agree on real texts", "[text][corpora]") {
  const std::string corpora = std::string(LIGHTLDA_SOURCE_DIR) + "/../shared/corpora/";
  std::size_t num_texts = 0;
  auto fast = MakeTokenizer(2);
  auto icu = MakeTokenizer(2, true);
  for (const char* file :
       {"newsgroups20-raw/20news-bydate.jsonl.xz",
        "debian-descriptions/debian-descriptions.multilingual.jsonl.xz",
        "wikipedia-samples/wikipedia.ko.jsonl.xz", "wikipedia-samples/wikipedia.vi.jsonl.xz",
        "wikipedia-samples/wikipedia.zh.jsonl.xz"}) {
    if (!std::filesystem::exists(corpora + file)) continue;
    auto input = InputStream::Open(corpora + file);
    REQUIRE(input.ok());
    std::string text(500'000, ' ');
    auto size = (*input)->Read(text.data(), text.size());
    REQUIRE(size.ok());
    text.resize(*size);
    text.resize(FindInvalidUtf8(text).value_or(text.size()));  // the end may cut a character
    ++num_texts;
    REQUIRE(WordsOf(fast.get(), text) == WordsOf(icu.get(), text));
  }
  if (num_texts == 0) WARN("skipped: no corpora beside the source directory");
}

TEST_CASE("folding a token again changes nothing", "[text]") {
  for (const std::string& word :
       WordsOf("STRASSE Straße ﬁn Ｆｕｌｌ co\u00ADop don't İstanbul ΑΣ")) {
    auto folded = FoldText(word);
    REQUIRE(folded.ok());
    CHECK(*folded == word);
  }
}

}  // namespace
}  // namespace lightlda
