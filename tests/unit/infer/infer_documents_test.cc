// New documents are read as the model's corpus was, in every format, and answered as they come.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "lightlda/infer.h"
#include "lightlda/preprocess.h"
#include "unit/ingest/preprocess_test_util.h"
#include "unit/train/train_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

constexpr char kTexts[] =
    "the cats sat on a mat\nDogs and cats\nstars shine on galaxies\na galaxy of stars\n";

// A model of `corpus`, which is gone.
Model TrainAndForget(const TempDir& dir) {
  TrainConfig config = Config(dir.File("corpus"), dir.File("model"));
  config.num_topics = 2;
  config.num_iterations = 20;
  config.growth_stages = 0;
  MustTrain(config);
  std::filesystem::remove_all(dir.File("corpus"));
  return Must(Model::Load(dir.File("model")));
}

Model TextModel(const TempDir& dir) {
  WriteText(dir.File("in.txt"), kTexts);
  PreprocessConfig config;
  config.inputs = {dir.File("in.txt")};
  config.output = dir.File("corpus");
  config.min_df = "1";
  config.max_df = "1.0";
  config.stopwords = "en";
  config.stemmer = "english";
  Must(Preprocess(config));
  return TrainAndForget(dir);
}

struct Answer {
  std::string name;
  std::vector<std::string> words;
  std::uint32_t num_unknown;
  std::vector<double> theta;
};

struct Answers {
  Result<InferSummary> summary;
  std::vector<Answer> documents;
};

Answers Ask(const Model& model, const DocumentInput& input) {
  const Inferencer inferencer = Must(Inferencer::Create(model));
  std::vector<Answer> documents;
  auto summary = InferDocuments(inferencer, input, [&](const InferredDocument& document) {
    Answer& answer = documents.emplace_back();
    answer.name = document.name;
    for (const WordId word : document.words) {
      answer.words.emplace_back(model.vocabulary().word(word));
    }
    answer.num_unknown = document.num_unknown;
    answer.theta.assign(document.theta.begin(), document.theta.end());
    std::vector<double> alone(model.num_topics());
    Must(inferencer.Infer(document.words, alone));
    CHECK(alone == answer.theta);
    return Status();
  });
  return {std::move(summary), std::move(documents)};
}

DocumentInput InputOf(const TempDir& dir, const std::string& name, const std::string& text) {
  WriteText(dir.File(name), text);
  DocumentInput input;
  input.inputs = {dir.File(name)};
  input.num_threads = 2;
  return input;
}

TEST_CASE("text is read as the corpus was: stop words go, stems meet, unknown words count",
          "[infer]") {
  const TempDir dir;
  const Model model = TextModel(dir);
  const Answers answers =
      Ask(model, InputOf(dir, "new.txt", "The CAT and a zebra, the zebras\n\nStar galaxies!\n"));
  Must(answers.summary.status());
  REQUIRE(answers.documents.size() == 3);
  CHECK(answers.documents[0].name == "1");
  CHECK(answers.documents[0].words == std::vector<std::string>{"cats"});
  CHECK(answers.documents[0].num_unknown == 2);
  CHECK(answers.documents[1].words.empty());
  const double alpha_sum = model.alpha()[0] + model.alpha()[1];
  CHECK(answers.documents[1].theta[0] == Approx(model.alpha()[0] / alpha_sum));
  CHECK(answers.documents[1].theta[1] == Approx(model.alpha()[1] / alpha_sum));
  CHECK(answers.documents[2].words == std::vector<std::string>{"stars", "galaxies"});
  CHECK(answers.summary.value().num_documents == 3);
  CHECK(answers.summary.value().num_empty_documents == 1);
  CHECK(answers.summary.value().num_tokens == 3);
  CHECK(answers.summary.value().num_unknown == 2);
}

TEST_CASE("lines of JSON keep their ids", "[infer]") {
  const TempDir dir;
  const Answers answers = Ask(TextModel(dir), InputOf(dir, "new.jsonl",
                                                      R"({"id":"a/1","text":"cats"})"
                                                      "\n"
                                                      R"({"text":"stars"})"
                                                      "\n"));
  Must(answers.summary.status());
  REQUIRE(answers.documents.size() == 2);
  CHECK(answers.documents[0].name == "a/1");
  CHECK(answers.documents[1].name == "2");
}

