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

constexpr std::uint64_t kFormatVersion = 1;
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

Status ReadText(const JsonFields& fields, TextPipelineSettings* settings) {
  LIGHTLDA_RETURN_IF_ERROR(CheckMembers(
      fields, {"kind", "format_version", "written_by", "input", "tokenizer", "folding",
               "stop_words", "stemmer", "phrases", "vocabulary", "information", "strip"}));
  LIGHTLDA_RETURN_IF_ERROR(ReadStrip(fields, settings));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields tokenizer, fields.Object("tokenizer"));
  LIGHTLDA_RETURN_IF_ERROR(CheckMembers(tokenizer, {"name", "version", "min_token_length"}));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->tokenizer, tokenizer.String("name"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t version,
                            tokenizer.Unsigned("version", 1, UINT32_MAX));
  settings->tokenizer_version = static_cast<std::uint32_t>(version);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t length,
                            tokenizer.Unsigned("min_token_length", 0, kMaxMinTokenLength));
  settings->min_token_length = static_cast<int>(length);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string folding, fields.String("folding"));
  if (folding != kFolding) return fields.Error("folding", kFolding);
  LIGHTLDA_RETURN_IF_ERROR(ReadStopWords(fields, &settings->stop_words));
  LIGHTLDA_ASSIGN_OR_RETURN(settings->stemmer, fields.String("stemmer"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> phrases, fields.Strings("phrases"));
  if (!phrases.empty()) return fields.Error("phrases", "no phrases");
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

std::string FormatTextPipeline(const TextPipelineSettings& settings) {
  Json json = {{"kind", kKind},
               {"format_version", kFormatVersion},
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
  json["tokenizer"] = {{"name", settings.tokenizer},
                       {"version", settings.tokenizer_version},
                       {"min_token_length", settings.min_token_length}};
  json["folding"] = kFolding;
  json["stop_words"] = settings.stop_words.Sorted();
  json["stemmer"] = settings.stemmer;
  json["phrases"] = Json::array();
  json["vocabulary"] = NameOf(settings.words);
  json["information"] = {{"icu", IcuVersionText(u_getVersion)},
                         {"unicode", IcuVersionText(u_getUnicodeVersion)}};
  return FormatManifest(json);
}

Result<TextPipelineSettings> ParseTextPipeline(const std::string& path, const std::string& text) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(path, text));
  const JsonFields fields(path, *manifest.json);
  LIGHTLDA_RETURN_IF_ERROR(CheckKind(fields, kKind, kFormatVersion, "preprocess the input again"));
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

Result<std::unique_ptr<TextPipeline>> TextPipeline::Create(
    std::shared_ptr<const TextPipelineSettings> settings) {
  if (settings->tokenizer != kTokenizerName || settings->tokenizer_version != kTokenizerVersion) {
    return Status::BadInput("text was read by version " +
                            std::to_string(settings->tokenizer_version) + " of the tokenizer " +
                            settings->tokenizer + ", this program has version " +
                            std::to_string(kTokenizerVersion) + " of " + kTokenizerName);
  }
  TokenizerOptions options;
  options.min_token_length = settings->min_token_length;
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<Tokenizer> tokenizer, Tokenizer::Create(options));
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<Stemmer> stemmer, Stemmer::Create(settings->stemmer));
  return std::unique_ptr<TextPipeline>(
      new TextPipeline(std::move(settings), std::move(tokenizer), std::move(stemmer)));
}

}  // namespace lightlda
