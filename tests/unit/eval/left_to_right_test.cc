// Left to right: the expectation of the estimate is the sum over all assignments of topics.
#include "eval/left_to_right.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "lightlda/corpus_builder.h"
#include "lightlda/evaluate.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using Words = std::vector<WordId>;

// Three topics, unequal alpha, a word that no topic has (5).
Model ToyModel() {
  const std::vector<std::uint64_t> begins = {0, 2, 3, 5, 6, 8, 8};
  const std::vector<TopicId> topics = {0, 1, 0, 1, 2, 2, 0, 2};
  const std::vector<std::uint32_t> counts = {9, 1, 5, 7, 2, 11, 3, 3};
  ModelTables tables;
  tables.words = {"ape", "bee", "cat", "dog", "elk", "fox"};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.7, 0.2, 0.4};
  tables.beta = 0.3;
  return Must(Model::FromTables(tables));
}

// p(words) as the sum of the probabilities of all assignments, each a product of predictions with
// the topics so far.
double SumOverAssignments(const Model& model, const Words& words) {
  const std::size_t num_topics = model.num_topics();
  const double beta_sum = model.beta() * static_cast<double>(model.num_words());
  std::vector<std::vector<double>> phi(model.num_words(), std::vector<double>(num_topics));
  for (WordId word = 0; word < model.num_words(); ++word) {
    std::vector<double> counts(num_topics, 0.0);
    for (const auto& [topic, count] : model.WordRow(word)) counts[topic] = count;
    for (std::size_t k = 0; k < num_topics; ++k) {
      phi[word][k] =
          (counts[k] + model.beta()) / (static_cast<double>(model.topic_totals()[k]) + beta_sum);
    }
  }
  double alpha_sum = 0;
  for (const double alpha : model.alpha()) alpha_sum += alpha;
  double sum = 0;
  std::size_t num_assignments = 1;
  for (std::size_t i = 0; i < words.size(); ++i) num_assignments *= num_topics;
  for (std::size_t assignment = 0; assignment < num_assignments; ++assignment) {
    std::vector<double> counts(num_topics, 0.0);
    double probability = 1;
    std::size_t rest = assignment;
    for (std::size_t n = 0; n < words.size(); ++n, rest /= num_topics) {
      const std::size_t k = rest % num_topics;
      probability *=
          phi[words[n]][k] * (counts[k] + model.alpha()[k]) / (static_cast<double>(n) + alpha_sum);
      ++counts[k];
    }
    sum += probability;
  }
  return sum;
}

TEST_CASE("Left to right: the mean of many estimates is the sum over all assignments",
          "[left_to_right]") {
  const Model model = ToyModel();
  const PhiRows phi(model);
  const std::vector<Words> documents = {
      {0, 3, 0, 3}, {2, 3, 4, 2, 0}, {5, 0, 5, 3, 3}, {4}, {1, 5}};
  for (const int num_particles : {1, 2, 20}) {
    LeftToRight estimator(&phi, num_particles);
    for (const Words& words : documents) {
      const double expected = SumOverAssignments(model, words);
      const int num_estimates = 40'000 / num_particles;
      double sum = 0;
      double squares = 0;
      for (int seed = 0; seed < num_estimates; ++seed) {
        const double estimate =
            std::exp(estimator.LogLikelihood(words, static_cast<std::uint64_t>(seed)));
        sum += estimate;
        squares += estimate * estimate;
      }
      const double mean = sum / num_estimates;
      const double deviation = std::sqrt(std::max(0.0, squares / num_estimates - mean * mean));
      INFO(num_particles << " particles, document of " << words.size() << " words from "
                         << words[0]);
      CHECK(std::abs(mean - expected) <=
            4 * deviation / std::sqrt(num_estimates) + 1e-6 * expected);
    }
  }
}

TEST_CASE("Left to right: more particles, less error", "[left_to_right]") {
  const Model model = ToyModel();
  const PhiRows phi(model);
  const Words words = {0, 3, 0, 3};
  const double expected = std::log(SumOverAssignments(model, words));
  const auto error = [&](int num_particles) {
    LeftToRight estimator(&phi, num_particles);
    double squares = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      squares += std::pow(estimator.LogLikelihood(words, seed) - expected, 2);
    }
    return std::sqrt(squares / 300);
  };
  CHECK(error(200) < error(10) / 2);
}

TEST_CASE("Left to right: a document's score depends on its words and the seed alone",
          "[left_to_right]") {
  const Model model = ToyModel();
  const auto corpus_of = [](const std::vector<Words>& documents) {
    CorpusBuilder builder =
        Must(CorpusBuilder::WithVocabulary({"ape", "bee", "cat", "dog", "elk", "fox"}));
    for (const Words& words : documents) Must(builder.AddTokens("", words));
    return Must(std::move(builder).Build());
  };
  std::vector<Words> documents;
  for (WordId i = 0; i < 600; ++i) documents.push_back({i % 6, i % 5, i % 3, (i * i) % 6});
  documents.push_back({});
  HeldOutOptions options;
  options.num_threads = 1;
  const HeldOutScore one = Must(EvaluateLeftToRight(model, corpus_of(documents), options));
  options.num_threads = 3;
  const HeldOutScore three = Must(EvaluateLeftToRight(model, corpus_of(documents), options));
  CHECK(one.num_documents == 600);
  CHECK(one.num_tokens == 2400);
  CHECK(three.log_likelihood_per_token == one.log_likelihood_per_token);
  CHECK(one.perplexity == Approx(std::exp(-one.log_likelihood_per_token)));
  const auto score = [&](const Words& words) {
    return Must(EvaluateLeftToRight(model, corpus_of({words}), options)).log_likelihood_per_token *
           static_cast<double>(words.size());
  };
  double sum = 0;
  for (std::size_t d = 0; d < 600; ++d) sum += score(documents[d]);
  CHECK(sum / 2400 == Approx(one.log_likelihood_per_token).epsilon(1e-12));
  options.seed = 2;
  CHECK(score(documents[4]) != sum);
  CHECK(Must(EvaluateLeftToRight(model, corpus_of(documents), options)).log_likelihood_per_token !=
        one.log_likelihood_per_token);
  options.num_particles = 0;
  CHECK(EvaluateLeftToRight(model, corpus_of(documents), options).status().code() ==
        StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
