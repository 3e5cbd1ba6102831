#include "model/generation.h"

#include <cstddef>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/manifest.h"
#include "model/topics_file.h"

namespace lightlda {
namespace {

// A reader may meet a save at any moment, but hardly so many.
constexpr int kMaxReadings = 16;

// How the use of a generation went.
struct Outcome {
  Status status;
  bool is_damaged = false;  // so another may be used
};

Outcome Try(const FilePath& directory, const std::string& file, const std::string& damage,
            const GenerationUse& use) {
  const FilePath path = JoinPath(directory, file);
  const Result<Manifest> manifest = ReadManifest(path);
  if (!manifest.ok()) return {manifest.status(), /*is_damaged=*/true};
  Result<LoadedManifest> loaded = ParseModelManifest(path, manifest.value());
  if (!loaded.ok()) return {loaded.status()};
  Generation generation = {std::move(loaded).value(), file, ""};
  if (!damage.empty()) {
    generation.warning = damage + "; used instead: the generation before, of iteration " +
                         std::to_string(generation.manifest.fields.progress.iteration);
  }
  const Status status = use(std::move(generation));
  return {status, status.code() == StatusCode::kBadInput};
}

// The text of manifest.json, whatever it is.
std::string NewestText(const FilePath& directory) {
  Result<std::string> text = ReadFile(JoinPath(directory, kModelManifestFile));
  return text.ok() ? std::move(text).value() : std::string();
}

Status CheckMetrics(const FilePath& path, const FileStamp& expected) {
  LIGHTLDA_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const std::size_t size = file.bytes().size();
  if (size < expected.size) {
    return Status::BadInput(path.text() + ": corrupted: " + std::to_string(size) +
                            " bytes, the manifest says " + std::to_string(expected.size));
  }
  if (Checksum(file.bytes().first(expected.size)) != expected.checksum) {
    return Status::BadInput(path.text() + ": corrupted: checksum of the first " +
                            std::to_string(expected.size) + " bytes differs");
  }
  return {};
}

}  // namespace

bool HasModelManifest(const FilePath& directory) {
  return PathExists(JoinPath(directory, kModelManifestFile)) ||
         PathExists(JoinPath(directory, kPreviousManifestFile));
}

Result<Generation> ReadGeneration(const FilePath& directory, const std::string& manifest_file) {
  LIGHTLDA_ASSIGN_OR_RETURN(LoadedManifest manifest, ReadModelManifest(directory, manifest_file));
  return Generation{std::move(manifest), manifest_file, ""};
}

Status UseNewestGeneration(const FilePath& directory, const GenerationUse& use) {
  Outcome newest;
  std::string text;
  for (int reading = 0; reading < kMaxReadings; ++reading) {
    text = NewestText(directory);
    newest = Try(directory, kModelManifestFile, "", use);
    if (!newest.is_damaged) return newest.status;
    // A save that has come between has another manifest, and may have removed the old files.
    if (text == NewestText(directory)) break;
  }
  if (!PathExists(JoinPath(directory, kPreviousManifestFile))) return newest.status;
  const std::string& damage = newest.status.message();
  const Outcome previous = Try(directory, kPreviousManifestFile, damage, use);
  if (previous.status.code() != StatusCode::kBadInput || previous.status.message() == damage) {
    return previous.status;
  }
  return Status::BadInput(damage +
                          "; nor is the generation before whole: " + previous.status.message());
}

Status CheckGeneration(const FilePath& directory, const ModelManifest& manifest, bool with_topics) {
  LIGHTLDA_RETURN_IF_ERROR(CheckMetrics(JoinPath(directory, kMetricsFile), manifest.metrics));
  if (!with_topics) return {};
  const FilePath generation = JoinPath(directory, GenerationName(manifest.generation));
  for (std::size_t block = 0; block < manifest.topics.size(); ++block) {
    LIGHTLDA_RETURN_IF_ERROR(
        CheckTopicsFile(JoinPath(generation, TopicsFileName(block)), manifest.topics[block].stamp));
  }
  return {};
}

Status GoBackTo(const FilePath& directory, const std::string& manifest_file) {
  if (manifest_file == kModelManifestFile) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string text, ReadFile(JoinPath(directory, manifest_file)));
  return WriteFileAtomic(JoinPath(directory, kModelManifestFile), text);
}

}  // namespace lightlda
