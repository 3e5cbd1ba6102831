// Topics that a run begins with: a model's by the names of words, seeds, and what is refused.
#include "train/initial_topics.h"

#include <catch2/catch.hpp>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "test_util.h"
#include "train/init_weight.h"
#include "train/plan.h"
#include "train_test_util.h"

namespace lightlda {
namespace {

using testing::Config;
using testing::Must;
using testing::MustTrain;
using testing::TempDir;

// A model of tables over the words of MakeCorpus, "0" to "59", in descending order, and one more.
// Word w has w + 1 tokens in topic w % 3, and 10 in topic 3.
std::string MakeModel(const TempDir& dir) {
  ModelTables tables;
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  const auto add = [&](const std::string& word, std::uint32_t number) {
    tables.words.push_back(word);
    topics.insert(topics.end(), {number % 3, 3});
    counts.insert(counts.end(), {number + 1, 10});
    begins.push_back(topics.size());
  };
  for (std::uint32_t word = testing::kCorpusWords; word-- > 0;) add(std::to_string(word), word);
  add("elsewhere", 5);
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.5, 0.25, 0.125, 0.0625};
  Must(Must(Model::FromTables(tables)).Save(dir.File("init")));
  return dir.File("init");
}

std::vector<TopicCount> RowOf(const InitialTopics& initial, WordId word) {
  std::vector<TopicCount> row;
  initial.prior.GetRow(word, &row);
  return row;
}

struct Setup {
  TempDir dir;
  TrainConfig config = Config(testing::MakeCorpus(dir), "");
  Corpus corpus = Must(Corpus::Open(config.corpus));

