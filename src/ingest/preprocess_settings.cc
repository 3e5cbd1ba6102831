#include "ingest/preprocess_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "corpus/corpus_format.h"
#include "ingest/decoded_stream.h"
#include "ingest/metadata_spec.h"
#include "ingest/parse_number.h"
#include "text/strip.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::array<std::pair<InputFormat, const char*>, 9> kFormats = {{
    {InputFormat::kAuto, "auto"},
    {InputFormat::kText, "text"},
    {InputFormat::kJsonl, "jsonl"},
    {InputFormat::kJson, "json"},
    {InputFormat::kCsv, "csv"},
    {InputFormat::kTsv, "tsv"},
    {InputFormat::kUci, "uci"},
    {InputFormat::kLdac, "ldac"},
    {InputFormat::kLibsvm, "libsvm"},
}};

constexpr int kMaxThreads = 1024;

Result<DfBound> ParseBound(const std::string& text, const char* fallback, const char* field) {
  Result<DfBound> bound = DfBound::Parse(text.empty() ? fallback : text);
  if (!bound.ok()) return bound.status().WithContext(field);
  return bound;
}

}  // namespace

const char* FormatName(InputFormat format) {
  for (const auto& [value, name] : kFormats) {
    if (value == format) return name;
  }
  return "unknown";
}

Result<InputFormat> ParseInputFormat(const std::string& name) {
  for (const auto& [value, known] : kFormats) {
    if (name == known) return value;
  }
  return Status::Usage(
      "`format`: expected auto, text, jsonl, json, csv, tsv, uci, ldac or libsvm, "
      "found " +
      QuoteBytes(name));
}

Result<DfBound> DfBound::Parse(const std::string& text) {
  if (const auto count = ParseUnsigned(text, 0, std::uint64_t{1} << 53)) {
    return DfBound{false, static_cast<double>(*count)};
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool has_point = text.find('.') != std::string::npos;
  if (error != std::errc() || stop != end || !has_point || !(value >= 0 && value <= 1)) {
    return Status::Usage(
        "expected a number of documents (5) or a fraction from 0.0 to 1.0, found " +
        QuoteBytes(text));
  }
  return DfBound{true, value};
}

bool IsAutoMetadata(const std::vector<std::string>& specs) {
  return specs.size() == 1 && specs[0] == "auto";
}

std::string ToText(const DfBound& bound) {
  if (!bound.is_fraction) return std::to_string(static_cast<std::uint64_t>(bound.value));
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), bound.value);
  const std::string digits(text, end.ptr);
  return digits.find('.') == std::string::npos ? digits + ".0" : digits;
}

std::string PreprocessConfig::HoldoutOutput() const {
  if (holdout == 0) return "";
  return holdout_output.empty() ? WithoutTrailingSlash(output) + ".heldout" : holdout_output;
}

