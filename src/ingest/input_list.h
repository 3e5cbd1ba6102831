// Which files the --input arguments stand for.
#ifndef LIGHTLDA_INGEST_INPUT_LIST_H_
#define LIGHTLDA_INGEST_INPUT_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// One file or stream.
struct InputFile {
  std::string path;           // "-" for stdin
  bool whole_file = false;    // from a directory: the file is one document
  std::string document_name;  // if whole_file
  std::string name_prefix;    // of document names that are numbers: tells inputs apart
};

struct InputList {
  std::vector<InputFile> files;
  std::uint64_t stored_size = 0;  // bytes of all files; 0 if unknown
};

// Directories become their files, found recursively, in the byte order of their paths; names that
// begin with a dot are left out. always_prefix: numbers have a prefix also if there is only one
// input. Errors: kBadInput: missing, unreadable, a directory without files.
Result<InputList> ListInputs(const std::vector<std::string>& inputs, bool always_prefix = false);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_INPUT_LIST_H_
