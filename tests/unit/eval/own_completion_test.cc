#include "eval/own_completion.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "base/thread_pool.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kTopics = 4;
constexpr std::size_t kWords = 30;

std::vector<OwnDocument> DrawDocuments(std::size_t num_documents, std::size_t num_tokens) {
  std::mt19937 random(7);
  std::vector<OwnDocument> documents(num_documents);
  for (std::size_t d = 0; d < num_documents; ++d) {
    documents[d].number = 1000 + d;
    for (std::size_t i = 0; i < num_tokens; ++i) {
      const TopicId topic = static_cast<TopicId>((d + random() % 2) % kTopics);
      documents[d].topics.push_back(topic);
      documents[d].words.push_back(static_cast<WordId>((topic * 7 + random() % 9) % kWords));
    }
  }
  return documents;
}

// The counts of documents as a model.
struct Counts {
  explicit Counts(const std::vector<OwnDocument>& documents)
      : rows(kWords, std::vector<Count>(kTopics, 0)), totals(kTopics, 0) {
    for (const OwnDocument& document : documents) Add(document, 1);
  }
  void Add(const OwnDocument& document, Count sign) {
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      rows[document.words[i]][document.topics[i]] += sign;
      totals[document.topics[i]] += sign;
    }
  }
  CompletionModel Model() const {
    CompletionModel model;
    model.alpha = alpha;
    model.beta = 0.05;
    model.num_words = kWords;
    model.topic_totals = totals;
    model.word_row = [this](WordId word) {
      std::vector<TopicCount> row;
      for (TopicId k = 0; k < kTopics; ++k) {
        if (rows[word][k] > 0) row.push_back({k, static_cast<std::uint32_t>(rows[word][k])});
      }
      return row;
    };
    return model;
  }

  std::vector<double> alpha = {0.1, 0.2, 0.3, 0.4};
  std::vector<std::vector<Count>> rows;
  std::vector<Count> totals;
};

TEST_CASE("A document of the model is predicted as by the model without it", "[eval][judge]") {
  const std::vector<OwnDocument> documents = DrawDocuments(12, 40);
  ThreadPool pool(2);
  const Counts all(documents);
  const CompletionModel model = all.Model();
  const CompletionResult found = CompleteOwnDocuments(model, documents, 5, &pool);
  double sum = 0;
  Count tokens = 0;
  for (const OwnDocument& document : documents) {
    Counts others(documents);
    others.Add(document, -1);
    const CompletionModel without = others.Model();
    CompletionOptions options;
    options.seed = 5;
    options.first_document = document.number;
    options.num_iterations = 20;
    const std::vector<std::vector<WordId>> words = {document.words};
    const CompletionResult one = DocumentCompletion(without, words, options, &pool);
    sum += one.log_likelihood_per_token * static_cast<double>(one.tokens);
    tokens += one.tokens;
  }
  CHECK(found.documents == 12);
  CHECK(found.tokens == tokens);
  CHECK(found.log_likelihood_per_token == Approx(sum / static_cast<double>(tokens)).epsilon(1e-9));
}

TEST_CASE("Long documents are looked at in part", "[eval][judge]") {
  const std::vector<OwnDocument> documents = DrawDocuments(3, 10 * kMostOwnTokens);
  ThreadPool pool(1);
  const Counts all(documents);
  const CompletionModel model = all.Model();
  const CompletionResult found = CompleteOwnDocuments(model, documents, 5, &pool);
  CHECK(found.tokens < static_cast<Count>(3 * kMostOwnTokens));
  CHECK(found.tokens > static_cast<Count>(kMostOwnTokens));
}

}  // namespace
}  // namespace lightlda