Status PreprocessConfig::Validate() const {
  if (inputs.empty()) return Status::Usage("`inputs`: expected files or directories, found none");
  for (const std::string& input : inputs) {
    if (input.empty())
      return Status::Usage("`inputs`: expected files or directories, found an empty name");
  }
  if (output.empty()) return Status::Usage("`output`: expected a directory, found an empty name");
  LIGHTLDA_RETURN_IF_ERROR(ParseBound(min_df, "0", "`min_df`").status());
  LIGHTLDA_RETURN_IF_ERROR(ParseBound(max_df, "1.0", "`max_df`").status());
  if (!(holdout >= 0 && holdout < 1)) {
    return Status::Usage("`holdout`: expected a fraction from 0 (none) to less than 1");
  }
  if (holdout == 0 && !holdout_output.empty()) {
    return Status::Usage("`holdout_output`: nothing is held out; give `holdout`, too");
  }
  const auto refuse = [](const std::string& field, const std::string& expected, auto found) {
    return Status::Usage("`" + field + "`: expected " + expected + ", found " +
                         std::to_string(found));
  };
  if (max_vocab < 0) return refuse("max_vocab", "0 (all) or more", max_vocab);
  if (min_token_length < -1 || min_token_length > 1000) {
    return refuse("min_token_length", "0 to 1000", min_token_length);
  }
  if (num_threads < 0 || num_threads > kMaxThreads) {
    return refuse("num_threads", "0 (one per core) to " + std::to_string(kMaxThreads), num_threads);
  }
  constexpr std::uint64_t kMaxLine = std::uint64_t{1} << 31;
  if (max_line_bytes < 1 || max_line_bytes > kMaxLine) {
    return refuse("max_line_bytes", "1 to " + std::to_string(kMaxLine), max_line_bytes);
  }
  if (block_tokens > kMaxBlockTokens) {
    return refuse("block_tokens", "at most " + std::to_string(kMaxBlockTokens), block_tokens);
  }
  if (snippet_bytes < -1 || snippet_bytes > kMaxSnippetBytes) {
    return refuse("snippet_bytes", "-1 (all) to " + std::to_string(kMaxSnippetBytes),
                  snippet_bytes);
  }
  if (phrases != "none" && phrases != "npmi") {
    return Status::Usage("`phrases`: expected none or npmi, found " + QuoteBytes(phrases));
  }
  if (phrase_min_count < 1) return refuse("phrase_min_count", "1 or more", phrase_min_count);
  if (!(phrase_threshold >= -1 && phrase_threshold <= 1)) {
    return refuse("phrase_threshold", "-1 to 1", phrase_threshold);
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckFields(text_field, columns));
  LIGHTLDA_RETURN_IF_ERROR(CheckEncoding(encoding));
  LIGHTLDA_RETURN_IF_ERROR(CheckStrip(strip));
  if (IsAutoMetadata(metadata_fields)) return {};
  return ParseMetadataSpecs(metadata_fields).status();
}

std::vector<std::string> TextFields(std::string_view text_field) {
  std::vector<std::string> fields;
  while (true) {
    const std::size_t end = std::min(text_field.find(','), text_field.size());
    fields.emplace_back(text_field.substr(0, end));
    if (end == text_field.size()) return fields;
    text_field.remove_prefix(end + 1);
  }
}

Status CheckFields(const std::string& text_field, const std::vector<std::string>& columns) {
  std::vector<std::string> fields = TextFields(text_field);
  if (std::ranges::find(fields, "") != fields.end()) {
    return Status::Usage("`text_field`: expected names with commas between, found " +
                         QuoteBytes(text_field));
  }
  std::ranges::sort(fields);
  if (const auto twice = std::ranges::adjacent_find(fields); twice != fields.end()) {
    return Status::Usage("`text_field`: names " + QuoteBytes(*twice) + " twice");
  }
  if (std::ranges::find(columns, "") != columns.end()) {
    return Status::Usage("`columns`: expected names with commas between, found an empty one");
  }
  return {};
}

