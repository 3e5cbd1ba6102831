// Writes the files of a corpus directory, document by document.
#ifndef LIGHTLDA_CORPUS_CORPUS_WRITER_H_
#define LIGHTLDA_CORPUS_CORPUS_WRITER_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_path.h"
#include "base/section_file.h"
#include "corpus/block_file.h"
#include "corpus/metadata_builder.h"
#include "corpus/metadata_file.h"
#include "corpus/string_table.h"
#include "lightlda/corpus.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// What must be known of a corpus before its first document is written.
struct CorpusShape {
  std::uint64_t num_documents = 0;  // at least 1
  std::uint64_t num_words = 0;      // at least 1, at most kMaxWords
  std::uint64_t num_tokens = 0;     // at least 1
  std::uint64_t seed = 1;           // of the documents' growth levels
  std::uint64_t block_tokens = 0;   // tokens per block at most; 0: chosen from the rest
  MetadataSchema metadata = {};     // of the documents; empty: none
};

// Tokens per block, where a configuration leaves it open: long enough that a word's run in a block
// is worth a row's look-up (16 tokens per word on average), but at least 8 blocks if the corpus is
// large, so that there is something to share out; and at most about kMaxBlocks blocks, so that
// manifests stay small, up to the tokens that a block can have at all (1.4 * 10^14 tokens in all).
inline constexpr std::uint64_t kMaxBlocks = std::uint64_t{1} << 16;
std::uint64_t ChooseBlockTokens(const CorpusShape& shape);

// What the manifest says of a block.
struct CorpusBlockEntry {
  std::uint64_t num_documents = 0;
  std::uint64_t num_tokens = 0;
  FileStamp tokens;
  FileStamp names;
  FileStamp metadata;  // of corpora with metadata
};

// What is there already of a corpus that documents are added to.
struct CorpusStart {
  std::uint64_t num_documents = 0;
  std::uint64_t num_tokens = 0;
  std::vector<Count> frequencies;           // [num_words]
  std::vector<Count> document_frequencies;  // [num_words]
  std::vector<LevelInfo> levels;
  std::vector<CorpusBlockEntry> blocks;  // their files have the names that BlockFileName etc. say
  MetadataValues metadata_values;        // as ReadMetadataValues has them; empty: no metadata
  std::vector<std::string> earlier;      // checksums of the corpora that it was, oldest first
};

// Memory: one block. Not thread-safe.
class CorpusWriter {
 public:
  // Writes into `directory`, which must exist. REQUIRES: a shape within its bounds.
  CorpusWriter(FilePath directory, const CorpusShape& shape);
  // Goes on with a corpus whose blocks are in `directory`. shape: of all documents, those that are
  // there with them; its metadata with what their documents have (MetadataBuilder). REQUIRES: as
  // above; `start` has num_words words.
  CorpusWriter(FilePath directory, const CorpusShape& shape, CorpusStart start);

  // The next document of the input. It starts a new block if it does not fit into the open one.
  // Errors: kCannotWrite; kBadInput for more than kMaxBlockTokens tokens.
  // REQUIRES: words below num_words; metadata as of MetadataBuilder::Add.
  Status Add(std::string_view name, std::span<const WordId> words,
             const DocumentMetadata& metadata = {});

  // Writes the last block, the vocabulary (frequencies as counted here), the text pipeline that
  // made the documents (FormatTextPipeline), and the manifest. `settings` and `summary` are objects
  // for the reader's information. No Add may follow. REQUIRES: words: [num_words]; documents and
  // tokens added as the shape said.
  Status Finish(std::vector<std::string> words, const std::string& text_pipeline,
                const nlohmann::ordered_json& settings, const nlohmann::ordered_json& summary);

  const MetadataSchema& metadata_schema() const { return metadata_.schema(); }

  // Written so far.
  std::size_t num_blocks() const { return blocks_.size(); }

 private:
  Status WriteBlock();
  Result<FileStamp> WriteMetadata(const BlockFacts& facts, const BlockArrays& arrays);

  FilePath directory_;
  CorpusShape shape_;
  std::uint64_t num_documents_ = 0;  // added so far
  std::uint64_t num_tokens_ = 0;
  std::vector<Count> frequencies_;            // [num_words]
  std::vector<Count> document_frequencies_;   // [num_words]
  std::vector<std::uint64_t> last_document_;  // [num_words]: 1 + the last document with the word
  std::vector<LevelInfo> levels_;             // of the blocks written
  std::vector<CorpusBlockEntry> blocks_;      // written
  std::vector<std::string> earlier_;          // as of CorpusStart

  // The open block, in input order.
  StringTable names_;
  MetadataBuilder metadata_;
  std::vector<WordId> tokens_;
  std::vector<std::uint32_t> token_offsets_ = {0};
};

// A document for WriteCorpus.
struct CorpusDocument {
  std::string name;
  std::vector<WordId> words;
  DocumentMetadata metadata = {};
};

// Writes a whole corpus that is in memory to the new directory `directory`. `words`: the
// vocabulary. For tests and small tools.
Status WriteCorpus(const std::string& directory, const std::vector<std::string>& words,
                   const std::vector<CorpusDocument>& documents, std::uint64_t seed = 1,
                   std::uint64_t block_tokens = 0, const MetadataSchema& metadata = {});

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_CORPUS_WRITER_H_
