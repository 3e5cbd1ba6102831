#include "text/text_pipeline.h"

#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/json_fields.h"
#include "base/manifest.h"
#include "lightlda/version.h"

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;
using Input = TextPipelineSettings::Input;
using Words = TextPipelineSettings::Words;

// Version 2 has what version 1 had not: replacements, forms, phrases, another tokenizer. What needs
// none of it is written as version 1, which older programs read.
constexpr std::uint64_t kFormatVersion = 2;
constexpr char kKind[] = "lightlda text pipeline";
constexpr char kText[] = "text";
constexpr char kBagOfWords[] = "bag_of_words";
constexpr char kFolding[] = "nfkc_casefold";
constexpr std::uint64_t kMaxMinTokenLength = 1000;

const char* NameOf(Words words) {
  switch (words) {
    case Words::kChosen:
      return "chosen";
    case Words::kGiven:
      return "given";
    case Words::kNumbers:
      break;
  }
  return "numbers";
}

std::string IcuVersionText(void (*get)(UVersionInfo)) {
  UVersionInfo version;
  get(version);
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return text;
}

// Everything else changes what a text means, so a member that is not known may not be passed over.
Status CheckMembers(const JsonFields& fields, const std::vector<std::string>& known) {
  for (const auto& [name, value] : fields.json().items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return Status::BadInput(fields.path() + ": has a member \"" + name +
                            "\" that this version of lightlda does not know");
  }
  return {};
}

// One of the words' origins that go with the input.
Result<Words> ReadWords(const JsonFields& fields, Words one, Words other) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string name, fields.String("vocabulary"));
  for (const Words words : {one, other}) {
    if (name == NameOf(words)) return words;
  }
  return fields.Error("vocabulary", std::string(NameOf(one)) + " or " + NameOf(other));
}

Status ReadStopWords(const JsonFields& fields, StopwordSet* set) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> words, fields.Strings("stop_words"));
  const bool ascending = std::ranges::adjacent_find(words, std::greater_equal()) == words.end();
  if (!ascending || (!words.empty() && words.front().empty())) {
    return fields.Error("stop_words", "words, each once, in ascending order of their bytes");
  }
  *set = StopwordSet::FromFolded(words);
  return {};
}

// Only there if something is stripped: programs that do not know it refuse the model then.
Status ReadStrip(const JsonFields& fields, TextPipelineSettings* settings) {
  if (!fields.json().contains("strip")) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields strip, fields.Object("strip"));
  LIGHTLDA_RETURN_IF_ERROR(CheckMembers(strip, {"version", "filters"}));
  LIGHTLDA_RETURN_IF_ERROR(strip.Unsigned("version", kStripVersion, kStripVersion).status());
  LIGHTLDA_ASSIGN_OR_RETURN(settings->strip, strip.Strings("filters"));
  if (settings->strip.empty() || !CheckStrip(settings->strip).ok() ||
      StripInOrder(settings->strip) != settings->strip) {
    return strip.Error("filters", "some of email, html, latex and url, in this order");
  }
  return {};
}

Status ReadTokenizer(const JsonFields& fields, TextPipelineSettings* settings) {
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields tokenizer, fields.Object("tokenizer"));
  LIGHTLDA_RETURN_IF_ERROR(
      CheckMembers(tokenizer, {"name", "version", "pattern", "min_token_length"}));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->tokenizer, tokenizer.String("name"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t version,
                            tokenizer.Unsigned("version", 1, UINT32_MAX));
  settings->tokenizer_version = static_cast<std::uint32_t>(version);
  if ((settings->tokenizer == kRegexTokenizerName) != tokenizer.Has("pattern")) {
    return tokenizer.Error("pattern", "one of the tokenizer \"regex\" and of no other");
  }
  if (tokenizer.Has("pattern")) {
    LIGHTLDA_ASSIGN_OR_RETURN(settings->token_regex, tokenizer.String("pattern"));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t length,
                            tokenizer.Unsigned("min_token_length", 0, kMaxMinTokenLength));
  settings->min_token_length = static_cast<int>(length);
  return {};
}

// The array of pairs of words `name`, ascending; none if it is absent.
Result<std::vector<std::pair<std::string, std::string>>> ReadPairs(const JsonFields& fields,
                                                                   const std::string& name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!fields.Has(name)) return pairs;
  const Status bad = fields.Error(name, "pairs of words, each once, in ascending order");
  const Json& array = fields.json()[name];
  if (!array.is_array()) return bad;
  for (const Json& pair : array) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      return bad;
    }
    pairs.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    if (pairs.back().first.empty()) return bad;
  }
  if (std::ranges::adjacent_find(pairs, std::greater_equal()) != pairs.end()) return bad;
  return pairs;
}

Result<WordChanges> ReadChanges(const JsonFields& fields, const std::string& name) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto pairs, ReadPairs(fields, name));
  WordChanges changes(pairs.begin(), pairs.end());
  if (changes.size() != pairs.size()) return fields.Error(name, "one change of a word");
  return changes;
}

Status ReadText(const JsonFields& fields, TextPipelineSettings* settings) {
  LIGHTLDA_RETURN_IF_ERROR(CheckMembers(
      fields,
      {"kind", "format_version", "written_by", "input", "tokenizer", "folding", "replacements",
       "stop_words", "stemmer", "forms", "phrases", "vocabulary", "information", "strip"}));
  LIGHTLDA_RETURN_IF_ERROR(ReadStrip(fields, settings));
  LIGHTLDA_RETURN_IF_ERROR(ReadTokenizer(fields, settings));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string folding, fields.String("folding"));
  if (folding != kFolding) return fields.Error("folding", kFolding);
  LIGHTLDA_RETURN_IF_ERROR(ReadStopWords(fields, &settings->stop_words));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->stemmer, fields.String("stemmer"));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->replacements, ReadChanges(fields, "replacements"));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->forms, ReadChanges(fields, "forms"));
  if (!fields.Has("phrases")) return fields.Error("phrases", "pairs of words");
  LIGHTLDA_ASSIGN_OR_RETURN(const auto phrases, ReadPairs(fields, "phrases"));
  for (const auto& [first, second] : phrases) settings->phrases.Add(first, second);
  LIGHTLDA_ASSIGN_OR_RETURN(settings->words, ReadWords(fields, Words::kChosen, Words::kGiven));
  return {};
}

