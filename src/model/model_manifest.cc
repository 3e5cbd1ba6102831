#include "model/model_manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/manifest.h"
#include "corpus/corpus_format.h"
#include "corpus/document_level.h"
#include "lightlda/version.h"
#include "model/priors_file.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kMaxCount = INT64_MAX;
constexpr std::uint64_t kMaxGeneration = 999'999'999;

std::string Padded(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

nlohmann::ordered_json AlphaToJson(const std::vector<double>& alpha) {
  const bool symmetric = std::ranges::all_of(alpha, [&](double a) { return a == alpha[0]; });
  if (symmetric && !alpha.empty()) return alpha[0];
  return alpha;
}

nlohmann::ordered_json ProgressToJson(const ModelProgress& progress) {
  nlohmann::ordered_json json = {{"iteration", progress.iteration},
                                 {"num_iterations", progress.num_iterations},
                                 {"complete", progress.complete},
                                 {"active_documents", progress.active_documents},
                                 {"active_tokens", progress.active_tokens},
                                 {"work", progress.work},
                                 {"seconds", progress.seconds},
                                 {"log_likelihood_per_token", progress.log_likelihood_per_token}};
  if (!progress.judgements.empty()) json["settled"] = progress.settled;
  for (const Judgement& judgement : progress.judgements) {
    json["judgements"].push_back(
        {{"full_iteration", judgement.full_iteration},
         {"log_likelihood_per_token", judgement.log_likelihood_per_token}});
  }
  return json;
}

Result<Count> ReadCount(const JsonFields& fields, const std::string& name) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t value, fields.Unsigned(name, 0, kMaxCount));
  return static_cast<Count>(value);
}

Result<std::vector<Judgement>> ReadJudgements(const JsonFields& fields) {
  std::vector<Judgement> judgements;
  if (!fields.Has("judgements")) return judgements;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t size, fields.ArraySize("judgements"));
  for (std::size_t i = 0; i < size; ++i) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields element, fields.Element("judgements", i));
    Judgement judgement;
    LIGHTLDA_ASSIGN_OR_RETURN(judgement.full_iteration, ReadCount(element, "full_iteration"));
    LIGHTLDA_ASSIGN_OR_RETURN(judgement.log_likelihood_per_token,
                              element.Number("log_likelihood_per_token"));
    judgements.push_back(judgement);
  }
  return judgements;
}

Result<ModelProgress> ReadProgress(const JsonFields& fields) {
  ModelProgress progress;
  LIGHTLDA_ASSIGN_OR_RETURN(progress.iteration, ReadCount(fields, "iteration"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.num_iterations, ReadCount(fields, "num_iterations"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.complete, fields.Bool("complete"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.active_documents, ReadCount(fields, "active_documents"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.active_tokens, ReadCount(fields, "active_tokens"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.work, fields.Number("work"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.seconds, fields.Number("seconds"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.log_likelihood_per_token,
                            fields.Number("log_likelihood_per_token"));
  LIGHTLDA_ASSIGN_OR_RETURN(progress.judgements, ReadJudgements(fields));
  if (!progress.judgements.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(progress.settled, fields.Bool("settled"));
  }
  return progress;
}

Status ReadShownPriors(const JsonFields& fields, ModelManifest* manifest) {
  Priors& priors = manifest->priors;
  if (Result<double> symmetric = fields.Number("alpha"); symmetric.ok()) {
    priors.alpha.assign(manifest->num_topics, *symmetric);
  } else {
    LIGHTLDA_ASSIGN_OR_RETURN(priors.alpha, fields.Numbers("alpha"));
  }
  const bool positive = std::ranges::all_of(priors.alpha, [](double a) { return a > 0; });
  if (priors.alpha.size() != manifest->num_topics || !positive) {
    return fields.Error("alpha", "a positive number, or one for each topic");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(priors.beta, fields.Number("beta"));
  if (!(priors.beta > 0)) return fields.Error("beta", "a positive number");
  return {};
}

// The stamp of the file `name`, which must be called `file`.
Result<FileStamp> ReadStamp(const JsonFields& fields, const std::string& name,
                            const std::string& file) {
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, fields.Object(name));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string found, entry.FileName());
  if (found != file) return entry.Error("file", "\"" + file + "\"");
  return entry.Stamp();
}

Status ReadFiles(const JsonFields& fields, ModelManifest* manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->generation, fields.Unsigned("generation", 1, kMaxGeneration));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->metrics, ReadStamp(fields, "metrics", kMetricsFile));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->vocabulary,
                            ReadStamp(fields, "vocabulary", kModelVocabularyFile));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->text_pipeline,
                            ReadStamp(fields, "text_pipeline", kTextPipelineFile));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->word_topic, ReadStamp(fields, "word_topic", kWordTopicFile));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->priors_file, ReadStamp(fields, "priors", kPriorsFile));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_blocks, fields.ArraySize("topics"));
  for (std::size_t block = 0; block < num_blocks; ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields element, fields.Element("topics", block));
    TopicsEntry entry;
    LIGHTLDA_ASSIGN_OR_RETURN(entry.num_tokens, element.Unsigned("num_tokens", 0, kMaxBlockTokens));
    LIGHTLDA_ASSIGN_OR_RETURN(entry.stamp, ReadStamp(element, "tokens", TopicsFileName(block)));
    manifest->topics.push_back(entry);
  }
  return {};
}

