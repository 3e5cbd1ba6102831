// What resuming a run needs of its model directory.
#ifndef LIGHTLDA_MODEL_SAVED_RUN_H_
#define LIGHTLDA_MODEL_SAVED_RUN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/file_path.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "table/priors.h"

namespace lightlda {

struct SavedRun {
  std::string manifest_file;   // of its generation, in the directory
  std::optional<Model> model;  // of its generation; may be dropped once its topics have been read
  std::string settings;        // the text of the JSON object that was saved
  ModelProgress progress;
  int active_level = 0;
  Priors priors;
  std::uint64_t metrics_bytes = 0;  // prefix of metrics.jsonl that belongs to this state
};

// The newest state that is whole, topics included; model->load_warning() says if it is not the
// newest saved. Errors: kBadInput, naming the file.
Result<SavedRun> ReadSavedRun(const FilePath& directory);
// The state that a manifest of the directory names, which another process has found whole. Errors:
// the same.
Result<SavedRun> ReadSavedRun(const FilePath& directory, const std::string& manifest_file);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_SAVED_RUN_H_