Status ReadBags(const JsonFields& fields, TextPipelineSettings* settings) {
  LIGHTLDA_ASSIGN_OR_RETURN(settings->words, ReadWords(fields, Words::kGiven, Words::kNumbers));
  std::vector<std::string> known = {"kind", "format_version", "written_by", "input", "vocabulary"};
  if (settings->words == Words::kNumbers) {
    known.emplace_back("first_number");
    LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t first, fields.Unsigned("first_number", 0, 1));
    settings->first_number = static_cast<std::uint32_t>(first);
  }
  return CheckMembers(fields, known);
}

}  // namespace

namespace {

bool IsOfVersion1(const TextPipelineSettings& settings) {
  return settings.token_regex.empty() && settings.replacements.empty() && settings.forms.empty() &&
         settings.phrases.empty();
}

}  // namespace

std::string FormatTextPipeline(const TextPipelineSettings& settings) {
  Json json = {{"kind", kKind},
               {"format_version", IsOfVersion1(settings) ? 1 : kFormatVersion},
               {"written_by", "lightlda " LIGHTLDA_VERSION_STRING}};
  if (settings.input == Input::kBagOfWords) {
    json["input"] = kBagOfWords;
    json["vocabulary"] = NameOf(settings.words);
    if (settings.words == Words::kNumbers) json["first_number"] = settings.first_number;
    return FormatManifest(json);
  }
  json["input"] = kText;
  if (!settings.strip.empty()) {
    json["strip"] = {{"version", kStripVersion}, {"filters", settings.strip}};
  }
  json["tokenizer"] = {{"name", settings.tokenizer}, {"version", settings.tokenizer_version}};
  if (!settings.token_regex.empty()) json["tokenizer"]["pattern"] = settings.token_regex;
  json["tokenizer"]["min_token_length"] = settings.min_token_length;
  json["folding"] = kFolding;
  // Each pair as an array, not as a member of an object.
  const auto pairs = [](const auto& words) {
    Json array = Json::array();
    for (const auto& [first, second] : words) array.push_back(Json::array({first, second}));
    return array;
  };
  if (!settings.replacements.empty()) json["replacements"] = pairs(settings.replacements);
  json["stop_words"] = settings.stop_words.Sorted();
  json["stemmer"] = settings.stemmer;
  if (!settings.forms.empty()) json["forms"] = pairs(settings.forms);
  json["phrases"] = pairs(settings.phrases.Sorted());
  json["vocabulary"] = NameOf(settings.words);
  json["information"] = {{"icu", IcuVersionText(u_getVersion)},
                         {"unicode", IcuVersionText(u_getUnicodeVersion)}};
  return FormatManifest(json);
}

Result<TextPipelineSettings> ParseTextPipeline(const std::string& path, const std::string& text) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(path, text));
  const JsonFields fields(path, *manifest.json);
  const bool old = fields.Unsigned("format_version", 1, 1).ok();
  LIGHTLDA_RETURN_IF_ERROR(
      CheckKind(fields, kKind, old ? 1 : kFormatVersion, "preprocess the input again"));
  TextPipelineSettings settings;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string input, fields.String("input"));
  if (input == kText) {
    LIGHTLDA_RETURN_IF_ERROR(ReadText(fields, &settings));
  } else if (input == kBagOfWords) {
    settings.input = Input::kBagOfWords;
    LIGHTLDA_RETURN_IF_ERROR(ReadBags(fields, &settings));
  } else {
    return fields.Error("input", std::string(kText) + " or " + kBagOfWords);
  }
  return settings;
}

Result<std::shared_ptr<const TextPipelineSettings>> ReadsTextBy(const std::string& text) {
  LIGHTLDA_ASSIGN_OR_RETURN(TextPipelineSettings settings,
                            ParseTextPipeline("the model's text_pipeline.json", text));
  if (settings.input == Input::kText) {
    return std::make_shared<const TextPipelineSettings>(std::move(settings));
  }
  return Status::BadInput(
      "the model was trained on bags of words, so it does not know how text becomes its words");
}

Result<std::unique_ptr<TextPipeline>> TextPipeline::Create(
    std::shared_ptr<const TextPipelineSettings> settings) {
  const bool known = settings->token_regex.empty() ? settings->tokenizer == kTokenizerName
                                                   : settings->tokenizer == kRegexTokenizerName;
  if (!known || settings->tokenizer_version != kTokenizerVersion) {
    return Status::BadInput("text was read by version " +
                            std::to_string(settings->tokenizer_version) + " of the tokenizer " +
                            settings->tokenizer + ", this program has version " +
                            std::to_string(kTokenizerVersion) + " of " + kTokenizerName);
  }
  TokenizerOptions options;
  options.min_token_length = settings->min_token_length;
  options.token_regex = settings->token_regex;
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<Tokenizer> tokenizer, Tokenizer::Create(options));
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<Stemmer> stemmer, Stemmer::Create(settings->stemmer));
  return std::unique_ptr<TextPipeline>(
      new TextPipeline(std::move(settings), std::move(tokenizer), std::move(stemmer)));
}

}  // namespace lightlda