Result<ModelManifest> Parse(const JsonFields& fields) {
  ModelManifest manifest;
  LIGHTLDA_RETURN_IF_ERROR(
      CheckKind(fields, kModelKind, kModelFormatVersion, "train the model again"));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields settings, fields.Object("settings"));
  // Does not throw: what has been parsed is UTF-8.
  manifest.settings = settings.json().dump();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t num_topics,
                            fields.Unsigned("num_topics", 1, kMaxTopics));
  manifest.num_topics = static_cast<std::uint32_t>(num_topics);
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.num_words, fields.Unsigned("num_words", 1, kMaxWords));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.num_tokens, ReadCount(fields, "num_tokens"));
  LIGHTLDA_RETURN_IF_ERROR(ReadShownPriors(fields, &manifest));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields corpus, fields.Object("corpus"));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.corpus_directory, corpus.String("directory"));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.corpus_checksum, corpus.String("checksum"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t level,
                            fields.Unsigned("active_level", 0, kMaxDocumentLevel));
  manifest.active_level = static_cast<int>(level);
  if (fields.Has("adds_up")) {
    LIGHTLDA_ASSIGN_OR_RETURN(manifest.adds_up, fields.Bool("adds_up"));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields progress, fields.Object("progress"));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.progress, ReadProgress(progress));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest.model_hash, fields.String("model_hash"));
  LIGHTLDA_RETURN_IF_ERROR(ReadFiles(fields, &manifest));
  return manifest;
}

nlohmann::ordered_json ToJson(const ModelManifest& manifest) {
  auto topics = nlohmann::ordered_json::array();
  for (std::size_t block = 0; block < manifest.topics.size(); ++block) {
    const TopicsEntry& entry = manifest.topics[block];
    topics.push_back({{"num_tokens", entry.num_tokens},
                      {"tokens", StampToJson(TopicsFileName(block), entry.stamp)}});
  }
  nlohmann::ordered_json json = {
      {"kind", kModelKind},
      {"format_version", kModelFormatVersion},
      {"written_by", "lightlda " LIGHTLDA_VERSION_STRING},
      {"settings", nlohmann::ordered_json::parse(manifest.settings)},
      {"num_topics", manifest.num_topics},
      {"num_words", manifest.num_words},
      {"num_tokens", manifest.num_tokens},
      {"alpha", AlphaToJson(manifest.priors.alpha)},
      {"beta", manifest.priors.beta},
      {"corpus",
       {{"directory", manifest.corpus_directory}, {"checksum", manifest.corpus_checksum}}},
      {"active_level", manifest.active_level},
      {"progress", ProgressToJson(manifest.progress)},
      {"model_hash", manifest.model_hash},
      {"generation", manifest.generation},
      {"metrics", StampToJson(kMetricsFile, manifest.metrics)},
      {"vocabulary", StampToJson(kModelVocabularyFile, manifest.vocabulary)},
      {"text_pipeline", StampToJson(kTextPipelineFile, manifest.text_pipeline)},
      {"word_topic", StampToJson(kWordTopicFile, manifest.word_topic)},
      {"priors", StampToJson(kPriorsFile, manifest.priors_file)},
      {"topics", std::move(topics)}};
  if (!manifest.adds_up) json["adds_up"] = false;
  return json;
}

}  // namespace

std::string GenerationName(std::uint64_t generation) {
  return kGenerationPrefix + Padded(generation, 6);
}

std::string TopicsFileName(std::size_t block) { return "topics-" + Padded(block, 5) + ".bin"; }

Status WriteModelManifest(const FilePath& directory, const ModelManifest& manifest) {
  return WriteManifest(JoinPath(directory, kModelManifestFile), ToJson(manifest));
}

Result<LoadedManifest> ReadModelManifest(const FilePath& directory, const std::string& file) {
  const FilePath path = JoinPath(directory, file);
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(path));
  return ParseModelManifest(path, manifest);
}

Result<LoadedManifest> ParseModelManifest(const FilePath& path, const Manifest& manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(ModelManifest fields, Parse(JsonFields(path.text(), *manifest.json)));
  return LoadedManifest{std::move(fields), manifest.json->dump(2)};
}

Result<Priors> ReadPriors(const FilePath& directory, const ModelManifest& manifest) {
  const FilePath generation = JoinPath(directory, GenerationName(manifest.generation));
  const FilePath path = JoinPath(generation, kPriorsFile);
  LIGHTLDA_ASSIGN_OR_RETURN(Priors priors,
                            ReadPriorsFile(path, manifest.priors_file, manifest.num_topics));
  if (priors != manifest.priors) {
    return Status::BadInput(path.text() +
                            ": corrupted: alpha or beta are not those of the manifest");
  }
  return priors;
}

}  // namespace lightlda
