#include "sampler/topic_counter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

// Adds to the row as asked and to a map beside it, and compares the two.
class Checked {
 public:
  explicit Checked(std::uint32_t num_topics) : row_(num_topics) {}

  void Add(TopicId topic, std::int32_t amount) {
    row_.Add(topic, amount);
    expected_[topic] += amount;
    touched_.insert(topic);
  }
  void Add(const std::vector<TopicId>& topics) {
    row_.Add(topics);
    for (const TopicId topic : topics) ++expected_[topic];
    touched_.insert(topics.begin(), topics.end());
  }
  void Count(const std::vector<TopicId>& topics) {
    row_.Start(static_cast<std::int64_t>(topics.size()));
    Add(topics);
    row_.Finish();
  }
  void AddMore(const std::vector<TopicId>& topics) {
    Add(topics);
    row_.Finish();
  }
  void Move(TopicId from, TopicId to) {
    const lightlda::Move move = {from, to};
    row_.Apply({&move, 1});
    --expected_[from];
    ++expected_[to];
    touched_.insert(to);
  }
  void Set(const std::vector<TopicCount>& row) {
    row_.Set(row);
    for (const TopicCount& entry : row) {
      expected_[entry.topic] = static_cast<std::int32_t>(entry.count);
      touched_.insert(entry.topic);
    }
  }
  void AddMoves(const std::vector<lightlda::Move>& moves) {
    row_.AddMoves(moves);
    for (const lightlda::Move& move : moves) {
      --expected_[move.from];
      ++expected_[move.to];
      touched_.insert({move.from, move.to});
    }
  }
  void CheckRow() {
    std::erase_if(expected_, [](const auto& entry) { return entry.second == 0; });
    std::vector<std::pair<TopicId, std::int32_t>> found;
    row_.ForEach([&](TopicId topic, std::int32_t count) { found.emplace_back(topic, count); });
    const auto sorted = row_.SortedTopics();
    CHECK(std::adjacent_find(sorted.begin(), sorted.end(), std::greater_equal<>()) == sorted.end());
    CHECK(std::includes(touched_.begin(), touched_.end(), sorted.begin(), sorted.end()));
    CHECK(found ==
          std::vector<std::pair<TopicId, std::int32_t>>(expected_.begin(), expected_.end()));
  }
  void Clear() {
    row_.Clear();
    expected_.clear();
    touched_.clear();
  }

 private:
  TopicCounter row_;
  std::map<TopicId, std::int32_t> expected_;
  std::set<TopicId> touched_;  // since the last Clear
};

TEST_CASE("a row scratch lists its non-zero counts in order and clears them", "[sampler]") {
  std::mt19937 random(3);
  for (const std::uint32_t num_topics : {2u, 63u, 64u, 65u, 4096u, 4097u, 1'000'000u}) {
    Checked row(num_topics);
    // So many tokens that the topics come dense, a few a word of the bitmap, and far apart.
    for (const int num_tokens : {200, 20, 2000, 1, 0, 200, 2000, 20, 2000}) {
      std::vector<TopicId> topics;
      for (int i = 0; i < num_tokens; ++i) topics.push_back(random() % num_topics);
      const bool announced = random() % 2 == 0;
      INFO("K " << num_topics << " tokens " << num_tokens << " announced " << announced);
      announced ? row.Count(topics) : row.Add(topics);
      row.CheckRow();
      for (int i = 0; i < num_tokens / 2; ++i)
        row.Move(topics[static_cast<std::size_t>(i)], random() % num_topics);
      row.CheckRow();
      row.AddMore(topics);
      row.CheckRow();
      row.Add(num_topics - 1, 5);  // goes on after the row was read
      row.CheckRow();
      row.Clear();
      row.CheckRow();
    }
  }
}

TEST_CASE("a row scratch that is set to a row goes on in order from there", "[sampler]") {
  Checked row(200);
  row.Add(150, 3);
  row.Clear();
  row.Set({{3, 2}, {64, 1}, {199, 70000}});
  row.CheckRow();
  row.Move(64, 65);
  row.Move(199, 0);
  row.CheckRow();
  row.Clear();
  row.Set({{7, 1}});
  row.CheckRow();
}

TEST_CASE("moves are changes of either sign where there are no tokens", "[sampler]") {
  std::mt19937 random(5);
  for (const std::uint32_t num_topics : {1u, 2u, 100u}) {
    Checked row(num_topics);
    for (const int num_moves : {0, 1, 7, 5000}) {
      std::vector<lightlda::Move> moves;
      for (int i = 0; i < num_moves; ++i) {
        moves.push_back({static_cast<TopicId>(random() % num_topics),
                         static_cast<TopicId>(random() % num_topics)});
      }
      INFO("K " << num_topics << " moves " << num_moves);
      row.AddMoves(moves);
      row.CheckRow();
    }
  }
}

TEST_CASE("a row scratch takes any number of topics that come and go", "[sampler]") {
  for (const std::uint32_t num_topics : {1u, 2u, 100u}) {
    Checked row(num_topics);
    for (int round = 0; round < 2000; ++round) {
      row.Add(0, 1);
      row.Add(num_topics - 1, 1);
      row.Add(0, -1);
      row.Add(num_topics - 1, -1);
    }
    row.CheckRow();
    std::vector<TopicId> topics(10 * num_topics);
    for (std::size_t i = 0; i < topics.size(); ++i) topics[i] = i % num_topics;
    row.Add(topics);
    INFO("K " << num_topics);
    row.CheckRow();
    row.Clear();
    row.CheckRow();
  }
}

TEST_CASE("a row scratch keeps its totals when it is cleared", "[sampler]") {
  const std::vector<float> totals = {1.5f, 2.5f, 3.5f};
  TopicCounter row(3);
  row.SetTotals(totals.data());
  row.Add(1, 7);
  CHECK(row.topics()[1].count == 7);
  row.Clear();
  for (TopicId k = 0; k < 3; ++k) {
    CHECK(row.topics()[k].count == 0);
    CHECK(row.topics()[k].total == totals[k]);
  }
}

}  // namespace
}  // namespace lightlda
