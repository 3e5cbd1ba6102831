// The Trainer: the run of Train step by step, in memory or in a directory.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/corpus_builder.h"
#include "lightlda/document_topics.h"
#include "lightlda/model.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"
#include "test_util.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::MakeCorpus;
using testing::Metrics;
using testing::Must;
using testing::MustTrain;
using testing::TempDir;

IterationMetrics StepToEnd(Trainer* trainer) {
  IterationMetrics last;
  while (!trainer->done()) last = Must(trainer->Step());
  return last;
}

TEST_CASE("steps in memory make the model of Train, and Save what Train writes", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  const Corpus corpus = Must(Corpus::Open(directory));
  const TrainResult trained = MustTrain(Config(directory, dir.File("trained")));

  Trainer trainer = Must(Trainer::Start(corpus, Config("", "")));
  CHECK(trainer.plan().num_iterations() == 12);
  const IterationMetrics last = StepToEnd(&trainer);
  CHECK(last.full_iteration == 6);
  CHECK(*last.log_likelihood_per_token == *trained.last.log_likelihood_per_token);
  const TrainResult finished = Must(trainer.Finish());
  CHECK(finished.model_hash == trained.model_hash);
  CHECK_FALSE(std::filesystem::exists(dir.File("saved")));

  CHECK(Must(trainer.Save(dir.File("saved"))) == trained.model_hash);
  const Model saved = Must(Model::Load(dir.File("saved")));
  CHECK(saved.progress().complete);
  CHECK(Metrics(dir.File("saved")).size() == 12);
  // The model so far is the one that was saved.
  CHECK(Must(trainer.CurrentModel()).model_hash() == saved.model_hash());
  CHECK(std::ranges::equal(trainer.topic_totals(), saved.topic_totals()));
}

// The documents of a corpus, in memory: in input order, as the words of its vocabulary.
Corpus InMemory(const Corpus& corpus) {
  const auto words = corpus.vocabulary().words();
  CorpusBuilder builder = Must(CorpusBuilder::WithVocabulary({words.begin(), words.end()}));
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    const auto block = Must(corpus.OpenBlock(b));
    std::vector<WordId> word_at(block->num_tokens());
    for (WordId word = 0; word < corpus.num_words(); ++word) {
      for (auto p = block->word_offsets[word]; p < block->word_offsets[word + 1]; ++p) {
        word_at[p] = word;
      }
    }
    std::map<DocId, std::vector<WordId>> documents;
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      auto& document = documents[block->document_index[d]];
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        document.push_back(word_at[block->positions[i]]);
      }
    }
    for (const auto& [index, document] : documents) Must(builder.AddTokens("d", document));
  }
  return Must(std::move(builder).Build());
}

TEST_CASE("a corpus in memory trains to the model of the same documents on disk", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  const Corpus on_disk = Must(Corpus::Open(directory));
  const std::string hash = MustTrain(Config(directory, dir.File("trained"))).model_hash;
  const Corpus in_memory = InMemory(on_disk);
  for (const std::string& model : {std::string(), dir.File("of-memory")}) {
    Trainer trainer = Must(Trainer::Start(in_memory, Config("", model)));
    StepToEnd(&trainer);
    CHECK(Must(trainer.Finish()).model_hash == hash);
  }
  const Model model = Must(Model::Load(dir.File("of-memory")));
  CHECK(model.corpus_directory().empty());
  CHECK(model.corpus_checksum() == in_memory.checksum());
  CHECK(Must(DocumentTopics::Read(model, in_memory)).num_documents() ==
        static_cast<std::size_t>(in_memory.num_documents()));
}

TEST_CASE("the model of a run is there at any iteration, without a directory", "[train]") {
  TempDir dir;
  const Corpus corpus = Must(Corpus::Open(MakeCorpus(dir)));
  std::optional<Trainer> trainer = Must(Trainer::Start(corpus, Config("", "")));
  CHECK(trainer->CurrentModel().status().code() == StatusCode::kUsage);
  Must(trainer->Step());
  const Model early = Must(trainer->CurrentModel());
  const std::string early_hash = Must(trainer->Save(dir.File("early")));
  StepToEnd(&*trainer);
  const Model last = Must(trainer->CurrentModel());
  const std::string hash = Must(trainer->Finish()).model_hash;
  const Model saved = Must(Model::Load(dir.File("early")));
  trainer.reset();

  CHECK(early.model_hash() == early_hash);
  CHECK_FALSE(early.progress().complete);
  CHECK(early.manifest() == saved.manifest());
  CHECK(last.model_hash() == hash);
  CHECK(last.progress().complete);
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    CHECK(Must(early.ReadTopics(corpus, b)) == Must(saved.ReadTopics(corpus, b)));
  }
  Must(early.Save(dir.File("copy")));
  CHECK(Must(Model::Load(dir.File("copy"))).model_hash() == early_hash);
}

