// PreprocessConfig with the format's defaults filled in.
#ifndef LIGHTLDA_INGEST_PREPROCESS_SETTINGS_H_
#define LIGHTLDA_INGEST_PREPROCESS_SETTINGS_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/spill.h"
#include "lightlda/metadata.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "text/text_pipeline.h"

namespace lightlda {

constexpr bool IsBagFormat(InputFormat format) {
  return format == InputFormat::kUci || format == InputFormat::kLdac ||
         format == InputFormat::kLibsvm;
}

// Formats whose documents have fields, with the text in some of them.
constexpr bool HasFields(InputFormat format) {
  return format == InputFormat::kJsonl || format == InputFormat::kJson ||
         format == InputFormat::kCsv || format == InputFormat::kTsv;
}

// The names in PreprocessConfig::text_field.
std::vector<std::string> TextFields(std::string_view text_field);

// What is wrong with these members of a PreprocessConfig or DocumentInput, as kUsage.
Status CheckFields(const std::string& text_field, const std::vector<std::string>& columns);

// The number of the first word of a bag of words.
constexpr std::uint32_t FirstWordNumber(InputFormat format) {
  return format == InputFormat::kUci ? 1 : 0;
}

struct PreprocessSettings {
  PreprocessConfig config;
  InputFormat format = InputFormat::kText;  // never kAuto
  DfBound min_df;
  DfBound max_df;
  int min_token_length = 1;
  std::string picked_stopwords;  // the language that `stopwords` auto took, once the input was read
  // Bags of words: the user asked to drop words, so ids may change.
  bool filters_bags = false;
  std::vector<MetadataField> metadata;  // jsonl; of metadata_file any
  WordChanges replacements;             // of replace_file

  bool bags() const { return IsBagFormat(format); }
  // Of text: whether snippets are kept.
  bool snippets() const { return !bags() && config.snippet_bytes != 0; }
  // Whether the input's own lines have the metadata.
  bool metadata_inside() const { return config.metadata_file.empty(); }
  // What the spill has.
  SpillContents Spilled() const {
    return {bags(), metadata_inside() && !bags() ? metadata.size() : 0, snippets()};
  }
};

// Whether specifications of metadata are the word "auto".
bool IsAutoMetadata(const std::vector<std::string>& specs);

// Errors: kUsage for options that do not go with the format. REQUIRES: config.Validate() is OK.
Result<PreprocessSettings> SettleConfig(const PreprocessConfig& config, InputFormat format);

// How the text of such a corpus becomes words, or that bags of words come in.
TextPipelineSettings PipelineOf(const PreprocessSettings& settings, StopwordSet stop_words);

// As DfBound::Parse reads it.
std::string ToText(const DfBound& bound);

// All that shapes the corpus, for its manifest. Not the number of threads, nor paths of the
// machine.
nlohmann::ordered_json SettingsToJson(const PreprocessSettings& settings);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_PREPROCESS_SETTINGS_H_
