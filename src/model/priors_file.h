// priors.bin of a model generation: alpha and beta, exactly. docs/formats.md has the layout.
#ifndef LIGHTLDA_MODEL_PRIORS_FILE_H_
#define LIGHTLDA_MODEL_PRIORS_FILE_H_

#include <cstdint>
#include <string>

#include "base/file_path.h"
#include "base/section_file.h"
#include "lightlda/status.h"
#include "table/priors.h"

namespace lightlda {

// Errors: kCannotWrite.
Result<FileStamp> WritePriorsFile(const FilePath& path, const Priors& priors);

// Errors: kBadInput, naming the file: not the expected one, not of num_topics topics, a prior that
// is not positive and finite.
Result<Priors> ReadPriorsFile(const FilePath& path, const FileStamp& expected,
                              std::uint32_t num_topics);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_PRIORS_FILE_H_
