// labels.json is read as it was written, and labels follow the topics of their model.
#include "lightlda/labels.h"

#include <catch2/catch.hpp>

#include "test_util.h"
#include "unit/eval/table_models.h"

namespace lightlda {
namespace {

using testing::Counts;
using testing::ModelOf;
using testing::Must;
using testing::NumberedNames;
using testing::RandomCounts;
using testing::TempDir;
using testing::WriteText;

TEST_CASE("labels are read as they were written", "[labels]") {
  const TempDir dir;
  const auto none = ReadLabels(dir.File("."));
  REQUIRE(none.ok());
  CHECK(none.value().model_hash.empty());
  TopicLabels labels;
  labels.model_hash = "0123456789abcdef";
  labels.carried_from = "fedcba9876543210";
  labels.labels = {{0, "zero, \"one\"\n"}, {12, "größer"}};
  labels.hidden = {3, 7};
  labels.notes = {{12, "see there"}};
  Must(WriteLabels(dir.File("."), labels));
  const auto read = ReadLabels(dir.File("."));
  REQUIRE(read.ok());
  CHECK(read.value().model_hash == labels.model_hash);
  CHECK(read.value().carried_from == labels.carried_from);
  CHECK(read.value().labels == labels.labels);
  CHECK(read.value().hidden == labels.hidden);
  CHECK(read.value().notes == labels.notes);
  labels.labels[1] = "\xff";
  CHECK(WriteLabels(dir.File("."), labels).code() == StatusCode::kBadInput);
}

TEST_CASE("a file of labels that is not one is refused by name", "[labels]") {
  const TempDir dir;
  for (const char* text :
       {"", "[]", "{", "{}", R"({"model_hash":1})", R"({"model_hash":"a","labels":[]})",
        R"({"model_hash":"a","labels":{"-1":"x"}})", R"({"model_hash":"a","labels":{"1 ":"x"}})",
        R"({"model_hash":"a","labels":{"1":null}})", R"({"model_hash":"a","hidden":{}})",
        R"({"model_hash":"a","hidden":[1.5]})", R"({"model_hash":"a","notes":"x"})",
        R"({"model_hash":"a","hidden":[99999999999]})", R"({"model_hash":"a","more":1})"}) {
    WriteText(dir.File("labels.json"), text);
    const auto read = ReadLabels(dir.File("."));
    INFO(text);
    CHECK(read.status().code() == StatusCode::kBadInput);
    CHECK(read.status().message().find("labels.json") != std::string::npos);
  }
}

TEST_CASE("labels are bound to a model", "[labels]") {
  const Model model = ModelOf({"a", "b"}, {{1, 2}, {3, 0}});
  TopicLabels labels;
  labels.model_hash = model.model_hash();
  labels.labels = {{1, "one"}};
  CHECK(CheckLabels(labels, model).ok());
  labels.notes = {{2, "beyond"}};
  CHECK(CheckLabels(labels, model).code() == StatusCode::kBadInput);
  labels.notes.clear();
  labels.hidden = {2};
  CHECK(CheckLabels(labels, model).code() == StatusCode::kBadInput);
  labels.hidden.clear();
  labels.model_hash = ModelOf({"a", "b"}, {{1, 2}, {2, 0}}).model_hash();
  CHECK(CheckLabels(labels, model).code() == StatusCode::kBadInput);
}

TEST_CASE("labels go with their topics to another model", "[labels]") {
  const Counts counts = RandomCounts(4, 40, 6);
  const Model old = ModelOf(NumberedNames(40), counts);
  const Model model = ModelOf(NumberedNames(40), {counts[3], counts[0], counts[2]});
  const auto comparison = CompareModels(model, old);
  REQUIRE(comparison.ok());
  TopicLabels labels;
  labels.model_hash = old.model_hash();
  labels.labels = {{0, "zero"}, {1, "one"}, {3, "three"}};
  labels.hidden = {1, 2};
  labels.notes = {{3, "note"}};
  std::size_t num_lost = 0;
  const TopicLabels carried =
      CarryLabels(labels, comparison.value(), model.model_hash(), &num_lost);
  CHECK(carried.model_hash == model.model_hash());
  CHECK(carried.carried_from == old.model_hash());
  CHECK(carried.labels == std::map<TopicId, std::string>{{0, "three"}, {1, "zero"}});
  CHECK(carried.hidden == std::set<TopicId>{2});
  CHECK(carried.notes == std::map<TopicId, std::string>{{0, "note"}});
  CHECK(num_lost == 1);
}

}  // namespace
}  // namespace lightlda
