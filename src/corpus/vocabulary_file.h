// vocabulary.bin of a corpus or model directory. docs/formats.md has the layout.
#ifndef LIGHTLDA_CORPUS_VOCABULARY_FILE_H_
#define LIGHTLDA_CORPUS_VOCABULARY_FILE_H_

#include <string>

#include "base/section_file.h"
#include "lightlda/status.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

// Errors: kCannotWrite.
Result<FileStamp> WriteVocabularyFile(const FilePath& path, const Vocabulary& vocabulary);

// Reads and verifies: the stamp is the expected one, `num_words` words, none negative in frequency
// or in more documents than it has tokens. Errors: kBadInput, naming the file.
Result<Vocabulary> ReadVocabularyFile(const FilePath& path, const FileStamp& expected,
                                      std::uint64_t num_words);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_VOCABULARY_FILE_H_
