// Models without a directory, and models written to another: equal in all that a model says.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "lightlda/document_topics.h"
#include "lightlda/model.h"
#include "model/load_model.h"
#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::DifferingFiles;
using testing::Must;
using testing::ReadText;
using testing::SampleModel;

void CheckSameTables(const Model& a, const Model& b) {
  CHECK(a.model_hash() == b.model_hash());
  CHECK(a.num_tokens() == b.num_tokens());
  CHECK(a.beta() == b.beta());
  CHECK(std::ranges::equal(a.alpha(), b.alpha()));
  CHECK(std::ranges::equal(a.topic_totals(), b.topic_totals()));
  CHECK(std::ranges::equal(a.vocabulary().words(), b.vocabulary().words()));
  CHECK(std::ranges::equal(a.vocabulary().frequencies(), b.vocabulary().frequencies()));
  REQUIRE(a.num_words() == b.num_words());
  for (WordId word = 0; word < a.num_words(); ++word) CHECK(a.WordRow(word) == b.WordRow(word));
}

void CheckSame(const Model& a, const Model& b, const Corpus& corpus) {
  CheckSameTables(a, b);
  CHECK(a.manifest() == b.manifest());
  CHECK(a.active_level() == b.active_level());
  CHECK(a.progress().iteration == b.progress().iteration);
  CHECK(a.progress().complete == b.progress().complete);
  CHECK(a.progress().log_likelihood_per_token == b.progress().log_likelihood_per_token);
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    CHECK(Must(a.ReadTopics(corpus, block)) == Must(b.ReadTopics(corpus, block)));
  }
}

const std::vector<std::string> kNone;

TEST_CASE("a saved model is the one that was loaded, file by file", "[model]") {
  for (const int active_level : {0, 2}) {
    SampleModel sample(5, active_level);
    const std::string copy = sample.dir().File("copy");
    const Model model = Must(Model::Load(sample.path()));
    Must(model.Save(copy));
    CheckSame(Must(Model::Load(copy)), model, sample.corpus());
    CHECK(DifferingFiles(copy, sample.path()) == kNone);
  }
}

TEST_CASE("metrics after the saved state stay behind", "[model]") {
  SampleModel sample(5, /*active_level=*/2);
  const std::string metrics = ReadText(sample.File("metrics.jsonl"));
  testing::WriteText(sample.File("metrics.jsonl"), metrics + "{\"iteration\":3}\n");
  Must(Must(Model::Load(sample.path())).Save(sample.dir().File("copy")));
  CHECK(ReadText(sample.dir().File("copy/metrics.jsonl")) == metrics);
}

TEST_CASE("a model may replace another only if it is told to, and no other directory", "[model]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  const std::string copy = sample.dir().File("copy");
  Must(model.Save(copy));
  CHECK(model.Save(copy).code() == StatusCode::kCannotWrite);
  Must(model.Save(copy, /*overwrite=*/true));
  CHECK(DifferingFiles(copy, sample.path()) == kNone);
  fs::create_directory(sample.dir().File("home"));
  testing::WriteText(sample.dir().File("home/precious"), "x");
  CHECK(model.Save(sample.dir().File("home"), true).code() == StatusCode::kCannotWrite);
  CHECK(ReadText(sample.dir().File("home/precious")) == "x");
}

TEST_CASE("a model whose files are gone is not saved by halves", "[model]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  fs::remove(sample.File("gen-000001/topics-00000.bin"));
  const Status status = model.Save(sample.dir().File("copy"));
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message().find("topics-00000.bin") != std::string::npos);
  CHECK_FALSE(fs::exists(sample.dir().File("copy")));
}

TEST_CASE("a model written to memory is the one written to disk", "[model]") {
  SampleModel sample;
  const FilePath memory = FilePath::NewInMemory("the model in memory");
  Must(WriteFileAtomic(JoinPath(memory, "metrics.jsonl"), ReadText(sample.File("metrics.jsonl"))));
  CHECK(Must(SaveModel(memory, sample.state().snapshot())) == sample.hash());
  const Model on_disk = Must(Model::Load(sample.path()));
  CheckSame(Must(LoadModel(memory)), on_disk, sample.corpus());
  Must(Must(LoadModel(memory)).Save(sample.dir().File("copy")));
  CHECK(DifferingFiles(sample.dir().File("copy"), sample.path()) == kNone);
}

