#include "model/saved_run.h"

#include <utility>

#include "model/generation.h"
#include "model/load_model.h"

namespace lightlda {
namespace {

Result<SavedRun> RunOf(const FilePath& directory, Generation generation, bool with_topics) {
  const ModelManifest& manifest = generation.manifest.fields;
  SavedRun run;
  run.manifest_file = generation.manifest_file;
  run.settings = manifest.settings;
  run.progress = manifest.progress;
  run.active_level = manifest.active_level;
  run.priors = manifest.priors;
  run.metrics_bytes = manifest.metrics.size;
  LIGHTLDA_ASSIGN_OR_RETURN(run.model,
                            LoadGeneration(directory, std::move(generation), with_topics));
  return run;
}

}  // namespace

Result<SavedRun> ReadSavedRun(const FilePath& directory) {
  SavedRun run;
  const auto read = [&](Generation generation) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(run, RunOf(directory, std::move(generation), /*with_topics=*/true));
    return {};
  };
  LIGHTLDA_RETURN_IF_ERROR(UseNewestGeneration(directory, read));
  return run;
}

Result<SavedRun> ReadSavedRun(const FilePath& directory, const std::string& manifest_file) {
  LIGHTLDA_ASSIGN_OR_RETURN(Generation generation, ReadGeneration(directory, manifest_file));
  return RunOf(directory, std::move(generation), /*with_topics=*/false);
}

}  // namespace lightlda