namespace {

// What says itself how text becomes words (`by`) goes with nothing else that does.
Status CheckNoWords(const PreprocessConfig& config, const std::string& by) {
  const std::pair<bool, const char*> given[] = {
      {!config.min_df.empty(), "min_df"},
      {!config.max_df.empty(), "max_df"},
      {config.max_vocab > 0, "max_vocab"},
      {config.stopwords != "none", "stopwords"},
      {config.stemmer != "none", "stemmer"},
      {config.min_token_length >= 0, "min_token_length"},
      {!config.token_regex.empty(), "token_regex"},
      {!config.strip.empty(), "strip"},
      {!config.replace_file.empty(), "replace_file"},
      {config.phrases != "none", "phrases"},
  };
  for (const auto& [is_given, name] : given) {
    if (!is_given) continue;
    return Status::Usage(std::string("`") + name + "` cannot be combined with `" + by +
                         "`, which says how text becomes words");
  }
  return {};
}

Status CheckLike(const PreprocessConfig& config, InputFormat format) {
  if (config.like.empty()) return {};
  if (IsBagFormat(format)) {
    return Status::Usage(std::string("`like` is for text and jsonl, not for ") +
                         FormatName(format));
  }
  if (!config.vocab_file.empty()) {
    return Status::Usage(
        "`vocab_file` cannot be combined with `like`, which says how text becomes words");
  }
  return CheckNoWords(config, "like");
}

// A corpus that is added to says all that shapes it.
Status CheckAppend(const PreprocessConfig& config, InputFormat format) {
  if (!config.append) return {};
  const PreprocessConfig defaults;
  const std::pair<bool, const char*> given[] = {
      {config.overwrite, "overwrite"},
      {!config.like.empty(), "like"},
      {!config.vocab_file.empty() && !IsBagFormat(format), "vocab_file"},
      {!IsAutoMetadata(config.metadata_fields), "metadata_fields"},
      {config.snippet_bytes != defaults.snippet_bytes, "snippet_bytes"},
      {config.seed != defaults.seed, "seed"},
      {config.holdout != 0, "holdout"},
  };
  for (const auto& [is_given, name] : given) {
    if (!is_given) continue;
    return Status::Usage(std::string("`") + name + "` cannot be combined with `append`, which " +
                         "reads documents as those of the corpus were read");
  }
  return CheckNoWords(config, "append");
}

Status CheckMetadata(const PreprocessConfig& config, InputFormat format) {
  if (config.metadata_fields.empty() || IsAutoMetadata(config.metadata_fields)) return {};
  if (HasFields(format) || !config.metadata_file.empty()) return {};
  return Status::Usage(std::string("`metadata_fields` is for jsonl, json, csv and tsv, not for ") +
                       FormatName(format) + ", unless `metadata_file` has them");
}

// What is of text alone.
Status CheckBags(const PreprocessConfig& config, const std::string& name) {
  const auto refuse = [&](const std::string& field) {
    return Status::Usage("`" + field + "` is for text and jsonl, not for " + name);
  };
  if (config.stemmer != "none") {
    return Status::Usage("`stemmer` is for text and jsonl; words of " + name + " cannot change");
  }
  if (!config.strip.empty()) return refuse("strip");
  if (config.min_token_length >= 0) return refuse("min_token_length");
  if (!config.token_regex.empty()) return refuse("token_regex");
  if (!config.replace_file.empty()) return refuse("replace_file");
  if (config.phrases != "none") return refuse("phrases");
  if (PicksStopwords(config.stopwords)) {
    return Status::Usage("`stopwords`=auto is for text and jsonl, not for " + name);
  }
  if (config.stopwords != "none" && config.vocab_file.empty()) {
    return Status::Usage("`stopwords` for " + name +
                         " need `vocab_file`: its words are numbers otherwise");
  }
  return {};
}

}  // namespace

Result<PreprocessSettings> SettleConfig(const PreprocessConfig& config, InputFormat format) {
  PreprocessSettings settings;
  settings.config = config;
  settings.format = format;
  LIGHTLDA_RETURN_IF_ERROR(CheckMetadata(config, format));
  LIGHTLDA_RETURN_IF_ERROR(CheckLike(config, format));
  LIGHTLDA_RETURN_IF_ERROR(CheckAppend(config, format));
  if (!IsAutoMetadata(config.metadata_fields)) {
    LIGHTLDA_ASSIGN_OR_RETURN(settings.metadata, ParseMetadataSpecs(config.metadata_fields));
  }
  // A given vocabulary, like a bag of words, says by itself what the words are.
  const bool open =
      !settings.bags() && config.vocab_file.empty() && config.like.empty() && !config.append;
  LIGHTLDA_ASSIGN_OR_RETURN(settings.min_df,
                            ParseBound(config.min_df, open ? "5" : "0", "`min_df`"));
  LIGHTLDA_ASSIGN_OR_RETURN(settings.max_df,
                            ParseBound(config.max_df, open ? "0.5" : "1.0", "`max_df`"));
  settings.min_token_length = config.min_token_length;
  if (config.min_token_length < 0) settings.min_token_length = open ? 2 : 1;
  if (!settings.bags()) {
    if (!config.vocab_file.empty() && config.max_vocab > 0) {
      return Status::Usage("`max_vocab` cannot be combined with a given vocabulary");
    }
    if (!config.vocab_file.empty() && config.phrases != "none") {
      return Status::Usage("`phrases` cannot be combined with a given vocabulary");
    }
    if (!config.replace_file.empty()) {
      LIGHTLDA_ASSIGN_OR_RETURN(settings.replacements, LoadReplacements(config.replace_file));
    }
    return settings;
  }

  LIGHTLDA_RETURN_IF_ERROR(CheckBags(config, FormatName(format)));
  settings.filters_bags = !config.min_df.empty() || !config.max_df.empty() ||
                          config.max_vocab > 0 || config.stopwords != "none";
  return settings;
}

