// text_pipeline.json and the words it makes of a text.
#include "text/text_pipeline.h"

#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "base/manifest.h"

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

TextPipelineSettings SomeText() {
  TextPipelineSettings settings;
  settings.words = TextPipelineSettings::Words::kGiven;
  settings.min_token_length = 3;
  settings.stemmer = "english";
  for (const char* word : {"The", "Don't", "caf\u00e9", "running"}) {
    REQUIRE(settings.stop_words.Add(word).ok());
  }
  return settings;
}

TextPipelineSettings Bags(TextPipelineSettings::Words words, std::uint32_t first_number) {
  TextPipelineSettings settings;
  settings.input = TextPipelineSettings::Input::kBagOfWords;
  settings.words = words;
  settings.first_number = first_number;
  return settings;
}

std::unique_ptr<TextPipeline> MustCreate(TextPipelineSettings settings) {
  auto pipeline = TextPipeline::Create(std::make_shared<TextPipelineSettings>(std::move(settings)));
  INFO(pipeline.status().message());
  REQUIRE(pipeline.ok());
  return std::move(pipeline).value();
}

Words WordsOf(TextPipeline* pipeline, std::string_view text) {
  Words words;
  REQUIRE(pipeline->Tokenize(text, [&](std::string_view word) { words.emplace_back(word); }).ok());
  return words;
}

// Whoever changes what the tokenizer makes of a text must raise its version, since models rely on
// it. The text leaves out what ICU's own versions differ in: the scripts that it splits by
// dictionaries.
TEST_CASE("a version of the tokenizer gives a fixed text's tokens for ever", "[text]") {
  const std::string text =
      "The quick-brown fox, don't e.g. a_b 3d co2 1,234.5 3'4 example.com mail@host x:y _1_ #tag "
      "C++ U.S.A. l'homme rock'n'roll 12th 0x1F \u00c9COLE na\u00efve \u00dfe\u1e9e \ufb01ne "
      "\uff21\uff22\uff23 soft\u00adhyphen don\u2019t \u0130stanbul \u039f\u0394\u039f\u03a3 "
      "\u0434\u043e\u043c \u05d0\u05d1\u05f4\u05d2 \u0639\u0631\u0628\u064a\u0629 \ufdfa "
      "\ud55c\uad6d\uc5b4 e\u0301t\u00e9 a\u200db a\u0300\u0301 \u2160\u2161 km\u00b2 " +
      std::string(256, 'y') + " " + std::string(257, 'z') + " end";
  auto tokenizer = Tokenizer::Create({.min_token_length = 2});
  REQUIRE(tokenizer.ok());
  std::string tokens;
  REQUIRE((*tokenizer)
              ->Tokenize(text,
                         [&](std::string_view token) {
                           tokens += token;
                           tokens += '\n';
                         })
              .ok());
  INFO(tokens);
  CHECK(std::string(kTokenizerName) == "uax29");
  CHECK(kTokenizerVersion == 1);
  CHECK(ToHex(Checksum(tokens)) == "93a9af15f1fddf7c");
}

TEST_CASE("settings come back from the text they are written to", "[text]") {
  using Origin = TextPipelineSettings::Words;
  for (const auto& settings : {SomeText(), TextPipelineSettings(), Bags(Origin::kGiven, 0),
                               Bags(Origin::kNumbers, 0), Bags(Origin::kNumbers, 1)}) {
    const std::string text = FormatTextPipeline(settings);
    INFO(text);
    auto read = ParseTextPipeline("f", text);
    INFO(read.status().message());
    REQUIRE(read.ok());
    CHECK(FormatTextPipeline(read.value()) == text);
    CHECK(read->input == settings.input);
    CHECK(read->words == settings.words);
    CHECK(read->first_number == settings.first_number);
    CHECK(read->min_token_length == settings.min_token_length);
    CHECK(read->stemmer == settings.stemmer);
    CHECK(read->stop_words.Sorted() == settings.stop_words.Sorted());
  }
  // Stop words are there themselves, folded, in both spellings of an apostrophe.
  const Json json = Json::parse(FormatTextPipeline(SomeText()));
  CHECK(json["stop_words"] == Json({"caf\u00e9", "don't", "don\u2019t", "running", "the"}));
  CHECK(json["phrases"] == Json::array());
}

