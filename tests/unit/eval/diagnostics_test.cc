// Diagnostics of a model with documents, by their definitions, and of one without.
#include "lightlda/diagnostics.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "lightlda/evaluate.h"
#include "unit/eval/table_models.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::ModelOf;
using testing::SampleModel;

TEST_CASE("what documents tell of a topic", "[diagnostics]") {
  for (const int active_level : {0, 2}) {
    SampleModel sample(5, active_level);
    const auto model = Model::Load(sample.path());
    REQUIRE(model.ok());
    struct Expected {
      Count documents = 0, documents_1 = 0, documents_5 = 0, rank1 = 0;
      double entropy = 0;
    };
    std::vector<Expected> expected(5);
    const auto documents = DocumentTopics::Read(model.value(), sample.corpus());
    REQUIRE(documents.ok());
    for (std::size_t row = 0; row < documents.value().num_documents(); ++row) {
      std::vector<double> theta(5);
      documents.value().FillRow(row, theta);
      const CsrView counts = documents.value().counts();
      std::map<TopicId, std::uint32_t> of_document;
      for (auto i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
        of_document[counts.topics[i]] = counts.counts[i];
      }
      TopicId best = Model::kNoTopic;
      for (const auto& [topic, count] : of_document) {
        ++expected[topic].documents;
        expected[topic].documents_1 += theta[topic] >= 0.01;
        expected[topic].documents_5 += theta[topic] >= 0.05;
        const double share = count / static_cast<double>(model.value().topic_totals()[topic]);
        expected[topic].entropy -= share * std::log(share);
        if (best == Model::kNoTopic || count > of_document[best]) best = topic;
      }
      if (best != Model::kNoTopic) ++expected[best].rank1;
    }
    const auto found = DiagnoseTopics(model.value(), &sample.corpus());
    REQUIRE(found.ok());
    CHECK(found.value().documents.inactive == documents.value().num_inactive());
    for (TopicId topic = 0; topic < 5; ++topic) {
      const TopicDiagnostics& of_topic = found.value().topics[topic];
      CHECK(of_topic.documents == expected[topic].documents);
      CHECK(of_topic.documents_1 == expected[topic].documents_1);
      CHECK(of_topic.documents_5 == expected[topic].documents_5);
      CHECK(of_topic.rank1_documents == expected[topic].rank1);
      CHECK(*of_topic.document_entropy == Approx(expected[topic].entropy).margin(1e-12));
      CHECK(of_topic.coherence_umass);
      CHECK_FALSE(of_topic.coherence_npmi);  // bags of words
    }
  }
}

TEST_CASE("what the table alone tells of a topic", "[diagnostics]") {
  const Model model = ModelOf({"a", "b", "c", "d"}, {{3, 1, 0, 0}, {1, 1, 6, 0}, {0, 0, 0, 0}});
  const auto found = DiagnoseTopics(model, nullptr, {.top_words = 2});
  REQUIRE(found.ok());
  const TopicDiagnostics& first = found.value().topics[0];
  CHECK(first.tokens == 4);
  CHECK(first.share == Approx(4 / 12.0));
  CHECK(*first.effective_words == Approx(1 / (0.75 * 0.75 + 0.25 * 0.25)));
  CHECK(*first.uniform_distance == Approx(0.75 * std::log(3) + 0.25 * std::log(1)));
  CHECK(*first.corpus_distance ==
        Approx(0.75 * std::log(0.75 * 12 / 4) + 0.25 * std::log(0.25 * 12 / 2)));
  const auto share_of = [&](std::uint32_t count, std::uint32_t other) {
    const double own = model.Probability(0, count);
    return own / (own + model.Probability(1, other) + model.Probability(2, 0));
  };
  CHECK(*first.exclusivity == Approx((share_of(3, 1) + share_of(1, 1)) / 2));
  CHECK(first.alpha == model.alpha()[0]);
  CHECK_FALSE(first.documents);
  CHECK_FALSE(first.coherence_umass);
  const TopicDiagnostics& empty = found.value().topics[2];
  CHECK(empty.tokens == 0);
  CHECK(empty.share == 0);
  CHECK_FALSE(empty.effective_words);
  CHECK_FALSE(empty.exclusivity);
  CHECK(DiagnoseTopics(model, nullptr, {.top_words = 1}).status().code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
