// One document or many, one thread or many: the same numbers; what is asked wrongly is refused.
#include <catch2/catch.hpp>
#include <limits>
#include <numeric>
#include <vector>

#include "lightlda/infer.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::SampleModel;

constexpr std::uint32_t kTopics = 5;

// Sample documents as one list of words, with where each begins.
struct Batch {
  std::vector<std::uint64_t> begins = {0};
  std::vector<WordId> words;
};
Batch SampleBatch() {
  Batch batch;
  for (const auto& document : testing::SampleDocuments(60, 30)) {
    batch.words.insert(batch.words.end(), document.words.begin(), document.words.end());
    batch.begins.push_back(batch.words.size());
  }
  return batch;
}

TEST_CASE("a document has the same theta alone and among others, for any threads", "[infer]") {
  SampleModel sample(kTopics);
  const Inferencer inferencer = Must(Inferencer::Create(Must(Model::Load(sample.path()))));
  const Batch batch = SampleBatch();
  std::vector<double> theta(60 * kTopics);
  Must(inferencer.Infer(batch.begins, batch.words, std::span(theta), 1));
  for (const int threads : {0, 2, 4, 7}) {
    std::vector<double> again(theta.size());
    Must(inferencer.Infer(batch.begins, batch.words, std::span(again), threads));
    CHECK(again == theta);
    std::vector<float> rounded(theta.size());
    Must(inferencer.Infer(batch.begins, batch.words, std::span(rounded), threads));
    CHECK(std::ranges::equal(rounded, theta, {}, {}, [](double x) { return float(x); }));
  }
  for (std::size_t d = 0; d < 60; ++d) {
    std::vector<WordId> words(
        batch.words.begin() + static_cast<std::ptrdiff_t>(batch.begins[d]),
        batch.words.begin() + static_cast<std::ptrdiff_t>(batch.begins[d + 1]));
    std::ranges::reverse(words);
    std::vector<double> alone(kTopics);
    Must(inferencer.Infer(words, alone));
    CHECK(std::equal(alone.begin(), alone.end(),
                     theta.begin() + static_cast<std::ptrdiff_t>(d * kTopics)));
  }
}

TEST_CASE("a token's topic is the most probable one", "[infer]") {
  SampleModel sample(kTopics);
  const Model model = Must(Model::Load(sample.path()));
  const Inferencer inferencer = Must(Inferencer::Create(model));
  std::vector<WordId> words(30);
  std::iota(words.begin(), words.end(), 0);
  const std::vector<double> theta = {0.4, 0.25, 0.2, 0.1, 0.05};
  std::vector<TopicId> topics(words.size());
  Must(inferencer.AssignTopics(words, theta, topics));
  for (const WordId word : words) {
    std::vector<double> joint(kTopics);
    for (TopicId k = 0; k < kTopics; ++k) joint[k] = theta[k] * model.Probability(k, 0);
    for (const auto& [topic, count] : model.WordRow(word)) {
      joint[topic] = theta[topic] * model.Probability(topic, count);
    }
    CHECK(joint[topics[word]] == Approx(*std::ranges::max_element(joint)).epsilon(1e-5));
  }
}

TEST_CASE("what is asked wrongly is refused, naming the field", "[infer]") {
  SampleModel sample(kTopics);
  const Inferencer inferencer = Must(Inferencer::Create(Must(Model::Load(sample.path()))));
  std::vector<double> theta(kTopics);
  const auto refused = [](const Status& status, const std::string& text) {
    CHECK(status.code() == StatusCode::kUsage);
    CHECK_THAT(status.message(), Catch::Contains(text));
  };
  refused(inferencer.Infer(std::vector<WordId>{30}, theta),
          "`words`: expected ids below 30, found 30");
  std::vector<double> small(kTopics - 1);
  refused(inferencer.Infer(std::vector<WordId>{1}, small), "`theta`: expected 5 numbers, found 4");
  const std::vector<WordId> words = {1, 2, 3};
  for (const std::vector<std::uint64_t>& begins : std::vector<std::vector<std::uint64_t>>{
           {}, {0, 2}, {1, 3}, {0, 4}, {0, std::numeric_limits<std::uint64_t>::max(), 3}}) {
    std::vector<double> many(begins.empty() ? 0 : (begins.size() - 1) * kTopics);
    refused(inferencer.Infer(begins, words, std::span(many)), "`begins`");
  }
  std::vector<TopicId> topics(2);
  refused(inferencer.AssignTopics(words, theta, topics), "`topics`: expected 3");
}

}  // namespace
}  // namespace lightlda
