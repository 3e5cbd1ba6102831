#include "lightlda/corpus.h"

#include <glog/logging.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/manifest.h"
#include "base/out_of_memory.h"
#include "base/staged_directory.h"
#include "corpus/block_file.h"
#include "corpus/corpus_format.h"
#include "corpus/document_level.h"
#include "corpus/metadata_file.h"
#include "corpus/metadata_manifest.h"
#include "corpus/open_corpus.h"
#include "corpus/vocabulary_file.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kMaxCount = INT64_MAX;

}  // namespace

struct LIGHTLDA_NO_EXPORT Corpus::Impl {
  // Status messages of every part name the manifest by JsonFields.
  Status ReadCounts(const JsonFields& manifest);
  Status ReadLevels(const JsonFields& manifest);
  Status ReadBlocks(const JsonFields& manifest);
  Status ReadBlock(const JsonFields& entry, DocId first_document);
  Status ReadMetadata(const JsonFields& manifest);
  Status ReadVocabulary(const JsonFields& manifest);
  FilePath Path(const std::string& file) const { return JoinPath(root, file); }
  Status ReadTextPipeline(const JsonFields& manifest);

  FilePath root;
  std::string directory;  // empty if the files are in memory
  std::string checksum;
  std::uint64_t num_documents = 0;
  std::uint64_t num_words = 0;
  std::uint64_t num_tokens = 0;
  std::vector<LevelInfo> levels;
  Vocabulary vocabulary;
  std::string text_pipeline;
  std::vector<BlockInfo> blocks;
  // Likewise [num_blocks].
  std::vector<BlockFacts> facts;
  std::vector<FileStamp> block_stamps;
  std::vector<FileStamp> names_stamps;
  // Of a corpus with metadata; the latter two [num_blocks].
  std::optional<MetadataEntry> metadata;
  std::vector<std::string> metadata_files;
  std::vector<FileStamp> metadata_stamps;
  std::vector<NamedFile> files;  // all but the manifest
};

Status Corpus::Impl::ReadMetadata(const JsonFields& manifest) {
  if (!manifest.Has("metadata")) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, manifest.Object("metadata"));
  LIGHTLDA_ASSIGN_OR_RETURN(metadata, ReadMetadataEntry(entry, static_cast<Count>(num_documents)));
  return {};
}

Status Corpus::Impl::ReadCounts(const JsonFields& manifest) {
  LIGHTLDA_RETURN_IF_ERROR(
      CheckKind(manifest, kCorpusKind, kCorpusFormatVersion, "preprocess the input again"));
  LIGHTLDA_ASSIGN_OR_RETURN(num_documents, manifest.Unsigned("num_documents", 1, kMaxCount >> 2));
  LIGHTLDA_ASSIGN_OR_RETURN(num_words, manifest.Unsigned("num_words", 1, kMaxWords));
  LIGHTLDA_ASSIGN_OR_RETURN(num_tokens, manifest.Unsigned("num_tokens", 1, kMaxCount));
  return ReadLevels(manifest);
}

Status Corpus::Impl::ReadLevels(const JsonFields& manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_levels, manifest.ArraySize("levels"));
  if (num_levels < 1 || num_levels > kMaxDocumentLevel + 1) {
    return manifest.Error("levels", "1 to " + std::to_string(kMaxDocumentLevel + 1) + " levels");
  }
  std::uint64_t documents = num_documents;  // that no level has had so far
  std::uint64_t tokens = num_tokens;
  for (std::size_t i = 0; i < num_levels; ++i) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, manifest.Element("levels", i));
    const std::uint64_t least = i + 1 == num_levels ? 1 : 0;
    LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t level_documents,
                              entry.Unsigned("num_documents", least, documents));
    LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t level_tokens,
                              entry.Unsigned("num_tokens", 0, tokens));
    documents -= level_documents;
    tokens -= level_tokens;
    levels.push_back({static_cast<Count>(level_documents), static_cast<Count>(level_tokens)});
  }
  if (documents == 0 && tokens == 0) return {};
  return manifest.Error("levels", std::to_string(num_documents) + " documents and " +
                                      std::to_string(num_tokens) + " tokens in all, found " +
                                      std::to_string(num_documents - documents) + " and " +
                                      std::to_string(num_tokens - tokens));
}

