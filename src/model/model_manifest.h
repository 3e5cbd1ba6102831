// manifest.json of a model directory, and the names of the files beside it. docs/formats.md has the
// layout.
#ifndef LIGHTLDA_MODEL_MODEL_MANIFEST_H_
#define LIGHTLDA_MODEL_MODEL_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/manifest.h"
#include "base/owned_directory.h"
#include "base/section_file.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "table/priors.h"

namespace lightlda {

inline constexpr std::uint32_t kModelFormatVersion = 2;
inline constexpr std::uint32_t kMaxTopics = std::uint32_t{1} << 24;

// Names within the model directory.
inline constexpr char kModelManifestFile[] = "manifest.json";
inline constexpr char kPreviousManifestFile[] = "manifest.prev.json";
inline constexpr char kMetricsFile[] = "metrics.jsonl";
inline constexpr char kModelVocabularyFile[] = "vocabulary.bin";
inline constexpr char kGenerationPrefix[] = "gen-";
std::string GenerationName(std::uint64_t generation);  // "gen-000001"
// Names within a generation.
inline constexpr char kWordTopicFile[] = "word_topic.bin";
inline constexpr char kPriorsFile[] = "priors.bin";
std::string TopicsFileName(std::size_t block);  // "topics-00000.bin"

// What people have written of the model, and is theirs: lightlda/labels.h.
inline constexpr char kLabelsFile[] = "labels.json";

inline constexpr std::string_view kModelKind = "lightlda model";
// All names that a model directory may have: also those of generations and saves that were killed.
inline constexpr std::string_view kModelPatterns[] = {
    kModelManifestFile,   kPreviousManifestFile, kRunMarkFile,     kMetricsFile,
    kModelVocabularyFile, "text_pipeline.json",  "scratch-??????", "gen-#/word_topic.bin",
    "gen-#/priors.bin",   "gen-#/topics-#.bin"};
inline constexpr std::string_view kModelKept[] = {kLabelsFile};
inline constexpr DirectoryKind kModelDirectory = {kModelKind, kModelPatterns, kModelKept};

// One file of topic assignments: that of one block of the corpus.
struct TopicsEntry {
  std::uint64_t num_tokens = 0;  // of the block
  FileStamp stamp;
};

struct ModelManifest {
  std::string settings = "{}";  // of the run: the text of a JSON object
  std::uint32_t num_topics = 0;
  std::uint64_t num_words = 0;
  Count num_tokens = 0;  // that the table counts
  Priors priors;         // as in the priors file
  std::string corpus_directory;
  std::string corpus_checksum;
  ModelProgress progress;
  int active_level = 0;
  bool adds_up = true;  // rows to the words' tokens, where all documents are active
  std::string model_hash;
  std::uint64_t generation = 0;
  FileStamp metrics;  // of the prefix of metrics.jsonl: its bytes, and their XXH3-64
  FileStamp vocabulary;
  FileStamp text_pipeline;
  FileStamp word_topic;
  FileStamp priors_file;
  std::vector<TopicsEntry> topics;  // [num_blocks of the corpus]
};

// Replaces DIRECTORY/manifest.json atomically and durably. Errors: kCannotWrite.
Status WriteModelManifest(const FilePath& directory, const ModelManifest& manifest);

// A manifest as read: its fields and its JSON text.
struct LoadedManifest {
  ModelManifest fields;
  std::string text;
};

// Reads DIRECTORY/FILE. Errors: kBadInput, naming the file and what is wrong.
Result<LoadedManifest> ReadModelManifest(const FilePath& directory, const std::string& file);
// What a manifest, the content of the file `path`, says of a model. Errors: the same.
Result<LoadedManifest> ParseModelManifest(const FilePath& path, const Manifest& manifest);
// Reads the priors that belong to a manifest of the directory. Errors: kBadInput, naming the file.
Result<Priors> ReadPriors(const FilePath& directory, const ModelManifest& manifest);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_MODEL_MANIFEST_H_
