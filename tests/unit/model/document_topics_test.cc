// Theta and its counts are those of the tokens' topics, documents in input order.
#include "lightlda/document_topics.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::SampleModel;

constexpr std::uint32_t kTopics = 5;

// The topics of every token of every document with topics, by index in the input.
std::map<DocId, std::vector<TopicId>> TopicsByDocument(SampleModel& sample, int active_level) {
  std::map<DocId, std::vector<TopicId>> topics;
  for (std::size_t b = 0; b < sample.corpus().blocks().size(); ++b) {
    const auto block = Must(sample.corpus().OpenBlock(b));
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      if (block->levels[d] < active_level) continue;
      auto& of_document = topics[block->document_index[d]];
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        of_document.push_back(sample.state().topics(b)[block->positions[i]]);
      }
    }
  }
  return topics;
}

TEST_CASE("a visit shows each document's name, words and topics in its own order", "[model]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  const auto input = testing::SampleDocuments(60, 30);
  const auto topics = TopicsByDocument(sample, 0);
  DocId next = 0;
  const auto visited =
      Must(VisitDocuments(model, sample.corpus(), [&](const AssignedDocument& document) {
        REQUIRE(document.document == next++);
        CHECK(document.name == input[document.document].name);
        CHECK(std::ranges::equal(document.words, input[document.document].words));
        CHECK(std::ranges::equal(document.topics, topics.at(document.document)));
        return Status();
      }));
  CHECK(visited.visited == 60);
  CHECK(visited.inactive == 0);
  REQUIRE(sample.corpus().blocks().size() > 2);
}

TEST_CASE("a visitor's failure ends the visits and is returned", "[model]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  int visits = 0;
  const auto visited = VisitDocuments(model, sample.corpus(), [&](const AssignedDocument&) {
    return ++visits < 3 ? Status() : Status::Failure("enough");
  });
  CHECK(visits == 3);
  CHECK(visited.status().message() == "enough");
}

TEST_CASE("theta is (n_dk + alpha_k) / (n_d + alpha_sum), one row per document of the input",
          "[model]") {
  SampleModel sample(kTopics);
  sample.state().snapshot().priors.alpha = {0.1, 0.2, 0.3, 0.4, 0.5};
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  const Model model = Must(Model::Load(sample.path()));
  const auto expected = TopicsByDocument(sample, 0);
  const DocumentTopics topics = Must(DocumentTopics::Read(model, sample.corpus()));
  REQUIRE(topics.num_documents() == 60);
  REQUIRE(topics.num_topics() == kTopics);
  CHECK(topics.num_inactive() == 0);
  std::vector<double> theta(60 * kTopics);
  std::vector<float> narrow(60 * kTopics);
  topics.FillTheta(theta);
  topics.FillTheta(narrow);
  const CsrView counts = topics.counts();
  REQUIRE(counts.num_rows() == 60);
  for (std::size_t row = 0; row < 60; ++row) {
    CHECK(topics.documents()[row] == row);
    CHECK(topics.names()[row] == "doc-" + std::to_string(row));
    const auto& tokens = expected.at(row);
    CHECK(topics.lengths()[row] == tokens.size());
    std::uint64_t at = counts.begins[row];
    std::vector<double> one(kTopics);
    topics.FillRow(row, one);
    double sum = 0;
    for (TopicId topic = 0; topic < kTopics; ++topic) {
      const auto count = static_cast<std::uint32_t>(std::ranges::count(tokens, topic));
      if (count > 0) {
        REQUIRE(at < counts.begins[row + 1]);
        CHECK(counts.topics[at] == topic);
        CHECK(counts.counts[at++] == count);
      }
      const double wanted =
          (count + 0.1 * (topic + 1)) / (static_cast<double>(tokens.size()) + 1.5);
      CHECK(theta[row * kTopics + topic] == Approx(wanted).epsilon(1e-14));
      CHECK(narrow[row * kTopics + topic] == static_cast<float>(theta[row * kTopics + topic]));
      CHECK(one[topic] == theta[row * kTopics + topic]);
      sum += theta[row * kTopics + topic];
    }
    CHECK(at == counts.begins[row + 1]);
    CHECK(sum == Approx(1.0).epsilon(1e-14));
  }
}

