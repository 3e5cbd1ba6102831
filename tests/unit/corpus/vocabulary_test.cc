// Vocabulary::Find: ids by spelling.
#include "lightlda/vocabulary.h"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

Vocabulary Make(std::vector<std::string> words) {
  std::vector<Count> ones(words.size(), 1);
  return Vocabulary(std::move(words), ones, ones);
}

TEST_CASE("every word is found by its spelling and no other is", "[vocabulary]") {
  std::vector<std::string> words;
  for (int i = 0; i < 5000; ++i) words.push_back("w" + std::to_string(i * 7));
  words.emplace_back("");
  words.emplace_back("caf\u00e9");
  words.emplace_back(300, 'x');
  const Vocabulary vocabulary = Make(words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    INFO(words[i]);
    CHECK(vocabulary.Find(words[i]) == static_cast<WordId>(i));
  }
  for (int i = 0; i < 5000; ++i) {
    if (i % 7 != 0) CHECK(vocabulary.Find("w" + std::to_string(i)) == std::nullopt);
  }
  CHECK(vocabulary.Find("W7") == std::nullopt);
  CHECK(vocabulary.Find("w7 ") == std::nullopt);
  CHECK(vocabulary.Find(std::string(301, 'x')) == std::nullopt);
}

TEST_CASE("a vocabulary without words finds none", "[vocabulary]") {
  CHECK(Vocabulary().Find("") == std::nullopt);
  CHECK(Make({}).Find("word") == std::nullopt);
}

TEST_CASE("of words with one spelling the lowest id is found", "[vocabulary]") {
  const Vocabulary vocabulary = Make({"b", "a", "b", "c", "a", "a", "b"});
  CHECK(vocabulary.Find("a") == WordId{1});
  CHECK(vocabulary.Find("b") == WordId{0});
  CHECK(vocabulary.Find("c") == WordId{3});
  // A file may hold the same word over and over; this takes no more than its size of time.
  const Vocabulary same = Make(std::vector<std::string>(200'000, "same"));
  CHECK(same.Find("same") == WordId{0});
}

TEST_CASE("copies and moved vocabularies find words on their own", "[vocabulary]") {
  auto first = std::make_unique<Vocabulary>(Make({"sun", "moon"}));
  const Vocabulary copied_before = *first;
  CHECK(first->Find("moon") == WordId{1});
  const Vocabulary copied_after = *first;
  Vocabulary moved = std::move(*first);
  first.reset();
  CHECK(copied_before.Find("moon") == WordId{1});
  CHECK(copied_after.Find("sun") == WordId{0});
  CHECK(moved.Find("moon") == WordId{1});
  moved = Make({"star"});
  CHECK(moved.Find("moon") == std::nullopt);
  CHECK(moved.Find("star") == WordId{0});
}

TEST_CASE("threads may find words at once, the first time too", "[vocabulary]") {
  std::vector<std::string> words;
  for (int i = 0; i < 20'000; ++i) words.push_back(std::to_string(i));
  const Vocabulary vocabulary = Make(words);
  std::vector<int> wrong(8);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < words.size(); i += 3) {
        wrong[t] += vocabulary.Find(words[i]) == static_cast<WordId>(i) ? 0 : 1;
      }
    });
  }
  threads.clear();
  CHECK(wrong == std::vector<int>(wrong.size(), 0));
}

}  // namespace
}  // namespace lightlda
