// The map of topics, of models in memory. tests/cli/scenario_report.py has one of documents.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "lightlda/report.h"

namespace lightlda {
namespace {

// Topics 4 i to 4 i + 3 share the words 6 i to 6 i + 5; topic k has k + 1 times as many tokens.
Model GroupedModel(std::uint32_t num_topics) {
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  ModelTables tables;
  const std::uint32_t num_groups = (num_topics + 3) / 4;
  for (std::uint32_t word = 0; word < 6 * num_groups; ++word) {
    for (std::uint32_t k = word / 6 * 4; k < std::min(num_topics, word / 6 * 4 + 4); ++k) {
      topics.push_back(k);
      counts.push_back((k + 1) * (1 + (word + k) % 5));
    }
    begins.push_back(topics.size());
    tables.words.push_back("word" + std::to_string(word));
  }
  tables.word_topic = {begins, topics, counts};
  tables.alpha.assign(num_topics, 0.1);
  auto model = Model::FromTables(tables);
  REQUIRE(model.ok());
  return std::move(model).value();
}

TopicMap MapOf(const Model& model, int num_threads = 2) {
  auto map = MapTopics(model, nullptr, num_threads);
  REQUIRE(map.ok());
  return std::move(map).value();
}

TEST_CASE("circles are in the frame, do not overlap, and their areas are in proportion to tokens",
          "[topic_map]") {
  const Model model = GroupedModel(60);
  const TopicMap map = MapOf(model);
  CHECK_FALSE(map.by_documents);
  REQUIRE(map.places.size() == 60);
  for (std::size_t b = 0; b < 60; ++b) {
    const TopicPlace& place = map.places[b];
    CHECK(place.x - place.radius >= -1e-9);
    CHECK(place.x + place.radius <= 1.1 + 1e-9);
    CHECK(place.y - place.radius >= -1e-9);
    CHECK(place.y + place.radius <= 1 + 1e-9);
    for (std::size_t a = 0; a < b; ++a) {
      const double distance = std::hypot(place.x - map.places[a].x, place.y - map.places[a].y);
      CHECK(distance >= place.radius + map.places[a].radius);
    }
  }
  const auto area = [&](std::size_t k) { return std::pow(map.places[k].radius, 2); };
  const auto tokens = [&](std::size_t k) { return static_cast<double>(model.topic_totals()[k]); };
  CHECK(area(59) / area(20) == Approx(tokens(59) / tokens(20)));
}

TEST_CASE("topics of the same words are near each other", "[topic_map]") {
  const TopicMap map = MapOf(GroupedModel(80));
  std::size_t same = 0;
  for (std::size_t k = 0; k < 80; ++k) {
    std::size_t nearest = 0;
    double least = 1e9;
    for (std::size_t other = 0; other < 80; ++other) {
      const double distance =
          std::hypot(map.places[k].x - map.places[other].x, map.places[k].y - map.places[other].y);
      if (other == k || distance >= least) continue;
      nearest = other;
      least = distance;
    }
    same += nearest / 4 == k / 4;
  }
  CHECK(same >= 70);
}

TEST_CASE("clusters are sqrt(K) / 1.3 and the order has every topic once", "[topic_map]") {
  const TopicMap map = MapOf(GroupedModel(64));
  CHECK(*std::ranges::max_element(map.clusters) + 1 == 6);
  std::vector<TopicId> sorted = map.order;
  std::ranges::sort(sorted);
  std::vector<TopicId> all(64);
  std::iota(all.begin(), all.end(), TopicId{0});
  CHECK(sorted == all);
  // Clusters are one after the other in it.
  std::size_t changes = 0;
  for (std::size_t i = 1; i < 64; ++i) {
    changes += map.clusters[map.order[i]] != map.clusters[map.order[i - 1]];
  }
  CHECK(changes == 5);
}

TEST_CASE("threads do not change the map", "[topic_map]") {
  const Model model = GroupedModel(40);
  const TopicMap one = MapOf(model, 1);
  const TopicMap three = MapOf(model, 3);
  for (std::size_t k = 0; k < 40; ++k) {
    CHECK(one.places[k].x == three.places[k].x);
    CHECK(one.places[k].y == three.places[k].y);
  }
  CHECK(one.clusters == three.clusters);
}

TEST_CASE("one topic and two topics have a map, too many have none", "[topic_map]") {
  CHECK(MapOf(GroupedModel(1)).places.size() == 1);
  const TopicMap two = MapOf(GroupedModel(2));
  REQUIRE(two.places.size() == 2);
  CHECK(two.places[0].x != two.places[1].x);
  CHECK(two.clusters == std::vector<std::uint32_t>{0, 0});
  const TopicMap many = MapOf(GroupedModel(kMaxMapTopics + 1));
  CHECK(many.places.empty());
  CHECK(many.clusters.size() == kMaxMapTopics + 1);
  CHECK(many.order.size() == kMaxMapTopics + 1);
}

TEST_CASE("with at least 20 documents per topic the map is by documents", "[topic_map]") {
  const Model model = GroupedModel(12);
  TopicCooccurrence together;
  together.documents.assign(12, 30);
  together.num_documents = 20 * 12 - 1;
  auto map = MapTopics(model, &together);
  REQUIRE(map.ok());
  CHECK_FALSE(map.value().by_documents);
  together.num_documents = 20 * 12;
  map = MapTopics(model, &together);
  REQUIRE(map.ok());
  CHECK(map.value().by_documents);
}

}  // namespace
}  // namespace lightlda
