// Models go out to other tools' files and come back with the same numbers, or not at all.
#include "lightlda/exchange.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "exchange/imported_tokens.h"
#include "exchange/topic_rows.h"
#include "lightlda/import.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::SampleModel;

Model Load(const SampleModel& sample) {
  auto model = Model::Load(sample.path(), /*with_topics=*/true);
  REQUIRE(model.ok());
  return std::move(model).value();
}

ImportOptions WithCorpus(const std::string& directory) {
  ImportOptions options;
  options.with_corpus = true;
  options.corpus_directory = directory;
  return options;
}

// The tokens and topics of all documents.
std::vector<std::pair<std::vector<WordId>, std::vector<TopicId>>> Tokens(const Model& model,
                                                                         const Corpus& corpus) {
  std::vector<std::pair<std::vector<WordId>, std::vector<TopicId>>> tokens;
  REQUIRE(VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
            tokens.emplace_back(
                std::vector<WordId>(document.words.begin(), document.words.end()),
                std::vector<TopicId>(document.topics.begin(), document.topics.end()));
            return Status();
          }).ok());
  return tokens;
}

TEST_CASE("rows of topics are the table turned around", "[exchange]") {
  SampleModel sample;
  const Model model = Load(sample);
  const TopicRows rows(model);
  Count total = 0;
  std::vector<double> counts(model.num_words());
  std::vector<double> phi(model.num_words());
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    rows.FillCounts(topic, counts);
    rows.FillPhi(topic, phi);
    double sum = 0;
    for (WordId word = 0; word < model.num_words(); ++word) {
      std::uint32_t count = 0;
      for (const TopicCount& entry : model.WordRow(word)) {
        if (entry.topic == topic) count = entry.count;
      }
      CHECK(counts[word] == count);
      CHECK(phi[word] == model.Probability(topic, count));
      sum += phi[word];
      total += count;
    }
    CHECK(sum == Approx(1));
  }
  CHECK(total == model.num_tokens());
}

TEST_CASE("Mallet's state comes back token by token", "[exchange]") {
  SampleModel sample;
  const Model model = Load(sample);
  const std::string path = sample.dir().File("state.gz");
  REQUIRE(WriteMalletState(model, sample.corpus(), {path}).ok());
  const auto back = ImportMalletState(path, WithCorpus("somewhere"));
  REQUIRE(back.ok());
  CHECK(back.value().model.model_hash() == model.model_hash());
  CHECK(std::ranges::equal(back.value().model.alpha(), model.alpha()));
  CHECK(back.value().model.beta() == model.beta());
  CHECK(Tokens(back.value().model, *back.value().corpus) == Tokens(model, sample.corpus()));
  CHECK(fs::path(back.value().model.corpus_directory()).filename() == "somewhere");
  CHECK(back.value().model.corpus_checksum() == back.value().corpus->checksum());
  CHECK(back.value().model.progress().complete);
}

TEST_CASE("a model whose growth was stopped goes out with the documents that it has",
          "[exchange]") {
  SampleModel sample(5, /*active_level=*/1);
  const Model model = Load(sample);
  const std::string path = sample.dir().File("state.gz");
  const auto written = WriteMalletState(model, sample.corpus(), {path});
  REQUIRE(written.ok());
  CHECK(written.value().inactive > 0);
  const auto back = ImportMalletState(path, WithCorpus("c"));
  REQUIRE(back.ok());
  CHECK(back.value().model.num_tokens() == model.num_tokens());
  CHECK(std::ranges::equal(back.value().model.topic_totals(), model.topic_totals()));
}

TEST_CASE("both are saved, or neither", "[exchange]") {
  SampleModel sample;
  const Model model = Load(sample);
  const testing::TempDir& dir = sample.dir();
  REQUIRE(WriteMalletState(model, sample.corpus(), {dir.File("s.gz")}).ok());
  const auto imported = ImportMalletState(dir.File("s.gz"), WithCorpus(dir.File("c")));
  REQUIRE(imported.ok());
  CHECK(!SaveImportedModel(imported.value(), dir.File("model"), dir.File("c"), false).ok());
  CHECK(!fs::exists(dir.File("c")));
  CHECK(!SaveImportedModel(imported.value(), dir.File("m"), dir.File("corpus"), false).ok());
  CHECK(!fs::exists(dir.File("m")));
  REQUIRE(SaveImportedModel(imported.value(), dir.File("m"), dir.File("c"), false).ok());
  const auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  CHECK(testing::LoadAll(dir.File("m"), corpus.value()).ok());
}

TEST_CASE("a stop leaves no file and no directory", "[exchange]") {
  SampleModel sample;
  const Model model = Load(sample);
  ExchangeTarget target{sample.dir().File("out")};
  target.stop.RequestStop();
  const auto entries = [&] {
    return std::distance(fs::directory_iterator(sample.dir().path()), fs::directory_iterator());
  };
  const auto before = entries();
  const Corpus& corpus = sample.corpus();
  CHECK(WriteMalletState(model, corpus, target).status().code() == StatusCode::kCancelled);
  CHECK(WriteSqlite(model, corpus, target).status().code() == StatusCode::kCancelled);
  CHECK(WriteLdavis(model, corpus, target).status().code() == StatusCode::kCancelled);
  CHECK(WriteLdaC(model, corpus, target).status().code() == StatusCode::kCancelled);
  CHECK(WriteMicrosoftFiles(model, corpus, target).status().code() == StatusCode::kCancelled);
  CHECK(WriteGensim(model, target).code() == StatusCode::kCancelled);
  CHECK(entries() == before);
}

TEST_CASE("the number of threads does not change an export", "[exchange]") {
  SampleModel sample;
  const Model model = Load(sample);
  REQUIRE(WriteLdavis(model, sample.corpus(), {sample.dir().File("one")}, 1).ok());
  REQUIRE(WriteLdavis(model, sample.corpus(), {sample.dir().File("four")}, 4).ok());
  CHECK(testing::ReadTree(sample.dir().File("one")) ==
        testing::ReadTree(sample.dir().File("four")));
}

}  // namespace
}  // namespace lightlda