TextPipelineSettings PipelineOf(const PreprocessSettings& settings, StopwordSet stop_words) {
  using Words = TextPipelineSettings::Words;
  const bool given = !settings.config.vocab_file.empty();
  TextPipelineSettings pipeline;
  if (settings.bags()) {
    pipeline.input = TextPipelineSettings::Input::kBagOfWords;
    pipeline.words = given ? Words::kGiven : Words::kNumbers;
    if (!given) pipeline.first_number = FirstWordNumber(settings.format);
    return pipeline;
  }
  pipeline.words = given ? Words::kGiven : Words::kChosen;
  pipeline.min_token_length = settings.min_token_length;
  if (!settings.config.token_regex.empty()) {
    pipeline.tokenizer = kRegexTokenizerName;
    pipeline.token_regex = settings.config.token_regex;
  }
  pipeline.replacements = settings.replacements;
  pipeline.stop_words = std::move(stop_words);
  pipeline.stemmer = settings.config.stemmer;
  pipeline.strip = StripInOrder(settings.config.strip);
  return pipeline;
}

nlohmann::ordered_json SettingsToJson(const PreprocessSettings& settings) {
  const PreprocessConfig& config = settings.config;
  nlohmann::ordered_json json = {{"format", FormatName(settings.format)}};
  if (HasFields(settings.format)) {
    json["text_field"] = config.text_field;
    json["id_field"] = config.id_field;
    if (!config.columns.empty()) json["columns"] = config.columns;
  }
  if (!settings.metadata.empty()) {
    for (const MetadataField& field : settings.metadata) {
      json["metadata_fields"].push_back(field.name + "=" + field.member + ":" +
                                        std::string(MetadataTypeName(field.type)));
    }
  }
  if (settings.snippets()) json["snippet_bytes"] = config.snippet_bytes;
  if (!config.like.empty()) json["like"] = true;
  if (!config.encoding.empty()) json["encoding"] = config.encoding;
  if (!config.strip.empty()) json["strip"] = StripInOrder(config.strip);
  json["given_vocabulary"] = !config.vocab_file.empty();
  json["min_df"] = ToText(settings.min_df);
  json["max_df"] = ToText(settings.max_df);
  json["max_vocab"] = config.max_vocab;
  json["stopwords"] = config.stopwords;
  if (!settings.picked_stopwords.empty()) json["picked_stopwords"] = settings.picked_stopwords;
  if (!settings.bags()) {
    json["stemmer"] = config.stemmer;
    json["min_token_length"] = settings.min_token_length;
    if (!config.token_regex.empty()) json["token_regex"] = config.token_regex;
    if (!settings.replacements.empty()) json["replacements"] = settings.replacements.size();
    if (config.phrases != "none") {
      json["phrases"] = {{"scoring", config.phrases},
                         {"min_count", config.phrase_min_count},
                         {"threshold", config.phrase_threshold}};
    }
  }
  json["on_bad_line"] = config.on_bad_line == OnBadLine::kSkip ? "skip" : "fail";
  json["max_line_bytes"] = config.max_line_bytes;
  json["block_tokens"] = config.block_tokens;
  if (config.holdout > 0) json["holdout"] = config.holdout;
  return json;
}

}  // namespace lightlda
