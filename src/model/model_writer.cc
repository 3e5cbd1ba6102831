#include "model/model_writer.h"

#include <glog/logging.h>

#include <charconv>
#include <filesystem>
#include <numeric>
#include <set>
#include <system_error>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/owned_directory.h"
#include "corpus/corpus_format.h"
#include "corpus/vocabulary_file.h"
#include "model/model_manifest.h"
#include "model/priors_file.h"
#include "model/topics_file.h"
#include "model/word_topic_file.h"
#include "table/word_topic_table.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;

// Numbers of the generations in the directory, complete or left over from a save that was killed.
Result<std::set<std::uint64_t>> ListGenerations(const FilePath& directory) {
  std::set<std::uint64_t> generations;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(directory));
  for (const std::string& name : names) {
    if (!name.starts_with(kGenerationPrefix)) continue;
    const char* digits = name.data() + std::string_view(kGenerationPrefix).size();
    std::uint64_t generation = 0;
    std::from_chars(digits, name.data() + name.size(), generation);
    if (name == GenerationName(generation)) generations.insert(generation);
  }
  return generations;
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(path, error);
  return error ? path : absolute.string();
}

// bytes: of its prefix; none: all of it.
Result<FileStamp> StampMetrics(const FilePath& directory, std::optional<std::uint64_t> bytes) {
  const FilePath path = JoinPath(directory, kMetricsFile);
  LIGHTLDA_RETURN_IF_ERROR(SyncFile(path));
  LIGHTLDA_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const std::uint64_t size = bytes.value_or(file.bytes().size());
  if (file.bytes().size() < size) {
    return Status::CannotWrite(path.text() + ": was cut to " + std::to_string(file.bytes().size()) +
                               " bytes, expected at least " + std::to_string(size));
  }
  return FileStamp{size, Checksum(file.bytes().first(size))};
}

// Every generation has the same vocabulary, so replacing the file does not touch the one before.
Result<FileStamp> SaveVocabulary(const FilePath& directory, const Vocabulary& vocabulary) {
  const FilePath path = JoinPath(directory, kModelVocabularyFile);
  const FilePath temporary = JoinPath(directory, std::string(kModelVocabularyFile) + ".tmp");
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp, WriteVocabularyFile(temporary, vocabulary));
  LIGHTLDA_RETURN_IF_ERROR(RenamePath(temporary, path));
  return stamp;
}

const Vocabulary& VocabularyOf(const ModelSnapshot& snapshot) {
  return snapshot.vocabulary != nullptr ? *snapshot.vocabulary : snapshot.corpus->vocabulary();
}

// Tables that come from elsewhere have words with names, and nothing else is known of their text.
std::string TextPipelineOf(const ModelSnapshot& snapshot) {
  if (snapshot.corpus != nullptr) return snapshot.corpus->text_pipeline();
  if (!snapshot.text_pipeline.empty()) return snapshot.text_pipeline;
  return FormatTextPipeline(BagsOfNamedWords());
}

// Likewise the same in every generation.
Result<FileStamp> SaveTextPipeline(const FilePath& directory, const std::string& text) {
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(directory, kTextPipelineFile), text));
  return StampOfText(text);
}

// What the manifest says of the corpus.
void DescribeCorpus(const ModelSnapshot& snapshot, ModelManifest* manifest) {
  const bool given = !snapshot.corpus_directory.empty();
  manifest->corpus_directory =
      AbsolutePath(given ? snapshot.corpus_directory : snapshot.corpus->directory());
  manifest->corpus_checksum = snapshot.corpus->checksum();
}

// Topics of all blocks; none if there is no corpus.
Result<std::vector<TopicsEntry>> SaveTopics(const ModelSnapshot& snapshot, const FilePath& path) {
  if (snapshot.corpus == nullptr) return std::vector<TopicsEntry>();
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<TopicsEntry> topics, snapshot.save_topics(path));
  CHECK_EQ(topics.size(), snapshot.corpus->blocks().size());
  return topics;
}

Result<ModelManifest> Describe(const ModelSnapshot& snapshot) {
  ModelManifest manifest;
  manifest.settings = snapshot.settings;
  manifest.num_topics = static_cast<std::uint32_t>(snapshot.topic_totals.size());
  manifest.num_words = VocabularyOf(snapshot).size();
  manifest.num_tokens =
      std::accumulate(snapshot.topic_totals.begin(), snapshot.topic_totals.end(), Count{0});
  manifest.priors = snapshot.priors;
  if (snapshot.corpus != nullptr) DescribeCorpus(snapshot, &manifest);
  manifest.progress = snapshot.progress;
  manifest.active_level = snapshot.active_level;
  manifest.adds_up = snapshot.adds_up;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t hash, HashRows(snapshot.rows, manifest.num_topics));
  manifest.model_hash = ToHex(hash);
  return manifest;
}