  Setup() { config.init_model = MakeModel(dir); }
  std::shared_ptr<const InitialTopics> Open() const {
    return Must(OpenInitialTopics(config, corpus));
  }
  Status Refused() const { return OpenInitialTopics(config, corpus).status(); }
};

TEST_CASE("Words are matched by name; weight 1 takes each token", "[initial_topics]") {
  Setup setup;
  setup.config.init_weight = 1;
  const auto initial = setup.Open();
  for (WordId word = 0; word < setup.corpus.num_words(); ++word) {
    const auto number =
        static_cast<std::uint32_t>(std::stoul(std::string(setup.corpus.vocabulary().word(word))));
    CHECK(RowOf(*initial, word) == std::vector<TopicCount>{{number % 3, number + 1}, {3, 10}});
    CHECK(initial->vocabulary.frequency(word) ==
          setup.corpus.vocabulary().frequency(word) + number + 11);
  }
  REQUIRE(initial->alpha.size() == setup.config.num_topics);
  CHECK(initial->alpha[1] == 0.25);
  CHECK(initial->alpha[4] == 0.1);
  setup.config.alpha = 0.3;
  CHECK(setup.Open()->alpha.empty());
}

TEST_CASE("Other weights round without bias, and a row's sum to one token", "[initial_topics]") {
  Setup setup;
  setup.config.init_weight = 0.07;
  const auto initial = setup.Open();
  double difference = 0;
  for (WordId word = 0; word < setup.corpus.num_words(); ++word) {
    double tokens = 0;
    for (const TopicCount& entry : RowOf(*initial, word)) tokens += entry.count;
    const double exact = 0.07 * (11 + std::stod(std::string(setup.corpus.vocabulary().word(word))));
    CHECK(std::abs(tokens - exact) < 1);
    difference += tokens - exact;
    std::vector<TopicCount> start;
    initial->prior.GetStartRow(word, &start);
    CHECK(start.size() == 2 + setup.config.num_topics - 4);  // the model's, and all new ones
  }
  CHECK(std::abs(difference) < 12);
  setup.config.init_weight = 0;
  CHECK_FALSE(setup.Open()->prior.has_rows());
  CHECK(setup.Open()->hash != initial->hash);
}

TEST_CASE("Frozen topics have all their tokens, whatever the weight", "[initial_topics]") {
  Setup setup;
  setup.config.init_weight = 0;
  setup.config.frozen_topics = "3,0-1";
  const auto initial = setup.Open();
  CHECK(initial->prior.is_frozen(0));
  CHECK_FALSE(initial->prior.is_frozen(2));
  CHECK(initial->prior.totals()[3] == 600);
  CHECK(initial->prior.totals()[2] == 0);
  for (const char* wrong : {"4", "2-1", "a", "1,,2", "-1"}) {
    setup.config.frozen_topics = wrong;
    CHECK_THAT(setup.Refused().message(), Catch::Contains("below 4"));
  }
  setup.config.frozen_topics = "all";
  CHECK(setup.Open()->prior.is_frozen(2));
  CHECK_FALSE(setup.Open()->prior.is_frozen(4));
  setup.config.mh_steps = 2;
  CHECK_THAT(PlanRun(setup.config, setup.corpus).status().message(),
             Catch::Contains("`frozen_topics`"));
}

TEST_CASE("Seeds have a share of their words' tokens, in topics of their own", "[initial_topics]") {
  Setup setup;
  testing::WriteText(setup.dir.File("seeds"), "first\t7 8 nowhere\t0.5\nsecond\t8\n");
  setup.config.seed_words = setup.dir.File("seeds");
  setup.config.init_weight = 0;
  const auto initial = setup.Open();
  CHECK(initial->names == std::map<TopicId, std::string>{{4, "first"}, {5, "second"}});
  const Vocabulary& words = setup.corpus.vocabulary();
  const WordId seven = words.Find("7").value();
  const auto half = static_cast<std::uint32_t>(std::round(0.5 * words.frequency(seven)));
  CHECK(RowOf(*initial, seven) == std::vector<TopicCount>{{4, half}});
  CHECK(RowOf(*initial, words.Find("8").value()).size() == 2);
  CHECK_THAT(initial->notes.back(), Catch::Contains("lacks 1 of 3: nowhere"));
  setup.config.num_topics = 5;
  CHECK_THAT(setup.Refused().message(), Catch::Contains("expected at least 6"));
  setup.config.init_model.clear();
  CHECK(setup.Open()->names.begin()->first == 0);
  testing::WriteText(setup.dir.File("seeds"), "first\t7\nsecond\tnowhere\n");
  CHECK_THAT(setup.Refused().message(), Catch::Contains("none of its words is in the corpus"));
}

TEST_CASE("What cannot be begun with is refused", "[initial_topics]") {
  Setup setup;
  setup.config.num_topics = 3;
  CHECK(setup.Refused().code() == StatusCode::kUsage);
  CHECK_THAT(setup.Refused().message(), Catch::Contains("at least the 4 of `init_model`, found 3"));
  setup.config.num_topics = 4;
  setup.config.init_weight = 1e9;
  CHECK_THAT(setup.Refused().message(), Catch::Contains("`init_weight`"));
  setup.config.init_model = setup.dir.File("absent");
  CHECK_THAT(setup.Refused().message(), Catch::Contains("absent"));
  ModelTables tables;
  tables.words = {"a", "b"};
  const std::vector<std::uint64_t> begins = {0, 1, 1};
  const std::vector<TopicId> topics = {0};
  const std::vector<std::uint32_t> counts = {1};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {1, 1};
  Must(Must(Model::FromTables(tables)).Save(setup.dir.File("other")));
  setup.config.init_model = setup.dir.File("other");
  CHECK(setup.Refused().code() == StatusCode::kBadInput);
  CHECK_THAT(setup.Refused().message(), Catch::Contains("none of its words is one of the model"));
}

// Documents of the same planted topics: the model's tokens are worth as much as theirs.
TEST_CASE("The weight follows what predicts", "[initial_topics]") {
  TempDir dir;
  TrainConfig config = Config(testing::MakeCorpus(dir), dir.File("model"));
  config.num_topics = 5;
  config.num_iterations = 30;
  MustTrain(config);
  const Model model = Must(Model::Load(config.model));
  const Corpus corpus = Must(Corpus::Open(testing::MakeCorpus(dir, /*seed=*/5, 40)));
  std::vector<WordId> ids(corpus.num_words());
  for (WordId word = 0; word < ids.size(); ++word) {
    ids[word] = model.vocabulary().Find(corpus.vocabulary().word(word)).value();
  }
  ThreadPool one(1);
  ThreadPool three(3);
  const double near = Must(ChooseInitWeight(model, corpus, ids, &one));
  CHECK(near >= 0.1);
  CHECK(Must(ChooseInitWeight(model, corpus, ids, &three)) == near);
}

}  // namespace
}  // namespace lightlda
