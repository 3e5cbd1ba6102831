// A corpus, read-only: what lightlda-preprocess writes into a directory, or a program makes in
// memory (lightlda/corpus_builder.h), and training reads.
//
// docs/formats.md has the byte layouts. Documents are cut into blocks, the unit of storage, of
// sharding and of document passes. A block lists its tokens word by word ("positions") and, beside
// that, document by document as a permutation of those positions.
#ifndef LIGHTLDA_CORPUS_H_
#define LIGHTLDA_CORPUS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

class FilePath;

// One block, memory-mapped, or in memory. The spans stay valid for the life of the Block.
// Immutable; any number of threads may read. Everything a span holds was verified when the block
// was opened: checksums, ranges, order, and that `positions` is a permutation.
class LIGHTLDA_EXPORT Block {
 public:
  virtual ~Block() = default;

  std::uint32_t num_documents() const {
    return static_cast<std::uint32_t>(document_offsets.size() - 1);
  }
  std::uint32_t num_tokens() const { return static_cast<std::uint32_t>(positions.size()); }

  // Index of the block in its corpus.
  std::uint32_t number = 0;

  // Hints for who walks through more blocks than fit memory: positions will be read soon, or not
  // for a while.
  virtual void WillNeedPositions() const {}
  virtual void WillNotNeedPositions() const {}

  // OK if the block is still what was opened. Only if its file was written to, or another one put
  // in its place, all of it is read again. Errors: kBadInput, naming the file: the spans may hold
  // anything by now.
  virtual Status CheckUnchanged() const { return {}; }

  // [num_words + 1]: the tokens of word w have the positions word_offsets[w] up to, not including,
  // word_offsets[w + 1]. Within a word, positions ascend with the document's number in the block.
  std::span<const std::uint32_t> word_offsets;
  // [num_documents + 1]: the tokens of document d of the block are the entries document_offsets[d]
  // up to document_offsets[d + 1] of `positions`.
  std::span<const std::uint32_t> document_offsets;
  // [num_tokens]: the positions of the tokens, document by document, each in its own token order.
  std::span<const std::uint32_t> positions;
  // [num_documents]: index of the document in the input. Documents are sorted by level, deepest
  // first, then by index.
  std::span<const DocId> document_index;
  // [num_documents]: growth level, non-increasing. A document of level s is active from the stage
  // that trains on about 1 / 2^s of the documents onwards.
  std::span<const std::uint8_t> levels;
};

struct BlockInfo {
  std::string file;        // name within the corpus directory
  std::string names_file;  // likewise: the names of its documents
  std::uint32_t num_documents = 0;
  std::uint32_t num_tokens = 0;
};

// The documents of exactly one growth level.
struct LevelInfo {
  Count num_documents = 0;
  Count num_tokens = 0;
};

// An open corpus. Immutable; copies are cheap and share it. Const methods may be called from any
// number of threads.
class LIGHTLDA_EXPORT Corpus {
 public:
  // Reads manifest, vocabulary and text pipeline and checks them. Errors: kBadInput, naming the
  // file; kOutOfMemory.
  static Result<Corpus> Open(const std::string& directory);

  // Writes its files to a new directory, which Open opens: a corpus with the same checksum. Errors:
  // kBadInput, kCannotWrite, also when the directory exists and is not to be overwritten, or holds
  // anything else than a corpus (docs/formats.md#what-may-be-destroyed). Nothing is left behind
  // then.
  Status Save(const std::string& directory, bool overwrite = false) const;

  // Empty if it exists in memory only.
  const std::string& directory() const;
  Count num_documents() const;
  Count num_tokens() const;
  std::size_t num_words() const { return vocabulary().size(); }
  const Vocabulary& vocabulary() const;
  // [max_level() + 1]: documents and tokens by growth level. They add up to those of the corpus,
  // and the last level has a document.
  std::span<const LevelInfo> levels() const;
  // How text became words, or that bags of words came in: a JSON object with its checksum, the
  // content of text_pipeline.json (docs/formats.md). Models keep it.
  const std::string& text_pipeline() const;
  // Deepest growth level of any document.
  int max_level() const { return static_cast<int>(levels().size()) - 1; }
  // Checksum of the manifest, which holds the checksums of all other files: equal checksums mean
  // equal corpora. 16 hexadecimal digits.
  const std::string& checksum() const;

  std::span<const BlockInfo> blocks() const;  // [num_blocks]

  // Opens and verifies block `index`. REQUIRES: index < blocks().size(). Errors: kBadInput.
  Result<std::unique_ptr<const Block>> OpenBlock(std::size_t index) const;
  // Names of the block's documents in the block's order, [blocks()[index].num_documents].
  Result<std::vector<std::string>> ReadDocumentNames(std::size_t index) const;

  // Which metadata the documents have; none in a corpus without.
  const MetadataSchema& metadata_schema() const;
  std::span<const MetadataField> metadata_fields() const { return metadata_schema().fields; }
  // Reads and verifies the metadata of the documents of block `index`. REQUIRES: the corpus has
  // metadata; index < blocks().size(). Errors: kBadInput.
  Result<BlockMetadata> ReadMetadata(std::size_t index) const;
  // The strings of categories and lists by code: [metadata_fields().size()], none for fields of
  // other types. REQUIRES: the corpus has metadata. Errors: kBadInput.
  Result<std::vector<std::vector<std::string>>> ReadMetadataValues() const;

 private:
  struct Impl;
  friend Result<Corpus> OpenCorpus(const FilePath& directory);
  explicit Corpus(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_H_
