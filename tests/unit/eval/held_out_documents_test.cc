// Held-out corpora: words are the model's by name; documents come in input order.
#include "eval/held_out_documents.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lightlda/corpus_builder.h"
#include "lightlda/evaluate.h"
#include "test_util.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::SampleModel;

// The documents of `words`, with the vocabulary in the order of first occurrence.
Corpus CorpusOf(const std::vector<std::vector<std::string>>& documents,
                std::uint64_t block_tokens = 0) {
  CorpusBuilder builder({.seed = 3, .block_tokens = block_tokens});
  for (const auto& words : documents) Must(builder.AddWords("", words));
  return Must(std::move(builder).Build());
}

std::vector<std::vector<std::string>> Documents(bool with_unknown) {
  std::vector<std::vector<std::string>> documents;
  for (std::size_t d = 0; d < 300; ++d) {
    auto& words = documents.emplace_back();
    for (std::size_t i = 0; i < d % 17; ++i) {
      if (with_unknown && (i + d) % 3 == 0) words.push_back("unheard" + std::to_string(i % 2));
      words.push_back("word" + std::to_string((d * d + 5 * i) % 30));
    }
  }
  return documents;
}

TEST_CASE("A held-out corpus is read in input order, by the names of its words", "[held_out]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  const auto documents = Documents(true);
  const Corpus corpus = CorpusOf(documents, 100);
  REQUIRE(corpus.blocks().size() > 3);
  REQUIRE(corpus.vocabulary().word(0) != model.vocabulary().word(0));
  const auto ids = Must(MatchWords(corpus, model.vocabulary()));
  std::size_t d = 0;
  const auto visit = [&](const DocumentBatch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i, ++d) {
      std::vector<std::string> known;
      for (const std::string& word : documents[d]) {
        if (word.starts_with("word")) known.push_back(word);
      }
      std::vector<std::string> found;
      for (const WordId word : batch.Words(i)) found.emplace_back(model.vocabulary().word(word));
      CHECK(found == known);
      CHECK(batch.num_unknown[i] == documents[d].size() - known.size());
    }
    return Status();
  };
  Must(ReadCorpusDocuments(corpus, ids, {}, visit));
  CHECK(d == documents.size());
}

TEST_CASE("Unknown words and the order of ids do not change what is completed", "[held_out]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  const HeldOutScore plain = Must(EvaluateCompletion(model, CorpusOf(Documents(false))));
  const HeldOutScore mixed = Must(EvaluateCompletion(model, CorpusOf(Documents(true), 100)));
  CHECK(plain.num_unknown == 0);
  CHECK(mixed.num_unknown > 100);
  CHECK(mixed.num_tokens == plain.num_tokens);
  CHECK(mixed.num_documents == plain.num_documents);
  CHECK(mixed.log_likelihood_per_token == plain.log_likelihood_per_token);
  HeldOutOptions options;
  options.seed = 2;
  CHECK(Must(EvaluateCompletion(model, CorpusOf(Documents(false)), options)).num_tokens !=
        plain.num_tokens);
}

TEST_CASE("Of words with one name each keeps its own id", "[held_out]") {
  const std::vector<std::uint64_t> begins = {0, 1, 2, 3};
  const std::vector<TopicId> topics = {0, 1, 0};
  const std::vector<std::uint32_t> counts = {1, 1, 1};
  ModelTables tables;
  tables.words = {"a", "b", "a"};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.1, 0.1};
  const Model model = Must(Model::FromTables(tables));
  testing::TempDir dir;
  Must(WriteCorpus(dir.File("corpus"), {"a", "b", "a", "c"}, {{"", {0, 1, 2, 3}}}));
  const Corpus corpus = Must(Corpus::Open(dir.File("corpus")));
  CHECK(Must(MatchWords(corpus, model.vocabulary())) ==
        std::vector<WordId>{0, 1, 2, kUnmatchedWord});
  Must(WriteCorpus(dir.File("other"), {"b", "a"}, {{"", {0, 1}}}));
  CHECK(Must(MatchWords(Must(Corpus::Open(dir.File("other"))), model.vocabulary())) ==
        std::vector<WordId>{1, 0});
}

TEST_CASE("A corpus without a word of the model is refused; a stop is heard", "[held_out]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  const auto refused = EvaluateCompletion(model, CorpusOf({{"other", "words"}}));
  CHECK(refused.status().code() == StatusCode::kBadInput);
  CHECK_THAT(refused.status().message(), Catch::Contains("none of its words"));
  const auto short_ones = EvaluateCompletion(model, CorpusOf({{"word1"}, {"word2"}}));
  CHECK_THAT(short_ones.status().message(), Catch::Contains("nothing to predict"));
  StopToken stop;
  stop.RequestStop();
  CHECK(EvaluateCompletion(model, CorpusOf(Documents(false)), {}, stop).status().code() ==
        StatusCode::kCancelled);
  CHECK(EvaluateLeftToRight(model, CorpusOf(Documents(false)), {}, stop).status().code() ==
        StatusCode::kCancelled);
}

}  // namespace
}  // namespace lightlda
