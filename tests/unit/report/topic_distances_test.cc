// Distances of topics, against their definitions. The hierarchies are made of them, too.
#include "report/topic_distances.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("topics are as far apart as their words differ", "[topic_distances]") {
  const std::vector<std::uint64_t> begins = {0, 2, 3, 4};
  const std::vector<TopicId> topics = {0, 1, 0, 1};
  const std::vector<std::uint32_t> counts = {50, 40, 5, 20};
  ModelTables tables;
  tables.words = {"both", "left", "right"};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.1, 0.1, 0.1, 0.1};
  const auto model = Model::FromTables(tables);
  REQUIRE(model.ok());
  Distances distances = TopicDistancesByWords(model.value());
  CHECK(distances(0, 1) == Approx(std::sqrt(1 - std::sqrt(50.0 / 55 * 40 / 60))).epsilon(1e-12));
  CHECK(distances(0, 2) == 1);  // topics 2 and 3 have no tokens
  CHECK(distances(2, 3) == 0);
}

TEST_CASE("topics are near each other that occur with the same ones", "[topic_distances]") {
  TopicCooccurrence together;
  together.num_documents = 1000;
  together.documents = {100, 100, 100, 10};
  // 2 documents are too few to count, though far more than chance.
  together.pairs = {{0, 2, 50, 0}, {1, 2, 40, 0}, {0, 3, 2, 0}};
  Distances distances = TopicDistancesByDocuments(together);
  const double a = std::log(50 * 1000.0 / (100 * 100));
  const double b = std::log(40 * 1000.0 / (100 * 100));
  // Rows: 0 = (a, 0, a), 1 = (0, b, b), 2 = (a, b, a), the diagonal being the largest of the row.
  const double cosine_01 = a * b / (std::sqrt(2 * a * a) * std::sqrt(2 * b * b));
  const double cosine_02 = (a * a + a * a) / (std::sqrt(2 * a * a) * std::sqrt(2 * a * a + b * b));
  CHECK(distances(0, 1) == Approx(std::sqrt(1 - cosine_01)).epsilon(1e-12));
  CHECK(distances(0, 2) == Approx(std::sqrt(1 - cosine_02)).epsilon(1e-12));
  CHECK(distances(0, 3) == 1);
}

}  // namespace
}  // namespace lightlda