TEST_CASE("the documents of the blocks one by one are those of the corpus", "[model]") {
  SampleModel sample(kTopics, /*active_level=*/1);
  const Model model = Must(Model::Load(sample.path()));
  const DocumentTopics all = Must(DocumentTopics::Read(model, sample.corpus()));
  std::vector<DocId> documents;
  std::vector<std::uint32_t> counts;
  Count inactive = 0;
  for (std::size_t b = 0; b < sample.corpus().blocks().size(); ++b) {
    const DocumentTopics block = Must(DocumentTopics::ReadBlock(model, sample.corpus(), b));
    documents.insert(documents.end(), block.documents().begin(), block.documents().end());
    counts.insert(counts.end(), block.counts().counts.begin(), block.counts().counts.end());
    inactive += block.num_inactive();
  }
  CHECK(std::ranges::equal(all.documents(), documents));
  CHECK(std::ranges::equal(all.counts().counts, counts));
  CHECK(all.num_inactive() == inactive);
}

TEST_CASE("documents without topics yet are left out of theta and counted", "[model]") {
  SampleModel sample(kTopics, /*active_level=*/2);
  const Model model = Must(Model::Load(sample.path()));
  const auto expected = TopicsByDocument(sample, 2);
  const DocumentTopics topics = Must(DocumentTopics::Read(model, sample.corpus()));
  std::vector<DocId> active;
  for (const auto& [document, tokens] : expected) active.push_back(document);
  CHECK(std::ranges::equal(topics.documents(), active));
  CHECK(topics.num_inactive() == static_cast<Count>(60 - active.size()));
  CHECK(topics.num_inactive() > 0);
}

TEST_CASE("the most probable topics of a document are those that reach the cut, in order",
          "[model]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  const DocumentTopics topics = Must(DocumentTopics::Read(model, sample.corpus()));
  for (const double cut : {0.0, 0.004, 0.05, 0.3, 1.0}) {
    for (std::size_t row = 0; row < topics.num_documents(); ++row) {
      std::vector<double> theta(kTopics);
      topics.FillRow(row, theta);
      std::vector<TopicId> wanted;
      for (TopicId topic = 0; topic < kTopics; ++topic) {
        if (theta[topic] >= cut) wanted.push_back(topic);
      }
      std::ranges::stable_sort(wanted, [&](TopicId a, TopicId b) { return theta[a] > theta[b]; });
      std::vector<TopicId> found;
      for (const TopicShare& share : topics.AtLeast(row, cut)) {
        CHECK(share.probability == theta[share.topic]);
        CHECK(topics.Probability(row, share.topic, share.count) == share.probability);
        found.push_back(share.topic);
      }
      CHECK(found == wanted);
    }
  }
}

TEST_CASE("a topic that is exactly as probable as the cut is among the most probable", "[model]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  const DocumentTopics topics = Must(DocumentTopics::Read(model, sample.corpus()));
  for (std::size_t row = 0; row < topics.num_documents(); ++row) {
    std::vector<double> theta(kTopics);
    topics.FillRow(row, theta);
    for (const double cut : theta) {
      const auto wanted = std::ranges::count_if(theta, [&](double share) { return share >= cut; });
      CHECK(topics.AtLeast(row, cut).size() == static_cast<std::size_t>(wanted));
    }
  }
}

TEST_CASE("the documents of another corpus are refused", "[model]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  const Corpus other = testing::MakeCorpus(sample.dir().File("other"), testing::SampleWords(30),
                                           testing::SampleDocuments(61, 30));
  CHECK(DocumentTopics::Read(model, other).status().code() == StatusCode::kBadInput);
}

}  // namespace
}  // namespace lightlda