TEST_CASE("what comes before a bad line is answered", "[infer]") {
  const TempDir dir;
  const Model model = TextModel(dir);
  DocumentInput input = InputOf(dir, "new.jsonl",
                                R"({"text":"cats"})"
                                "\nno JSON\n"
                                R"({"text":"stars"})"
                                "\n");
  Answers answers = Ask(model, input);
  CHECK(answers.summary.status().code() == StatusCode::kBadInput);
  CHECK_THAT(answers.summary.status().message(), Catch::Contains("new.jsonl:2:"));
  CHECK(answers.documents.size() == 1);
  input.on_bad_line = OnBadLine::kSkip;
  answers = Ask(model, input);
  Must(answers.summary.status());
  CHECK(answers.documents.size() == 2);
  CHECK(answers.summary.value().skipped_lines.size() == 1);
}

TEST_CASE("bags of words have the model's numbers, or a list of names", "[infer]") {
  const TempDir dir;
  const Model text_model = TextModel(dir);
  DocumentInput bags = InputOf(dir, "new.ldac", "2 0:2 1:1\n1 2:3\n");
  bags.format = InputFormat::kLdac;
  CHECK_THAT(Ask(text_model, bags).summary.status().message(),
             Catch::Contains("`vocab_file` is needed"));
  WriteText(dir.File("names.txt"), "cats\nzebra\nstars\n");
  bags.vocab_file = dir.File("names.txt");
  const Answers named = Ask(text_model, bags);
  Must(named.summary.status());
  CHECK(named.documents[0].words == std::vector<std::string>{"cats", "cats"});
  CHECK(named.documents[0].num_unknown == 1);
  CHECK(named.documents[1].words == std::vector<std::string>(3, "stars"));

  // A model of numbers, from which frequent words were dropped: numbers stay what they were.
  const TempDir other;
  WriteText(other.File("in.ldac"), "2 0:1 1:2\n2 0:1 5:3\n2 0:4 5:1\n2 1:1 5:1\n");
  PreprocessConfig config;
  config.inputs = {other.File("in.ldac")};
  config.output = other.File("corpus");
  config.format = InputFormat::kLdac;
  config.max_df = "0.7";
  config.min_df = "2";
  Must(Preprocess(config));
  const Model numbers = TrainAndForget(other);
  REQUIRE(numbers.num_words() < 6);
  DocumentInput input = InputOf(other, "new.ldac", "3 0:1 1:2 5:1\n");
  input.format = InputFormat::kLdac;
  const Answers answers = Ask(numbers, input);
  Must(answers.summary.status());
  std::map<std::string, int> found;
  for (const std::string& word : answers.documents[0].words) ++found[word];
  for (const auto& [word, count] : found) {
    CHECK(numbers.vocabulary().Find(word).has_value());
    CHECK(count == (word == "1" ? 2 : 1));
  }
  CHECK(answers.documents[0].words.size() + answers.documents[0].num_unknown == 4);
  DocumentInput uci = InputOf(other, "new.uci", "2\n6\n2\n1 2 2\n2 6 1\n");
  uci.format = InputFormat::kUci;
  const Answers of_uci = Ask(numbers, uci);
  Must(of_uci.summary.status());
  CHECK(of_uci.documents.size() == 2);
  CHECK(Ask(numbers, InputOf(other, "new.txt", "some text\n")).summary.status().code() ==
        StatusCode::kBadInput);
}

TEST_CASE("a visitor's failure, a stop and settings out of range end it", "[infer]") {
  const TempDir dir;
  const Inferencer inferencer = Must(Inferencer::Create(TextModel(dir)));
  const DocumentInput input = InputOf(dir, "new.txt", "cats\nstars\n");
  int visits = 0;
  const auto failed = InferDocuments(inferencer, input, [&](const InferredDocument&) {
    ++visits;
    return Status::Failure("enough");
  });
  CHECK(failed.status().message() == "enough");
  CHECK(visits == 1);
  StopToken stop;
  stop.RequestStop();
  const auto stopped = InferDocuments(
      inferencer, input, [](const InferredDocument&) { return Status(); }, nullptr, stop);
  CHECK(stopped.status().code() == StatusCode::kCancelled);
  DocumentInput none;
  CHECK(none.Validate().code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
