// Document completion: figures worked out by hand, and the same for a model and its table as text.
#include "eval/completion.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "bench/word_topic_text.h"
#include "lightlda/exports.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::SampleModel;
using Documents = std::vector<std::vector<WordId>>;
using Table = std::vector<std::vector<TopicCount>>;  // [num_words]

CompletionResult Complete(const Table& table, std::vector<Count> totals, double alpha, double beta,
                          const Documents& documents, int num_threads = 2) {
  const std::vector<double> alphas(totals.size(), alpha);
  ThreadPool pool(num_threads);
  const CompletionModel model{alphas, beta, table.size(), totals,
                              [&table](WordId word) { return table[word]; }};
  return DocumentCompletion(model, documents, {}, &pool);
}

TEST_CASE("With one topic a token's likelihood is its word's probability") {
  const Table table = {{{0, 3}}, {{0, 1}}, {}};
  const double beta = 0.5;
  const CompletionResult seen =
      Complete(table, {4}, 0.1, beta, {std::vector<WordId>(100, 0), std::vector<WordId>(40, 0)});
  CHECK(seen.documents == 2);
  CHECK(seen.tokens > 40);
  CHECK(seen.tokens < 100);
  CHECK(seen.log_likelihood_per_token == Approx(std::log(3.5 / 5.5)).epsilon(1e-6));
  const CompletionResult unseen = Complete(table, {4}, 0.1, beta, {std::vector<WordId>(100, 2)});
  CHECK(unseen.log_likelihood_per_token == Approx(std::log(0.5 / 5.5)).epsilon(1e-6));
}

TEST_CASE("The first half of a document tells which topic the second half is of") {
  const Table table = {{{0, 1000}}, {{0, 1000}}, {{1, 1000}}, {{1, 1000}}};
  Documents documents(1);
  for (int i = 0; i < 2000; ++i) documents[0].push_back(static_cast<WordId>(i % 2));
  const CompletionResult result = Complete(table, {2000, 2000}, 0.01, 0.01, documents);
  // All of topic 0, whose words are equally likely.
  CHECK(result.log_likelihood_per_token == Approx(std::log(0.5)).margin(1e-3));
}

TEST_CASE("Documents too short to be halved do not count") {
  const Table table = {{{0, 3}}, {{0, 1}}};
  const CompletionResult result = Complete(table, {4}, 0.1, 0.01, {{}, {0}, {1}});
  CHECK(result.documents == 0);
  CHECK(result.tokens == 0);
  CHECK(result.log_likelihood_per_token == 0);
}

TEST_CASE(
    "A model and its table as text have the same held-out likelihood on any number of threads") {
  SampleModel sample;
  const auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  REQUIRE(WriteExport(sample.dir().File("table.txt"), false, [&](const ExportSink& sink) {
            return ExportWordTopic(model.value(), {}, sink);
          }).ok());
  const auto table = WordTopicText::Read(sample.dir().File("table.txt"), model.value().num_words(),
                                         model.value().num_topics());
  REQUIRE(table.ok());
  Table rows;
  for (WordId word = 0; word < table.value().num_words(); ++word) {
    const auto row = table.value().Row(word);
    rows.emplace_back(row.begin(), row.end());
  }
  const auto totals = table.value().topic_totals();
  Documents documents(20);
  for (std::size_t i = 0; i < 400; ++i)
    documents[i % 20].push_back(static_cast<WordId>(i * i % 30));
  ThreadPool pool(1);
  const CompletionResult of_model = DocumentCompletion(model.value(), documents, {}, &pool);
  const CompletionResult of_text =
      Complete(rows, {totals.begin(), totals.end()}, 0.1, 0.01, documents, 3);
  CHECK(of_model.tokens > 100);
  CHECK(of_text.tokens == of_model.tokens);
  CHECK(of_text.documents == of_model.documents);
  CHECK(of_text.log_likelihood_per_token == of_model.log_likelihood_per_token);
}

}  // namespace
}  // namespace lightlda
