// Model::Load for files on disk or in memory.
#ifndef LIGHTLDA_MODEL_LOAD_MODEL_H_
#define LIGHTLDA_MODEL_LOAD_MODEL_H_

#include "base/file_path.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "model/generation.h"

namespace lightlda {

// Errors: as Model::Load's.
Result<Model> LoadModel(const FilePath& directory, bool with_topics = false);

// The model of one generation, verified as a whole; with_topics: its topics, too. Errors:
// kBadInput, naming the file.
Result<Model> LoadGeneration(const FilePath& directory, Generation generation, bool with_topics);

// The directory that it was loaded from, on disk or in memory.
const FilePath& FilesOf(const Model& model);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_LOAD_MODEL_H_
