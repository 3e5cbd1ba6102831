#include "ingest/append.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "corpus/word_parts.h"
#include "ingest/preprocess_settings.h"
#include "text/utf8.h"

namespace lightlda {

Result<Appending> ReadAppending(const std::string& directory) {
  LIGHTLDA_ASSIGN_OR_RETURN(AppendBase base, ReadAppendBase(WithoutTrailingSlash(directory)));
  LIGHTLDA_ASSIGN_OR_RETURN(
      TextPipelineSettings pipeline,
      ParseTextPipeline(JoinPath(directory, kTextPipelineFile), base.corpus.text_pipeline()));
  const auto words = base.corpus.vocabulary().words();
  return Appending{std::move(base),
                   std::make_shared<const TextPipelineSettings>(std::move(pipeline)),
                   {words.begin(), words.end()}};
}

Status CheckAppended(const Appending& appending, const PreprocessConfig& config,
                     InputFormat format) {
  using Words = TextPipelineSettings::Words;
  const std::string& corpus = appending.base.corpus.directory();
  const bool of_bags = appending.pipeline->input == TextPipelineSettings::Input::kBagOfWords;
  if (of_bags != IsBagFormat(format)) {
    return Status::BadInput(corpus + ": was made of " + (of_bags ? "bags of words" : "text") +
                            ", so " + FormatName(format) + " cannot be appended");
  }
  if (of_bags && appending.pipeline->words == Words::kGiven && config.vocab_file.empty()) {
    return Status::Usage(corpus + ": its words have names; `vocab_file` says those of the ids");
  }
  if (of_bags && appending.pipeline->words == Words::kNumbers && !config.vocab_file.empty()) {
    return Status::Usage(corpus + ": its words are numbers; it goes with no `vocab_file`");
  }
  const MetadataSchema& schema = appending.base.corpus.metadata_schema();
  if (!config.metadata_file.empty() && schema.fields.empty()) {
    return Status::Usage(corpus + ": its documents have no metadata, so it goes with no " +
                         "`metadata_file`");
  }
  return {};
}

Status CheckFrequencies(const Appending& appending, std::span<const Count> added) {
  const Vocabulary& vocabulary = appending.base.corpus.vocabulary();
  for (std::size_t w = 0; w < added.size(); ++w) {
    const Count before = vocabulary.frequencies()[w];
    if (added[w] <= kMaxWordTokens - before) continue;
    return Status::BadInput("the word " + QuoteBytes(vocabulary.words()[w]) + " has " +
                            std::to_string(before) + " tokens in " +
                            appending.base.corpus.directory() + " and " + std::to_string(added[w]) +
                            " here, too many for one count; preprocess all of the input again");
  }
  return {};
}

Status AddKnownNames(const Corpus& corpus, Ingest* ingest) {
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto names, corpus.ReadDocumentNames(b));
    for (const std::string& name : names) ingest->AddKnownName(name);
  }
  return {};
}

nlohmann::ordered_json SummaryWithAppended(const Appending& appending,
                                           const PreprocessSummary& summary,
                                           nlohmann::ordered_json added) {
  nlohmann::ordered_json entry = {{"num_documents", summary.num_documents},
                                  {"num_tokens", summary.num_tokens}};
  entry.update(added);
  nlohmann::ordered_json json = *appending.base.summary;
  if (!json.contains("appended") || !json["appended"].is_array()) {
    json["appended"] = nlohmann::ordered_json::array();
  }
  json["appended"].push_back(std::move(entry));
  return json;
}

}  // namespace lightlda
