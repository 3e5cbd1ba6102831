// Imported models and their corpora as directories: both, or neither.
#include "base/file.h"
#include "base/owned_directory.h"
#include "corpus/corpus_format.h"
#include "lightlda/import.h"

namespace lightlda {

Status SaveImportedModel(const ImportedModel& imported, const std::string& model_directory,
                         const std::string& corpus_directory, bool overwrite) {
  if (!imported.corpus) return imported.model.Save(model_directory, overwrite);
  const bool replaces = PathExists(corpus_directory);
  LIGHTLDA_RETURN_IF_ERROR(imported.corpus->Save(corpus_directory, overwrite));
  Status saved = imported.model.Save(model_directory, overwrite);
  // One that was there is gone; the new one is then worth keeping.
  if (!saved.ok() && !replaces) (void)RemoveOwned(corpus_directory, kCorpusDirectory);
  return saved;
}

}  // namespace lightlda
