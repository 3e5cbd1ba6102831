// What an LDAvis page shows: distances by definition, words by relevance, ordered by size.
#include "exchange/ldavis_data.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::SampleModel;

Model Load(const SampleModel& sample) {
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  return std::move(model).value();
}

TEST_CASE("divergences are those of dense rows, whatever the threads", "[exchange]") {
  SampleModel sample(6);
  const Model model = Load(sample);
  const TopicRows rows(model);
  const std::vector<TopicId> order = {4, 0, 3, 1, 5, 2};
  const auto found = JensenShannon(model, rows, order, 1);
  CHECK(found == JensenShannon(model, rows, order, 3));
  const std::size_t num_words = model.num_words();
  std::vector<double> p(num_words);
  std::vector<double> q(num_words);
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK(found[i * order.size() + i] == 0);
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      rows.FillPhi(order[i], p);
      rows.FillPhi(order[j], q);
      double expected = 0;
      for (std::size_t w = 0; w < num_words; ++w) {
        const double mean = (p[w] + q[w]) / 2;
        expected += (p[w] * std::log(p[w] / mean) + q[w] * std::log(q[w] / mean)) / 2;
      }
      CHECK(found[i * order.size() + j] == Approx(expected).epsilon(1e-10));
      CHECK(found[j * order.size() + i] == found[i * order.size() + j]);
    }
  }
}

TEST_CASE("topics go by size, words by any lambda's relevance", "[exchange]") {
  SampleModel sample(4, /*active_level=*/0, /*num_documents=*/60, /*num_words=*/200);
  const Model model = Load(sample);
  const TopicRows rows(model);
  const std::vector<double> tokens = {10, 40, 20, 40};
  const LdavisData data = PrepareLdavis(model, rows, tokens, 2);
  CHECK(data.order == std::vector<TopicId>{1, 3, 2, 0});  // of equal ones the first
  CHECK(data.proportion == std::vector<double>{40.0 / 110, 40.0 / 110, 20.0 / 110, 10.0 / 110});
  REQUIRE(data.points.size() == 4);
  CHECK(data.salient.size() == kLdavisWords);
  std::vector<double> phi(200);
  for (std::size_t rank = 0; rank < data.order.size(); ++rank) {
    rows.FillPhi(data.order[rank], phi);
    const auto& words = data.words[rank];
    CHECK(words.size() >= kLdavisWords);
    // lambda = 1: the most probable are among them, with what is said of them.
    std::vector<double> sorted = phi;
    std::ranges::sort(sorted, std::greater());
    std::vector<double> listed;
    for (const LdavisWord& word : words) {
      listed.push_back(phi[word.word]);
      CHECK(word.logprob == Approx(std::log(phi[word.word])));
      CHECK(word.freq == Approx(phi[word.word] * tokens[data.order[rank]]));
    }
    std::ranges::sort(listed, std::greater());
    for (std::size_t i = 0; i < kLdavisWords; ++i) CHECK(listed[i] == sorted[i]);
  }
}

}  // namespace
}  // namespace lightlda
