// Corpus::Open for files on disk or in memory.
#ifndef LIGHTLDA_CORPUS_OPEN_CORPUS_H_
#define LIGHTLDA_CORPUS_OPEN_CORPUS_H_

#include "base/file_path.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"

namespace lightlda {

// Errors: as Corpus::Open's.
Result<Corpus> OpenCorpus(const FilePath& directory);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_OPEN_CORPUS_H_
