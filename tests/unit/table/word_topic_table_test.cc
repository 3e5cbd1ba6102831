// The word-topic table: rows set and read, sizes, the hash.
#include "table/word_topic_table.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "base/checksum.h"

namespace lightlda {
namespace {

using Row = std::vector<TopicCount>;

Row GetRow(const WordTopicTable& table, WordId word) {
  Row row;
  table.GetRow(word, &row);
  return row;
}

TEST_CASE("rows of a table are empty until set and replaced as a whole", "[table]") {
  WordTopicTable table(3, 100);
  CHECK(table.num_words() == 3);
  CHECK(table.num_topics() == 100);
  CHECK(GetRow(table, 1).empty());
  CHECK(table.PackedBytes() == 0);
  const Row first = {{0, 5}, {99, 1}};
  table.SetRow(1, first);
  CHECK(GetRow(table, 1) == first);
  CHECK(GetRow(table, 0).empty());
  const Row second = {{4, 1000000}};
  table.SetRow(1, second);
  CHECK(GetRow(table, 1) == second);
  CHECK(table.PackedBytes() == table.PackedRow(1).size());
  table.SetRow(1, {});
  CHECK(GetRow(table, 1).empty());
  CHECK(table.PackedBytes() == 0);
}

TEST_CASE("the hash of a table is XXH3 over its entries in word order", "[table]") {
  WordTopicTable table(3, 100);
  table.SetRow(2, Row{{7, 9}});
  table.SetRow(0, Row{{1, 2}, {3, 4}});
  const std::uint32_t triples[] = {0, 1, 2, 0, 3, 4, 2, 7, 9};
  CHECK(table.Hash() == Checksum(std::as_bytes(std::span(triples))));
  // The history of a row leaves no trace.
  table.SetRow(1, Row{{50, 1}});
  CHECK(table.Hash() != Checksum(std::as_bytes(std::span(triples))));
  table.SetRow(1, {});
  CHECK(table.Hash() == Checksum(std::as_bytes(std::span(triples))));
}

TEST_CASE("threads may set the rows of different words at the same time", "[table]") {
  constexpr std::size_t kWords = 2000;
  constexpr std::uint32_t kTopics = 50;
  const auto expected = [](WordId word, std::uint32_t round) {
    Row row;
    for (TopicId topic = word % 7; topic < kTopics; topic += 1 + word % 11) {
      row.push_back({topic, 1 + word * round});
    }
    return row;
  };
  WordTopicTable table(kWords, kTopics);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint32_t round = 0; round < 5; ++round) {
        for (std::size_t word = thread; word < kWords; word += 4) {
          table.SetRow(static_cast<WordId>(word), expected(static_cast<WordId>(word), round));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (WordId word = 0; word < kWords; ++word) REQUIRE(GetRow(table, word) == expected(word, 4));
}

}  // namespace
}  // namespace lightlda