// Writes everything that `manifest` is to name, and completes it. Durable when it returns.
Status SaveFiles(const FilePath& directory, const ModelSnapshot& snapshot,
                 ModelManifest* manifest) {
  const FilePath path = JoinPath(directory, GenerationName(manifest->generation));
  LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(path));
  LIGHTLDA_ASSIGN_OR_RETURN(
      manifest->word_topic,
      WriteWordTopicFile(JoinPath(path, kWordTopicFile), VocabularyOf(snapshot).size(),
                         snapshot.rows, snapshot.topic_totals));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->priors_file,
                            WritePriorsFile(JoinPath(path, kPriorsFile), snapshot.priors));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->topics, SaveTopics(snapshot, path));
  LIGHTLDA_RETURN_IF_ERROR(SyncDirectory(path));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->vocabulary,
                            SaveVocabulary(directory, VocabularyOf(snapshot)));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->text_pipeline,
                            SaveTextPipeline(directory, TextPipelineOf(snapshot)));
  LIGHTLDA_ASSIGN_OR_RETURN(manifest->metrics, StampMetrics(directory, snapshot.metrics_bytes));
  return SyncDirectory(directory);
}

// Keeps the present manifest, if it is a valid one, as the one before. Returns its generation; 0 if
// there is none.
Result<std::uint64_t> KeepPreviousManifest(const FilePath& directory) {
  const auto present = ReadModelManifest(directory, kModelManifestFile);
  if (!present.ok()) {
    const auto previous = ReadModelManifest(directory, kPreviousManifestFile);
    return previous.ok() ? previous.value().fields.generation : std::uint64_t{0};
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string text,
                            ReadFile(JoinPath(directory, kModelManifestFile)));
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(directory, kPreviousManifestFile), text));
  return present.value().fields.generation;
}

// Removes what a failed save wrote, unless its manifest is in place after all (a rename that was
// done but could not be made durable).
void Abandon(const FilePath& directory, std::uint64_t generation) {
  const auto present = ReadModelManifest(directory, kModelManifestFile);
  if (present.ok() && present.value().fields.generation == generation) return;
  (void)RemovePart(directory, kModelDirectory, GenerationName(generation));
  (void)RemoveTree(JoinPath(directory, std::string(kModelVocabularyFile) + ".tmp"));
}

Status Save(const FilePath& directory, const ModelSnapshot& snapshot, ModelManifest* manifest) {
  LIGHTLDA_RETURN_IF_ERROR(SaveFiles(directory, snapshot, manifest));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t previous, KeepPreviousManifest(directory));
  LIGHTLDA_RETURN_IF_ERROR(WriteModelManifest(directory, *manifest));
  // The save is done; what cannot be removed now is tried again by the next one.
  const auto generations = ListGenerations(directory);
  if (!generations.ok()) return {};
  for (const std::uint64_t old : generations.value()) {
    if (old == manifest->generation || old == previous) continue;
    (void)RemovePart(directory, kModelDirectory, GenerationName(old));
  }
  return {};
}

// A save fails with kCannotWrite, whichever step of it failed.
Status AsCannotWrite(const Status& status) {
  if (status.code() != StatusCode::kBadInput) return status;
  return Status::CannotWrite(status.message());
}

}  // namespace

Result<TopicsEntry> SaveBlockTopics(const FilePath& directory, const Block& block, int active_level,
                                    std::uint32_t num_topics, std::vector<TopicId> topics) {
  CHECK_EQ(topics.size(), block.num_tokens());
  for (std::uint32_t document = 0; document < block.num_documents(); ++document) {
    if (block.levels[document] >= active_level) continue;
    const std::uint32_t end = block.document_offsets[document + 1];
    for (std::uint32_t i = block.document_offsets[document]; i < end; ++i) {
      topics[block.positions[i]] = 0;
    }
  }
  const TopicsFacts facts{block.number, topics.size(), num_topics};
  LIGHTLDA_ASSIGN_OR_RETURN(
      const FileStamp stamp,
      WriteTopicsFile(JoinPath(directory, TopicsFileName(block.number)), facts, topics));
  return TopicsEntry{topics.size(), stamp};
}

Result<std::string> SaveModel(const FilePath& directory, const ModelSnapshot& snapshot) {
  CHECK(snapshot.rows &&
        (snapshot.corpus == nullptr ? snapshot.vocabulary != nullptr : bool(snapshot.save_topics)));
  CHECK_EQ(snapshot.priors.alpha.size(), snapshot.topic_totals.size());
  LIGHTLDA_ASSIGN_OR_RETURN(ModelManifest manifest, Describe(snapshot));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::set<std::uint64_t> generations, ListGenerations(directory));
  manifest.generation = generations.empty() ? 1 : *generations.rbegin() + 1;
  if (Status status = Save(directory, snapshot, &manifest); !status.ok()) {
    Abandon(directory, manifest.generation);
    return AsCannotWrite(status);
  }
  return manifest.model_hash;
}

}  // namespace lightlda
