#include "corpus/word_parts.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("words that fit a count stay one word", "[corpus]") {
  const std::vector<Count> frequencies = {5, 0, kMaxWordTokens};
  const WordParts parts(frequencies, 1);
  CHECK(parts.num_ids() == 3);
  CHECK(parts.splits().empty());
  for (DocId document = 0; document < 100; ++document) {
    for (WordId word = 0; word < 3; ++word) CHECK(parts.Id(word, document) == word);
  }
}

// 31 thousand million: the most frequent word of ten million million tokens.
TEST_CASE("a word of more than 2^31 - 1 tokens is split into parts that fit", "[corpus][large]") {
  const std::vector<Count> frequencies = {31'024'023'212, 7, kMaxWordTokens + 1};
  const WordParts parts(frequencies, 1);
  REQUIRE(parts.splits().size() == 2);
  CHECK(parts.splits()[0].num_parts == 29);
  CHECK(parts.splits()[1].num_parts == 3);
  CHECK(parts.num_ids() == 3 + 28 + 2);
  constexpr DocId kDocuments = 100'000;
  std::map<WordId, int> documents_of[3];
  for (DocId document = 0; document < kDocuments; ++document) {
    for (WordId word = 0; word < 3; ++word) ++documents_of[word][parts.Id(word, document)];
  }
  CHECK(documents_of[1] == std::map<WordId, int>{{1, kDocuments}});
  std::set<WordId> all;
  for (const WordId word : {0u, 2u}) {
    const auto share = static_cast<double>(documents_of[word].size());
    for (const auto& [id, documents] : documents_of[word]) {
      CHECK(all.insert(id).second);
      CHECK(id < parts.num_ids());
      // Five standard deviations.
      CHECK(std::abs(documents - kDocuments / share) < 5 * std::sqrt(kDocuments / share));
      // As many tokens per document, which need not be so.
      CHECK(documents * (frequencies[word] / static_cast<double>(kDocuments)) < kMaxWordTokens);
    }
  }
  CHECK(all.size() == 29 + 3);
  CHECK(all.contains(0));  // the first part has the word's id
  CHECK(all.contains(2));
}

TEST_CASE("parts of a word are spelled like it and depend on the seed", "[corpus]") {
  const std::vector<Count> frequencies = {3, 100, 1, 41};
  const WordParts parts(frequencies, 1, /*max_tokens=*/40);
  std::vector<std::string> words = {"a", "the", "b", "of"};
  parts.AppendSpellings(&words);
  CHECK(words ==
        std::vector<std::string>{"a", "the", "b", "of", "the", "the", "the", "the", "of", "of"});
  CHECK(words.size() == parts.num_ids());
  const WordParts other(frequencies, 2, /*max_tokens=*/40);
  int same = 0;
  for (DocId document = 0; document < 1000; ++document) {
    const WordId id = parts.Id(1, document);
    CHECK(words.at(id) == "the");
    CHECK(words.at(parts.Id(3, document)) == "of");
    same += other.Id(1, document) == id ? 1 : 0;
  }
  CHECK(same < 300);  // a fifth
}

}  // namespace
}  // namespace lightlda
