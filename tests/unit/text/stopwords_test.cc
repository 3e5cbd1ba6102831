#include "text/stopwords.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "test_util.h"
#include "text/stemmer.h"
#include "text/tokenizer.h"

namespace lightlda {
namespace {

using testing::TempDir;
using testing::WriteText;

StopwordSet Load(const std::string& spec) {
  auto set = LoadStopwords(spec);
  INFO(set.status().message());
  REQUIRE(set.ok());
  return *set;
}

TEST_CASE("no stop words is an empty set", "[text]") {
  CHECK(Load("none").size() == 0);
  CHECK_FALSE(Load("none").Contains("the"));
}

TEST_CASE("bundled stop words hold function words and no others", "[text]") {
  for (const std::string language : {"de", "en", "es", "fr", "it", "nl", "pt"}) {
    CHECK(Load(language).size() >= 120);
  }
  const StopwordSet english = Load("en");
  for (const char* word : {"the", "of", "don't", "don\u2019t", "i"}) CHECK(english.Contains(word));
  for (const char* word : {"topic", "und", "", "THE"}) CHECK_FALSE(english.Contains(word));
  CHECK(Load("de").Contains("über"));
  CHECK(Load("de").Contains("ausser"));  // folded, as a token of "außer" is
  CHECK(Load("fr").Contains("qu'il"));
}

TEST_CASE("every language that can be stemmed has stop words, under the stemmer's names",
          "[text]") {
  for (const std::string& algorithm : Stemmer::Algorithms()) {
    // porter is another stemmer for English; of the others there is no list.
    const bool none =
        std::set<std::string>{"porter", "nepali", "serbian", "tamil", "yiddish"}.contains(
            algorithm);
    CAPTURE(algorithm);
    CHECK(LoadStopwords(algorithm).ok() != none);
  }
  for (const std::string code : {"en", "eng", "de", "deu", "ger", "ru", "rus", "sv", "el", "hy"}) {
    CAPTURE(code);
    CHECK(Stemmer::Create(code).ok());
    CHECK(LoadStopwords(code).ok());
  }
  CHECK(Load("english").Sorted() == Load("en").Sorted());
  CHECK(Load("russian").Sorted() == Load("rus").Sorted());
}

TEST_CASE("stop words of every bundled language are tokens of it", "[text]") {
  const std::map<std::string, std::string> some = {
      {"ar", "على"}, {"el", "και"},  {"hi", "और"},    {"ja", "これ"}, {"ko", "그리고"},
      {"ru", "это"}, {"tr", "için"}, {"vi", "không"}, {"zh", "我们"}, {"sv", "också"}};
  for (const auto& [language, word] : some) {
    CAPTURE(language);
    CHECK(Load(language).Contains(word));
  }
  for (const std::string& language : BundledStopwordLanguages()) {
    CAPTURE(language);
    CHECK(Load(language).size() >= 40);
    CHECK_FALSE(StopwordLanguageName(language).empty());
    const StopwordSet list = Load(language);
    for (const std::string& word : list.words()) {
      CHECK(word.find_first_of(" \t\n") == std::string::npos);
    }
  }
}

TEST_CASE("stop words that are still to be picked are no words", "[text]") {
  CHECK(Load("auto").size() == 0);
  CHECK(Load("auto,en").Sorted() == Load("en").Sorted());
  CHECK(PicksStopwords("en,auto"));
  CHECK_FALSE(PicksStopwords("en"));
  CHECK_FALSE(PicksStopwords("none"));
  CHECK(StopwordFiles("auto,en,english,own.txt") == std::vector<std::string>{"own.txt"});
}

TEST_CASE("stop words with an apostrophe are tokens", "[text]") {
  auto tokenizer = Tokenizer::Create({.min_token_length = 1});
  REQUIRE(tokenizer.ok());
  for (const char* text : {"don't", "aujourd'hui", "zo'n", "c'è", "jusqu'à"}) {
    std::vector<std::string> tokens;
    const auto sink = [&](std::string_view token) { tokens.emplace_back(token); };
    REQUIRE((*tokenizer)->Tokenize(text, sink).ok());
    CHECK(tokens == std::vector<std::string>{text});
  }
}

TEST_CASE("stop words of several languages and files are joined", "[text]") {
  TempDir dir;
  WriteText(dir.File("own"), "Foo\n");
  const StopwordSet set = Load("en,de," + dir.File("own"));
  CHECK(set.Contains("the"));
  CHECK(set.Contains("und"));
  CHECK(set.Contains("foo"));
}

TEST_CASE("a stop-word file is folded, and its comments and blanks ignored", "[text]") {
  TempDir dir;
  const std::string path = dir.File("own");
  WriteText(path,
            "\xEF\xBB\xBF"
            "Straße\r\n# a comment here\n\n  \t\n  ﬁn \nlast");
  const StopwordSet set = Load(path);
  CHECK(set.size() == 3);
  for (const char* word : {"strasse", "fin", "last"}) CHECK(set.Contains(word));
}

TEST_CASE("a stop word with either apostrophe is found in both spellings", "[text]") {
  TempDir dir;
  WriteText(dir.File("own"), "shan\u2019t\no'er\n");
  const StopwordSet set = Load(dir.File("own"));
  for (const char* word : {"shan't", "shan\u2019t", "o'er", "o\u2019er"}) CHECK(set.Contains(word));
  CHECK(set.size() == 4);
}

TEST_CASE("a stop-word file with a bad line is refused at that line", "[text]") {
  TempDir dir;
  const std::string path = dir.File("own");
  const auto message = [&](std::string_view content) {
    WriteText(path, content);
    auto set = LoadStopwords(path);
    REQUIRE_FALSE(set.ok());
    CHECK(set.status().code() == StatusCode::kBadInput);
    return set.status().message();
  };
  CHECK(message("a\nb\xFFz\n") == path + ":2: invalid UTF-8 at byte 2: \"\\xFFz\"");
  CHECK(message("a\n\nnew york\n") == path + ":3: expected one word, found \"new york\"");
}

TEST_CASE("an unknown stop-word list is a usage error that names the bundled ones", "[text]") {
  for (const char* spec : {"xx", "en,", ",", "", "/no/such/file", "en,none"}) {
    auto set = LoadStopwords(spec);
    REQUIRE_FALSE(set.ok());
    CHECK(set.status().code() == StatusCode::kUsage);
    CHECK(set.status().message().find("none, auto, ar, ca, da, de, el, en, es, ") !=
          std::string::npos);
  }
  TempDir dir;
  auto directory = LoadStopwords(dir.path());
  REQUIRE_FALSE(directory.ok());
  CHECK(directory.status().code() == StatusCode::kBadInput);
}

}  // namespace
}  // namespace lightlda
