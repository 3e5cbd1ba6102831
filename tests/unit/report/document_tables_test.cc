// Tables of documents as calls of the library. tests/cli/scenario_document_tables.py recomputes
// their numbers.
#include "lightlda/document_tables.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string_view>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::SampleModel;
using Clusters = std::vector<std::uint32_t>;

Model Load(const SampleModel& sample) {
  auto model = Model::Load(sample.path(), true);
  REQUIRE(model.ok());
  return std::move(model).value();
}

TEST_CASE("a hierarchy is cut where so many clusters are left, numbered by first topics",
          "[hierarchy]") {
  // ((1 4) 2), (0 3), then all.
  const std::vector<TopicMerge> merges = {{1, 4, 1, 2}, {0, 3, 2, 2}, {2, 5, 3, 3}, {6, 7, 4, 5}};
  CHECK(CutHierarchy(merges, 5) == Clusters{0, 1, 2, 3, 4});
  CHECK(CutHierarchy(merges, 4) == Clusters{0, 1, 2, 3, 1});
  CHECK(CutHierarchy(merges, 3) == Clusters{0, 1, 2, 0, 1});
  CHECK(CutHierarchy(merges, 2) == Clusters{0, 1, 1, 0, 1});
  CHECK(CutHierarchy(merges, 1) == Clusters{0, 0, 0, 0, 0});
  CHECK(CutHierarchy({}, 1) == Clusters{0});
}

TEST_CASE("words of clusters are the best that no other cluster has", "[hierarchy]") {
  // Two topics, three words: word 0 is of both, 1 of topic 0, 2 of topic 1.
  const std::vector<std::uint64_t> begins = {0, 2, 3, 4};
  const std::vector<TopicId> topics = {0, 1, 0, 1};
  const std::vector<std::uint32_t> counts = {50, 40, 5, 20};
  ModelTables tables;
  tables.words = {"both", "left", "right"};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.1, 0.1};
  const auto model = Model::FromTables(tables);
  REQUIRE(model.ok());
  const auto words = ClusterWords(model.value(), Clusters{0, 1});
  CHECK(words == std::vector<std::vector<WordId>>{{0, 1}, {2}});
  CHECK(ClusterWords(model.value(), Clusters{0, 1}, 1) ==
        std::vector<std::vector<WordId>>{{0}, {2}});
  CHECK(ClusterWords(model.value(), Clusters{0, 0}, 2) == std::vector<std::vector<WordId>>{{0, 2}});
  const auto merges = TopicHierarchyByWords(model.value());
  REQUIRE(merges.ok());
  REQUIRE(merges.value().size() == 1);
  const double overlap = std::sqrt(50.0 / 55 * 40 / 60);
  CHECK(merges.value()[0].height == Approx(std::sqrt(1 - overlap)).epsilon(1e-12));
}

TEST_CASE("what does not go together is refused by the name of the field", "[document_tables]") {
  SampleModel sample;
  const Model model = Load(sample);
  const auto said = [](const Status& status, const char* field) {
    return status.code() == StatusCode::kUsage && status.message().find(field) == 0;
  };
  TopDocumentsOptions top;
  top.min_share = 1.5;
  CHECK(said(TopDocuments(model, sample.corpus(), top).status(), "`min_share`"));
  top = {};
  top.and_topic = 5;
  CHECK(said(TopDocuments(model, sample.corpus(), top).status(), "`and_topic`"));
  CHECK(said(CountTopicPairs(model, sample.corpus(), -1).status(), "`min_share`"));
  CHECK(said(GroupTopics(model, sample.corpus(), {}).status(), "`by`"));
  GroupOptions group;
  group.by = {"section"};
  CHECK(said(GroupTopics(model, sample.corpus(), group).status(), "`by`"));
  CHECK(said(FindDocument(sample.corpus(), "nobody").status(), "`name`"));
  CHECK(FindDocument(sample.corpus(), "doc-17").value() == 17);
}

TEST_CASE("passes that are stopped end every table", "[document_tables]") {
  SampleModel sample;
  const Model model = Load(sample);
  DocumentPass pass;
  REQUIRE(pass.stop.RequestStop());
  const auto& corpus = sample.corpus();
  CHECK(TopDocuments(model, corpus, {}, pass).status().code() == StatusCode::kCancelled);
  CHECK(CountTopicPairs(model, corpus, 0.05, pass).status().code() == StatusCode::kCancelled);
  CHECK(TopicHierarchyByDocuments(model, corpus, pass).status().code() == StatusCode::kCancelled);
  const ExportSink sink = [](std::string_view) { return Status(); };
  ExportOptions options;
  options.pass = pass;
  CHECK(ExportDocumentTopics(model, corpus, options, sink).status().code() ==
        StatusCode::kCancelled);
}

}  // namespace
}  // namespace lightlda