Status Corpus::Impl::ReadBlock(const JsonFields& entry, DocId first_document) {
  BlockFacts block;
  block.number = blocks.size();
  block.num_words = num_words;
  block.first_document = first_document;
  block.max_level = static_cast<int>(levels.size()) - 1;
  LIGHTLDA_ASSIGN_OR_RETURN(block.num_documents,
                            entry.Unsigned("num_documents", 1, kMaxBlockTokens));
  LIGHTLDA_ASSIGN_OR_RETURN(block.num_tokens, entry.Unsigned("num_tokens", 0, kMaxBlockTokens));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields tokens, entry.Object("tokens"));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields names, entry.Object("names"));
  BlockInfo info;
  info.num_documents = static_cast<std::uint32_t>(block.num_documents);
  info.num_tokens = static_cast<std::uint32_t>(block.num_tokens);
  LIGHTLDA_ASSIGN_OR_RETURN(info.file, tokens.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(info.names_file, names.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp block_stamp, tokens.Stamp());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp names_stamp, names.Stamp());
  blocks.push_back(std::move(info));
  facts.push_back(block);
  block_stamps.push_back(block_stamp);
  names_stamps.push_back(names_stamp);
  if (!metadata) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields meta, entry.Object("meta"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string meta_file, meta.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp meta_stamp, meta.Stamp());
  metadata_files.push_back(meta_file);
  metadata_stamps.push_back(meta_stamp);
  return {};
}

Status Corpus::Impl::ReadBlocks(const JsonFields& manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_blocks, manifest.ArraySize("blocks"));
  std::uint64_t documents = 0;
  std::uint64_t tokens = 0;
  for (std::size_t i = 0; i < num_blocks; ++i) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, manifest.Element("blocks", i));
    LIGHTLDA_RETURN_IF_ERROR(ReadBlock(entry, documents));
    documents += facts.back().num_documents;
    tokens += facts.back().num_tokens;
  }
  if (documents != num_documents || tokens != num_tokens) {
    return manifest.Error("blocks", std::to_string(num_documents) + " documents and " +
                                        std::to_string(num_tokens) + " tokens in all, found " +
                                        std::to_string(documents) + " and " +
                                        std::to_string(tokens));
  }
  return {};
}

Status Corpus::Impl::ReadVocabulary(const JsonFields& manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, manifest.Object("vocabulary"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string file, entry.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp, entry.Stamp());
  LIGHTLDA_ASSIGN_OR_RETURN(vocabulary, ReadVocabularyFile(Path(file), stamp, num_words));
  std::uint64_t tokens = 0;
  for (std::size_t word = 0; word < num_words; ++word) {
    const auto frequency = static_cast<std::uint64_t>(vocabulary.frequencies()[word]);
    const auto documents = static_cast<std::uint64_t>(vocabulary.document_frequencies()[word]);
    if (frequency > num_tokens - tokens || documents > num_documents) {
      return Status::BadInput(Path(file).text() + ": corrupted: word " + std::to_string(word) +
                              " is in more tokens or documents than there are");
    }
    tokens += frequency;
  }
  if (tokens != num_tokens) {
    return Status::BadInput(Path(file).text() + ": corrupted: frequencies add up to " +
                            std::to_string(tokens) + ", expected " + std::to_string(num_tokens));
  }
  return {};
}

Status Corpus::Impl::ReadTextPipeline(const JsonFields& manifest) {
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, manifest.Object("text_pipeline"));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string file, entry.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp, entry.Stamp());
  const FilePath path = Path(file);
  LIGHTLDA_ASSIGN_OR_RETURN(text_pipeline, ReadStampedText(path, stamp));
  return ParseTextPipeline(path.text(), text_pipeline).status();
}