TEST_CASE("a run in memory is saved at any iteration, and Train goes on from there", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  const Corpus corpus = Must(Corpus::Open(directory));
  const TrainResult trained = MustTrain(Config(directory, dir.File("trained")));
  Trainer trainer = Must(Trainer::Start(corpus, Config("", "")));
  CHECK(trainer.Save(dir.File("early")).status().code() == StatusCode::kUsage);
  for (int i = 1; i <= 8; ++i) {
    Must(trainer.Step());
    if (i != 4 && i != 8) continue;
    const std::string copy = dir.File("after" + std::to_string(i));
    const std::string hash = Must(trainer.Save(copy));
    const Model saved = Must(Model::Load(copy));
    CHECK(saved.model_hash() == hash);
    CHECK_FALSE(saved.progress().complete);
    CHECK(saved.progress().iteration == i);
    TrainConfig config = Config(directory, copy);
    config.resume = Resume::kYes;
    CHECK(MustTrain(config).model_hash == trained.model_hash);
  }
  // Saving changed nothing; what is there is not written over, but for an earlier copy.
  StepToEnd(&trainer);
  CHECK(Must(trainer.Finish()).model_hash == trained.model_hash);
  CHECK(trainer.Save(dir.File("trained")).status().code() == StatusCode::kCannotWrite);
  Must(trainer.Save(dir.File("copy")));
  CHECK(Must(trainer.Save(dir.File("copy"))) == trained.model_hash);
}

TEST_CASE("a run in a directory may go on stepwise, and ends as Train's", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  const Corpus corpus = Must(Corpus::Open(directory));
  const TrainResult trained = MustTrain(Config(directory, dir.File("trained")));
  TrainConfig config = Config("", dir.File("model"));
  config.resume = Resume::kAuto;
  {
    Trainer given_up = Must(Trainer::Start(corpus, config));
    Must(given_up.Step());
    CHECK(std::filesystem::exists(config.model));
  }
  CHECK_FALSE(std::filesystem::exists(config.model));  // never saved
  {
    const StopToken stop;
    Trainer stopped = Must(Trainer::Start(corpus, config, nullptr, stop));
    for (int i = 0; i < 6; ++i) Must(stopped.Step());
    stop.RequestStop();
    CHECK(stopped.Step().status().code() == StatusCode::kStopped);
    CHECK(stopped.Step().status().code() == StatusCode::kStopped);  // it has ended
  }
  CHECK(Must(Model::Load(config.model)).progress().iteration == 7);
  Trainer resumed = Must(Trainer::Start(corpus, config));
  CHECK(Must(resumed.Step()).full_iteration == 2);
  CHECK(resumed.Finish().status().code() == StatusCode::kUsage);  // not done
  StepToEnd(&resumed);
  CHECK(resumed.Step().status().code() == StatusCode::kUsage);  // done
  CHECK(Must(resumed.Finish()).model_hash == trained.model_hash);
  CHECK(Must(Model::Load(config.model)).model_hash() == trained.model_hash);
}

TEST_CASE("a complete run is done from the start", "[train]") {
  TempDir dir;
  const std::string directory = MakeCorpus(dir);
  TrainConfig config = Config(directory, dir.File("model"));
  const TrainResult trained = MustTrain(config);
  config.resume = Resume::kYes;
  const Corpus corpus = Must(Corpus::Open(directory));
  Trainer trainer = Must(Trainer::Start(corpus, config));
  CHECK(trainer.done());
  CHECK(Must(trainer.Finish()).model_hash == trained.model_hash);
}

TEST_CASE("a run in memory that is stopped does no more, and can be saved", "[train]") {
  TempDir dir;
  const Corpus corpus = Must(Corpus::Open(MakeCorpus(dir)));
  const StopToken stop;
  Trainer trainer = Must(Trainer::Start(corpus, Config("", ""), nullptr, stop));
  Must(trainer.Step());
  stop.RequestStop();
  CHECK(trainer.Step().status().code() == StatusCode::kCancelled);
  Must(trainer.Save(dir.File("model")));
  CHECK(Must(Model::Load(dir.File("model"))).progress().iteration == 1);
}

TEST_CASE("token state of a run in memory that must lie on disk needs a place", "[train]") {
  TempDir dir;
  const Corpus corpus = Must(Corpus::Open(MakeCorpus(dir)));
  TrainConfig config = Config("", "");
  config.memory_budget = 1000;
  const Status refused = Trainer::Start(corpus, config).status();
  CHECK(refused.code() == StatusCode::kUsage);
  CHECK(refused.message().find("`scratch_directory`") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
