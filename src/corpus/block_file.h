// Block and names files of a corpus directory: building, writing, verified reading.
//
// docs/formats.md has the layouts.
#ifndef LIGHTLDA_CORPUS_BLOCK_FILE_H_
#define LIGHTLDA_CORPUS_BLOCK_FILE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/section_file.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// The arrays of one block, as described at Block.
struct BlockArrays {
  std::vector<std::uint32_t> word_offsets;
  std::vector<std::uint32_t> document_offsets;
  std::vector<std::uint32_t> positions;
  std::vector<DocId> document_index;
  std::vector<std::uint8_t> levels;
};

// What the manifest and the other blocks say of a block.
struct BlockFacts {
  std::uint64_t number = 0;  // of the block in the corpus
  std::uint64_t num_words = 0;
  std::uint64_t num_documents = 0;
  std::uint64_t num_tokens = 0;
  DocId first_document = 0;  // the block holds first_document .. + num_documents of the input
  int max_level = 0;
};

// Errors: kCannotWrite. REQUIRES: the arrays agree with `facts`.
Result<FileStamp> WriteBlockFile(const FilePath& path, const BlockFacts& facts,
                                 const BlockArrays& arrays);

// Maps and verifies everything Block promises; takes 5 bytes of memory per token while it does.
// Errors: kBadInput, naming the file.
Result<std::unique_ptr<const Block>> OpenBlockFile(const FilePath& path, const FileStamp& expected,
                                                   const BlockFacts& facts);

// names: in the block's document order. Errors: kCannotWrite.
Result<FileStamp> WriteNamesFile(const FilePath& path, std::span<const std::string_view> names);

// Errors: kBadInput, naming the file.
Result<std::vector<std::string>> ReadNamesFile(const FilePath& path, const FileStamp& expected,
                                               std::uint64_t num_documents);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BLOCK_FILE_H_