TextPipelineSettings Everything() {
  TextPipelineSettings settings = SomeText();
  settings.tokenizer = kRegexTokenizerName;
  settings.token_regex = "[\\p{L}_]+";
  settings.replacements = {{"colour", "color"}, {"hm", ""}};
  settings.forms = {{"galaxi", "galaxies"}};
  settings.phrases.Add("dark", "galaxies");
  settings.phrases.Add("dark", "color");
  return settings;
}

TEST_CASE("replacements, forms, phrases and a pattern come back, in version 2", "[text]") {
  const std::string text = FormatTextPipeline(Everything());
  auto read = ParseTextPipeline("f", text);
  INFO(read.status().message());
  REQUIRE(read.ok());
  CHECK(FormatTextPipeline(*read) == text);
  CHECK(read->token_regex == Everything().token_regex);
  CHECK(read->replacements == Everything().replacements);
  CHECK(read->forms == Everything().forms);
  CHECK(read->phrases.Sorted() == Everything().phrases.Sorted());
  CHECK(Json::parse(text)["format_version"] == 2);
  // What older programs can read they are given.
  CHECK(Json::parse(FormatTextPipeline(SomeText()))["format_version"] == 1);
}

TEST_CASE("words are replaced, then stop words go, then stems get their form, then phrases join",
          "[text]") {
  auto pipeline = MustCreate(Everything());
  CHECK_FALSE(pipeline->keeps_surfaces());
  CHECK(WordsOf(pipeline.get(), "The dark galaxies, hm, running dark colour galaxy dark") ==
        Words({"dark_galaxies", "dark_color", "galaxies", "dark"}));
}

bool Refused(const Status& status) {
  INFO(status.message());
  return status.code() == StatusCode::kBadInput && status.message().starts_with("f: ") &&
         status.message().find('\n') == std::string::npos;
}

TEST_CASE("a damaged text pipeline is refused", "[text]") {
  const std::string good = FormatTextPipeline(SomeText());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    INFO("byte " << at);
    CHECK(Refused(ParseTextPipeline("f", bad).status()));
  }
  CHECK(Refused(ParseTextPipeline("f", "").status()));
  CHECK(Refused(ParseTextPipeline("f", good + "x").status()));
  CHECK(Refused(ParseTextPipeline("f", good.substr(0, good.size() / 2)).status()));
}

