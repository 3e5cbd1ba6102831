// The whole word-topic table and phi at once are what WordRow and Probability say one by one.
#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include "lightlda/model.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::SampleModel;

std::vector<TopicCount> RowOf(const CsrView& table, std::size_t row) {
  std::vector<TopicCount> entries;
  for (auto i = table.begins[row]; i < table.begins[row + 1]; ++i) {
    entries.push_back({table.topics[i], table.counts[i]});
  }
  return entries;
}

TEST_CASE("the table as one sparse matrix has the rows of WordRow, and stays where it is",
          "[model]") {
  SampleModel sample(5);
  Model model = Must(Model::Load(sample.path()));
  const CsrView table = model.WordTopic();
  const Model moved = std::move(model);
  REQUIRE(table.num_rows() == moved.num_words());
  CHECK(table.begins.front() == 0);
  CHECK(table.begins.back() == static_cast<std::uint64_t>(moved.num_entries()));
  CHECK(table.topics.size() == table.begins.back());
  CHECK(table.counts.size() == table.begins.back());
  for (WordId word = 0; word < moved.num_words(); ++word) {
    CHECK(RowOf(table, word) == moved.WordRow(word));
  }
  CHECK(moved.WordTopic().topics.data() == table.topics.data());
}

TEST_CASE("threads that ask for the table first all get the same one", "[model]") {
  SampleModel sample(5, 0, 2000, 300);
  const Model model = Must(Model::Load(sample.path()));
  std::vector<const TopicId*> seen(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    threads.emplace_back([&, i] { seen[i] = model.WordTopic().topics.data(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const TopicId* topics : seen) CHECK(topics == seen[0]);
}

TEST_CASE("phi of all topics and words is that of each, and each topic's adds up to 1", "[model]") {
  SampleModel sample(7, 0, 500, 1000);  // 1000 words: several of a thread's portions
  const Model model = Must(Model::Load(sample.path()));
  const std::size_t num_words = model.num_words();
  std::vector<double> phi(model.num_topics() * num_words, -1.0);
  std::vector<float> narrow(phi.size(), -1.0f);
  for (const int threads : {1, 3}) {
    model.FillPhi(phi, threads);
    model.FillPhi(narrow, threads);
    std::vector<double> expected;
    for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
      expected.insert(expected.end(), num_words, model.Probability(topic, 0));
    }
    for (WordId word = 0; word < num_words; ++word) {
      for (const TopicCount& entry : model.WordRow(word)) {
        expected[entry.topic * num_words + word] = model.Probability(entry.topic, entry.count);
      }
    }
    CHECK(phi == expected);
    for (std::size_t i = 0; i < phi.size(); ++i) {
      REQUIRE(narrow[i] == static_cast<float>(phi[i]));
    }
    for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
      const auto begin = phi.begin() + static_cast<std::ptrdiff_t>(topic * num_words);
      const double sum =
          std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(num_words), 0.0);
      CHECK(std::abs(sum - 1.0) < 1e-12);
    }
  }
}

}  // namespace
}  // namespace lightlda
