// Texts in memory are read as files are, whatever the number of threads.
#include "lightlda/text_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lightlda/infer.h"
#include "lightlda/preprocess.h"
#include "unit/infer/small_model.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;

Model ModelOf(const TempDir& dir, InputFormat format, const std::string& input) {
  PreprocessConfig read;
  if (format == InputFormat::kText) {
    read.stopwords = "en";
    read.stemmer = "english";
  }
  MakeSmallModel(dir, format, input, std::move(read));
  return Must(Model::Load(dir.File("model")));
}

Model TextModel(const TempDir& dir) {
  return ModelOf(dir, InputFormat::kText,
                 "the cats sat on a mat\nDogs and cats\nstars shine on galaxies\na galaxy\n");
}

std::vector<std::string> WordsOf(const Model& model, const TextWords& read, std::size_t text) {
  std::vector<std::string> words;
  for (auto i = read.begins[text]; i < read.begins[text + 1]; ++i) {
    words.emplace_back(model.vocabulary().word(read.words[i]));
  }
  return words;
}

TEST_CASE("a text becomes the words that the model knows, in order", "[infer]") {
  TempDir dir;
  const Model model = TextModel(dir);
  const TextReader reader = Must(TextReader::Create(model));
  const std::vector<std::string_view> texts = {"A CAT and the zebra's stars", "", "the of and"};
  const TextWords read = Must(reader.Read(texts));
  REQUIRE(read.begins.size() == 4);
  CHECK(WordsOf(model, read, 0) == std::vector<std::string>{"cats", "stars"});
  CHECK(read.num_unknown == std::vector<std::uint32_t>{1, 0, 0});
  CHECK(read.begins[3] == read.words.size());
  CHECK(Must(reader.Read({})).begins == std::vector<std::uint64_t>{0});
}

TEST_CASE("texts in memory are those of a file, for any threads", "[infer]") {
  TempDir dir;
  const Model model = TextModel(dir);
  std::vector<std::string> lines;
  std::string file;
  for (int i = 0; i < 300; ++i) {
    lines.push_back(i % 7 == 0 ? "unknown" + std::to_string(i)
                               : std::string(static_cast<std::size_t>(i % 5), ' ') +
                                     "cats caf\xC3\xA9 GALAXY dogs" + std::to_string(i % 3));
    file += lines.back() + "\n";
  }
  const std::vector<std::string_view> texts(lines.begin(), lines.end());
  const TextReader reader = Must(TextReader::Create(model));
  const TextWords read = Must(reader.Read(texts, 1));
  for (const int threads : {0, 2, 5}) {
    const TextWords again = Must(reader.Read(texts, threads));
    CHECK(again.words == read.words);
    CHECK(again.begins == read.begins);
    CHECK(again.num_unknown == read.num_unknown);
  }
  WriteText(dir.File("new.txt"), file);
  DocumentInput input;
  input.inputs = {dir.File("new.txt")};
  input.format = InputFormat::kText;
  std::size_t d = 0;
  Must(InferDocuments(
      Must(Inferencer::Create(model)), input, [&](const InferredDocument& document) -> Status {
        const std::vector<WordId> words(document.words.begin(), document.words.end());
        const std::vector<WordId> mine(
            read.words.begin() + static_cast<std::ptrdiff_t>(read.begins[d]),
            read.words.begin() + static_cast<std::ptrdiff_t>(read.begins[d + 1]));
        CHECK(words == mine);
        CHECK(document.num_unknown == read.num_unknown[d]);
        ++d;
        return {};
      }));
  CHECK(d == lines.size());
}

TEST_CASE("what is no text, or a model of none, is refused by name", "[infer]") {
  TempDir dir;
  const TextReader reader = Must(TextReader::Create(TextModel(dir)));
  std::vector<std::string_view> texts(100, "cats");
  texts[70] = "cats \xFF";
  const Status status = reader.Read(texts).status();
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message() == "text 70: expected UTF-8, found an invalid byte at 6");
  TempDir bags;
  const Model model = ModelOf(bags, InputFormat::kLdac, "2 0:1 1:2\n2 1:1 2:2\n");
  CHECK(TextReader::Create(model).status().code() == StatusCode::kBadInput);
}

}  // namespace
}  // namespace lightlda