TEST_CASE("a text pipeline with right checksums but members that are wrong or unknown is refused",
          "[text]") {
  const auto parse = [](const TextPipelineSettings& settings,
                        const std::function<void(Json*)>& change) {
    Json json = *ParseManifest("f", FormatTextPipeline(settings))->json;
    change(&json);
    return ParseTextPipeline("f", FormatManifest(json)).status();
  };
  const std::vector<std::pair<const char*, Json>> lies = {
      {"/kind", "lightlda model"},
      {"/format_version", 0},
      {"/format_version", 3},
      {"/format_version", "1"},
      {"/input", "speech"},
      {"/input", "bag_of_words"},
      {"/tokenizer/name", 1},
      {"/tokenizer/version", 0},
      {"/tokenizer/ngrams", 2},
      {"/tokenizer/min_token_length", -1},
      {"/tokenizer", "uax29"},
      {"/folding", "none"},
      {"/stop_words", "the"},
      {"/stop_words", Json({"a", 1})},
      {"/stop_words", Json({"b", "a"})},
      {"/stop_words", Json({"a", "a"})},
      {"/stop_words", Json({"", "a"})},
      {"/stemmer", nullptr},
      {"/phrases", Json({"new_york"})},
      {"/phrases", Json::object()},
      {"/phrases", Json({{"a", "b", "c"}})},
      {"/phrases", Json({{"", "b"}})},
      {"/forms", Json({{"a", 1}})},
      {"/forms", Json({{"a", "b"}, {"a", "c"}})},
      {"/replacements", Json({{"b", "c"}, {"a", "c"}})},
      {"/tokenizer/pattern", "[a-z]+"},
      {"/vocabulary", "numbers"},
      {"/lemmas", true}};
  for (const auto& [pointer, value] : lies) {
    INFO(pointer << " = " << value.dump());
    CHECK(Refused(parse(SomeText(), [&pointer = pointer, &value = value](Json* json) {
      (*json)[Json::json_pointer(pointer)] = value;
    })));
  }
  const auto bags = Bags(TextPipelineSettings::Words::kNumbers, 1);
  CHECK(Refused(parse(bags, [](Json* json) { (*json)["first_number"] = 2; })));
  CHECK(Refused(parse(bags, [](Json* json) { (*json)["vocabulary"] = "given"; })));
  CHECK(Refused(parse(bags, [](Json* json) { (*json)["vocabulary"] = "chosen"; })));
  CHECK(Refused(parse(bags, [](Json* json) { (*json)["stemmer"] = "english"; })));
  for (const auto& settings : {SomeText(), bags}) {
    const Json json = *ParseManifest("f", FormatTextPipeline(settings))->json;
    for (const auto& [name, value] : json.items()) {
      if (name == "written_by" || name == "information") continue;
      INFO("without " << name);
      CHECK(Refused(parse(settings, [&name = name](Json* changed) { changed->erase(name); })));
    }
  }
  // What is there for the reader may be anything.
  CHECK(parse(SomeText(), [](Json* json) { (*json)["information"]["more"] = 1; }).ok());
  CHECK(parse(SomeText(), [](Json* json) { json->erase("written_by"); }).ok());
}

TEST_CASE("text is not read by another tokenizer or without its stemmer", "[text]") {
  const auto create = [](const std::function<void(TextPipelineSettings*)>& change) {
    auto settings = std::make_shared<TextPipelineSettings>();
    change(settings.get());
    return TextPipeline::Create(settings).status();
  };
  CHECK(create([](TextPipelineSettings*) {}).ok());
  const Status newer = create(
      [](TextPipelineSettings* settings) { settings->tokenizer_version = kTokenizerVersion + 1; });
  CHECK(newer.code() == StatusCode::kBadInput);
  CHECK(newer.message() ==
        "text was read by version 2 of the tokenizer uax29, this program has version 1 of uax29");
  CHECK(create([](TextPipelineSettings* settings) { settings->tokenizer = "words"; }).code() ==
        StatusCode::kBadInput);
  CHECK(create([](TextPipelineSettings* settings) { settings->stemmer = "klingon"; }).code() ==
        StatusCode::kUsage);
}

TEST_CASE("stop words go by their surface form, what is left is stemmed", "[text]") {
  auto pipeline = MustCreate(SomeText());
  CHECK_FALSE(pipeline->keeps_surfaces());
  CHECK(WordsOf(pipeline.get(), "The cats don\u2019t like RUNNING, runs are a cat's CAF\u00c9") ==
        Words({"cat", "like", "run", "are", "cat"}));
  CHECK(pipeline->num_too_short() == 1);
  CHECK(pipeline->num_too_long() == 0);
  CHECK(pipeline->WordOf("running") == std::nullopt);
  CHECK(pipeline->WordOf("topics") == "topic");

  auto plain = MustCreate(TextPipelineSettings());
  CHECK(plain->keeps_surfaces());
  CHECK(WordsOf(plain.get(), "The cats run") == Words({"the", "cats", "run"}));
}

}  // namespace
}  // namespace lightlda