Result<Corpus> OpenCorpus(const FilePath& directory) {
  auto impl = std::make_shared<Corpus::Impl>();
  impl->root = directory;
  if (directory.memory() == nullptr) impl->directory = directory.text();
  const FilePath path = impl->Path(std::string(kCorpusManifestFile));
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(path));
  impl->checksum = manifest.checksum;
  const JsonFields fields(path.text(), *manifest.json);
  LIGHTLDA_RETURN_IF_ERROR(impl->ReadCounts(fields));
  LIGHTLDA_RETURN_IF_ERROR(impl->ReadMetadata(fields));
  LIGHTLDA_RETURN_IF_ERROR(impl->ReadBlocks(fields));
  LIGHTLDA_RETURN_IF_ERROR(impl->ReadVocabulary(fields));
  impl->files = ListFiles(*manifest.json);
  LIGHTLDA_RETURN_IF_ERROR(impl->ReadTextPipeline(fields));
  return Corpus(std::move(impl));
}

Result<Corpus> Corpus::Open(const std::string& directory) {
  return CatchBadAlloc([&] { return OpenCorpus(directory); });
}

Corpus::Corpus(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Status Corpus::Save(const std::string& directory, bool overwrite) const {
  LIGHTLDA_ASSIGN_OR_RETURN(StagedDirectory staged,
                            StagedDirectory::Create(directory, overwrite, kCorpusDirectory,
                                                    std::span(&impl_->directory, 1)));
  for (const NamedFile& file : impl_->files) {
    LIGHTLDA_RETURN_IF_ERROR(
        CopyFile(impl_->Path(file.name), JoinPath(staged.path(), file.name), file.bytes));
  }
  const std::string manifest_file(kCorpusManifestFile);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string manifest, ReadFile(impl_->Path(manifest_file)));
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(staged.path(), manifest_file), manifest));
  return staged.Commit();
}

const std::string& Corpus::directory() const { return impl_->directory; }
Count Corpus::num_documents() const { return static_cast<Count>(impl_->num_documents); }
Count Corpus::num_tokens() const { return static_cast<Count>(impl_->num_tokens); }
const Vocabulary& Corpus::vocabulary() const { return impl_->vocabulary; }
std::span<const LevelInfo> Corpus::levels() const { return impl_->levels; }
const std::string& Corpus::text_pipeline() const { return impl_->text_pipeline; }
const std::string& Corpus::checksum() const { return impl_->checksum; }
std::span<const BlockInfo> Corpus::blocks() const { return impl_->blocks; }

Result<std::unique_ptr<const Block>> Corpus::OpenBlock(std::size_t index) const {
  CHECK_LT(index, impl_->blocks.size());
  return OpenBlockFile(impl_->Path(impl_->blocks[index].file), impl_->block_stamps[index],
                       impl_->facts[index]);
}

Result<std::vector<std::string>> Corpus::ReadDocumentNames(std::size_t index) const {
  CHECK_LT(index, impl_->blocks.size());
  return ReadNamesFile(impl_->Path(impl_->blocks[index].names_file), impl_->names_stamps[index],
                       impl_->facts[index].num_documents);
}

const MetadataSchema& Corpus::metadata_schema() const {
  static const MetadataSchema kNone;
  return impl_->metadata ? impl_->metadata->schema : kNone;
}

Result<BlockMetadata> Corpus::ReadMetadata(std::size_t index) const {
  CHECK(impl_->metadata) << "a corpus without metadata";
  CHECK_LT(index, impl_->blocks.size());
  return ReadBlockMetadata(impl_->Path(impl_->metadata_files[index]), impl_->metadata_stamps[index],
                           impl_->metadata->schema, {index, impl_->facts[index].num_documents});
}

Result<std::vector<std::vector<std::string>>> Corpus::ReadMetadataValues() const {
  CHECK(impl_->metadata) << "a corpus without metadata";
  return lightlda::ReadMetadataValues(impl_->Path(impl_->metadata->values_file),
                                      impl_->metadata->values, impl_->metadata->schema);
}

}  // namespace lightlda
