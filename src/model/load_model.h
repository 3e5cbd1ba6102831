// Model::Load for files on disk or in memory.
#ifndef LIGHTLDA_MODEL_LOAD_MODEL_H_
#define LIGHTLDA_MODEL_LOAD_MODEL_H_

#include "base/file_path.h"
#include "lightlda/model.h"
#include "lightlda/status.h"

namespace lightlda {

// Errors: as Model::Load's.
Result<Model> LoadModel(const FilePath& directory);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_LOAD_MODEL_H_