TEST_CASE("a directory in memory keeps the last generations of a model, as one on disk",
          "[model]") {
  SampleModel sample;
  const FilePath memory = FilePath::NewInMemory("the model in memory");
  Must(WriteFileAtomic(JoinPath(memory, "metrics.jsonl"), ""));
  for (int save = 0; save < 3; ++save) Must(SaveModel(memory, sample.state().snapshot()));
  const std::vector<std::string> names = Must(ListDirectory(memory));
  CHECK(std::ranges::count(names, "gen-000001") == 0);
  CHECK(std::ranges::count(names, "gen-000002") == 1);
  CHECK(std::ranges::count(names, "gen-000003") == 1);
  CheckSameTables(Must(LoadModel(memory)), Must(Model::Load(sample.path())));
}

ModelTables TablesOf(const Model& model) {
  const auto words = model.vocabulary().words();
  return {{words.begin(), words.end()},
          model.WordTopic(),
          {model.alpha().begin(), model.alpha().end()},
          model.beta()};
}

TEST_CASE("a model of another's tables has the same rows and hash, and can be saved", "[model]") {
  SampleModel sample;
  const Model model = Must(Model::Load(sample.path()));
  const Model made = Must(Model::FromTables(TablesOf(model)));
  CheckSameTables(made, model);
  CHECK(made.progress().complete);
  CHECK(made.corpus_checksum().empty());
  Must(made.Save(sample.dir().File("made")));
  CheckSameTables(Must(Model::Load(sample.dir().File("made"))), model);
  const auto topics = DocumentTopics::Read(made, sample.corpus());
  CHECK(topics.status().code() == StatusCode::kBadInput);
  CHECK(topics.status().message() == "the model was made of tables: it has no topics of documents");
}

TEST_CASE("tables that are no model are refused, naming the field", "[model]") {
  const std::vector<std::uint64_t> begins = {0, 2, 3};
  const std::vector<TopicId> topics = {0, 1, 1};
  const std::vector<std::uint32_t> counts = {4, 5, 6};
  const ModelTables good = {{"a", "b"}, {begins, topics, counts}, {0.1, 0.2}, 0.01};
  CHECK(Must(Model::FromTables(good)).num_tokens() == 15);
  const auto check = [&](const std::function<void(ModelTables*)>& spoil, const std::string& field) {
    ModelTables tables = good;
    spoil(&tables);
    const auto model = Model::FromTables(tables);
    CHECK(model.status().code() == StatusCode::kBadInput);
    INFO(model.status().message());
    CHECK(model.status().message().starts_with("`" + field + "`: "));
  };
  const std::vector<std::uint64_t> few = {0, 3};
  const std::vector<std::uint64_t> descending = {0, 4, 3};
  const std::vector<TopicId> unsorted = {1, 0, 1};
  const std::vector<TopicId> high = {0, 2, 1};
  const std::vector<std::uint32_t> zero = {4, 0, 6};
  check([](ModelTables* t) { t->words = {}; }, "words");
  check([](ModelTables* t) { t->alpha = {}; }, "alpha");
  check([](ModelTables* t) { t->alpha = {0.1, 0}; }, "alpha");
  check([](ModelTables* t) { t->alpha[0] = std::numeric_limits<double>::infinity(); }, "alpha");
  check([](ModelTables* t) { t->beta = 0; }, "beta");
  check([&](ModelTables* t) { t->word_topic.begins = {}; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.begins = few; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.begins = descending; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.topics = unsorted; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.topics = high; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.counts = zero; }, "word_topic");
  check([&](ModelTables* t) { t->word_topic.counts = t->word_topic.counts.first(2); },
        "word_topic");
}

}  // namespace
}  // namespace lightlda
