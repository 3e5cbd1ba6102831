// A corpus that documents are added to.
//
// Its files are never changed: a new directory is made that has its blocks by a second name, the
// new blocks behind them, and vocabulary, metadata values and manifest anew. That directory then
// takes its place in one step (base/staged_directory.h). Growth levels of documents depend on their
// index and the seed alone, so those that are there stay.
#ifndef LIGHTLDA_CORPUS_CORPUS_APPEND_H_
#define LIGHTLDA_CORPUS_CORPUS_APPEND_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "corpus/corpus_writer.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"

namespace lightlda {

struct AppendBase {
  Corpus corpus;
  std::uint64_t seed = 1;
  // "settings" and "summary" of its manifest; never null.
  std::shared_ptr<const nlohmann::ordered_json> settings;
  std::shared_ptr<const nlohmann::ordered_json> summary;
};

// Errors: those of Corpus::Open; kBadInput for a corpus that has a word in several parts, as which
// part a document has depends on how many there are.
Result<AppendBase> ReadAppendBase(const std::string& directory);

// Puts the blocks into `directory`, and says what is there for a CorpusWriter. Errors: kBadInput
// for files that are missing, or shorter than they were; kCannotWrite.
Result<CorpusStart> StartAppend(const AppendBase& base, const std::string& directory);

// Whether documents were added to the corpus in `directory` since it had this checksum. False if
// its manifest cannot be read.
bool HasGrownFrom(const std::string& directory, const std::string& checksum);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_CORPUS_APPEND_H_
