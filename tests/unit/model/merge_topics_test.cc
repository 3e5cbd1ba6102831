// Merged topics have the counts and alpha of all that went into them.
#include "lightlda/merge_topics.h"

#include <catch2/catch.hpp>

#include "unit/eval/table_models.h"

namespace lightlda {
namespace {

using testing::Counts;
using testing::ModelOf;

using Groups = std::vector<std::vector<TopicId>>;

TEST_CASE("counts and alpha of merged topics add up, numbers close up", "[merge_topics]") {
  const Counts counts = {{1, 0, 2}, {0, 4, 0}, {8, 0, 0}, {0, 16, 32}, {0, 0, 0}};
  const Model model = ModelOf({"a", "b", "c"}, counts, 0.05);
  const auto merged = MergeTopics(model, Groups{{3, 1}, {4, 2}});
  REQUIRE(merged.ok());
  const Model& now = merged.value().model;
  CHECK(merged.value().new_topics == std::vector<TopicId>{0, 1, 2, 1, 2});
  CHECK(now.num_topics() == 3);
  CHECK(now.beta() == 0.05);
  CHECK(now.text_pipeline() == model.text_pipeline());
  CHECK(now.WordRow(0) == std::vector<TopicCount>{{0, 1}, {2, 8}});
  CHECK(now.WordRow(1) == std::vector<TopicCount>{{1, 20}});
  CHECK(now.WordRow(2) == std::vector<TopicCount>{{0, 2}, {1, 32}});
  CHECK(now.alpha()[1] == Approx(model.alpha()[1] + model.alpha()[3]));
  CHECK(now.alpha()[2] == Approx(model.alpha()[2] + model.alpha()[4]));
  CHECK(now.num_tokens() == model.num_tokens());
}

TEST_CASE("groups that make no sense are refused", "[merge_topics]") {
  const Model model = ModelOf({"a"}, {{1}, {1}, {1}});
  for (const Groups& groups :
       std::vector<Groups>{{{0}}, {{}}, {{0, 3}}, {{0, 0}}, {{0, 1}, {1, 2}}}) {
    const auto merged = MergeTopics(model, groups);
    CHECK(merged.status().code() == StatusCode::kUsage);
    CHECK(merged.status().message().find("`topics`") == 0);
  }
}

TEST_CASE("a word with more tokens than a count holds is refused", "[merge_topics]") {
  const Model model = ModelOf({"a"}, {{4000000000u}, {400000000u}});
  CHECK(MergeTopics(model, Groups{{0, 1}}).status().code() == StatusCode::kBadInput);
}

}  // namespace
}  // namespace lightlda
