#include "corpus/corpus_writer.h"

#include <glog/logging.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/manifest.h"
#include "base/staged_directory.h"
#include "corpus/block_builder.h"
#include "corpus/block_file.h"
#include "corpus/corpus_format.h"
#include "corpus/metadata_manifest.h"
#include "corpus/vocabulary_file.h"
#include "lightlda/version.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

nlohmann::ordered_json LevelsToJson(const std::vector<LevelInfo>& levels) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const LevelInfo& level : levels) {
    json.push_back({{"num_documents", level.num_documents}, {"num_tokens", level.num_tokens}});
  }
  return json;
}

}  // namespace

std::uint64_t ChooseBlockTokens(const CorpusShape& shape) {
  if (shape.block_tokens != 0) return std::min(shape.block_tokens, kMaxBlockTokens);
  constexpr std::uint64_t kTokensPerWord = 16;
  constexpr std::uint64_t kBlocks = 8;
  // Documents without tokens take room, too.
  const std::uint64_t size = std::max(shape.num_tokens, shape.num_documents);
  const std::uint64_t by_words = std::max(std::uint64_t{1} << 20, kTokensPerWord * shape.num_words);
  const std::uint64_t by_blocks = std::max(std::uint64_t{1} << 16, (size + kBlocks - 1) / kBlocks);
  const std::uint64_t by_manifest = (size + kMaxBlocks - 1) / kMaxBlocks;
  const std::uint64_t limit =
      std::min(std::max(std::min(by_words, by_blocks), by_manifest), kMaxBlockTokens);
  // Equal blocks, with some room so that what does not fit for the documents' lengths is not left
  // over for a last, tiny one.
  const std::uint64_t num_blocks = (size + limit - 1) / limit;
  const std::uint64_t tokens = (size + num_blocks - 1) / num_blocks;
  return std::min(tokens + tokens / 32 + 1, kMaxBlockTokens);
}

CorpusWriter::CorpusWriter(FilePath directory, const CorpusShape& shape)
    : directory_(std::move(directory)),
      shape_(shape),
      frequencies_(shape.num_words),
      document_frequencies_(shape.num_words),
      last_document_(shape.num_words),
      metadata_(shape.metadata) {
  CHECK(shape.num_words >= 1 && shape.num_words <= kMaxWords);
  shape_.block_tokens = ChooseBlockTokens(shape);
}

CorpusWriter::CorpusWriter(FilePath directory, const CorpusShape& shape, CorpusStart start)
    : directory_(std::move(directory)),
      shape_(shape),
      num_documents_(start.num_documents),
      num_tokens_(start.num_tokens),
      frequencies_(std::move(start.frequencies)),
      document_frequencies_(std::move(start.document_frequencies)),
      last_document_(shape.num_words),
      levels_(std::move(start.levels)),
      blocks_(std::move(start.blocks)),
      earlier_(std::move(start.earlier)),
      metadata_(shape.metadata, std::move(start.metadata_values)) {
  CHECK(shape.num_words >= 1 && shape.num_words <= kMaxWords);
  CHECK(frequencies_.size() == shape.num_words && document_frequencies_.size() == shape.num_words);
  shape_.block_tokens = ChooseBlockTokens(shape);
}

Status CorpusWriter::Add(std::string_view name, std::span<const WordId> words,
                         const DocumentMetadata& metadata) {
  if (words.size() > kMaxBlockTokens) {
    return Status::BadInput("document " + std::string(name) + " has " +
                            std::to_string(words.size()) + " tokens, more than the maximum of " +
                            std::to_string(kMaxBlockTokens));
  }
  const bool full =
      tokens_.size() + words.size() > shape_.block_tokens || names_.size() >= shape_.block_tokens;
  if (full && names_.size() > 0) LIGHTLDA_RETURN_IF_ERROR(WriteBlock());
  ++num_documents_;
  num_tokens_ += words.size();
  for (const WordId word : words) {
    DCHECK_LT(word, shape_.num_words);
    ++frequencies_[word];
    document_frequencies_[word] += last_document_[word] != num_documents_ ? 1 : 0;
    last_document_[word] = num_documents_;
  }
  names_.Add(name);
  metadata_.Add(metadata);
  tokens_.insert(tokens_.end(), words.begin(), words.end());
  token_offsets_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  return {};
}

Status CorpusWriter::WriteBlock() {
  BlockFacts facts;
  facts.number = blocks_.size();
  facts.num_words = shape_.num_words;
  facts.num_documents = names_.size();
  facts.num_tokens = tokens_.size();
  facts.first_document = num_documents_ - names_.size();
  const BlockArrays arrays = BuildBlock(facts, shape_.seed, tokens_, token_offsets_);
  CountLevels(arrays, &levels_);
  std::vector<std::string_view> names;
  names.reserve(names_.size());
  for (const DocId document : arrays.document_index) {
    names.push_back(names_[document - facts.first_document]);
  }
  const FilePath block_path = JoinPath(directory_, BlockFileName(facts.number));
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp block_stamp, WriteBlockFile(block_path, facts, arrays));
  const FilePath names_path = JoinPath(directory_, NamesFileName(facts.number));
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp names_stamp, WriteNamesFile(names_path, names));
  blocks_.push_back({facts.num_documents, facts.num_tokens, block_stamp, names_stamp, {}});
  if (!shape_.metadata.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(blocks_.back().metadata, WriteMetadata(facts, arrays));
  }
  names_.Clear();
  tokens_.clear();
  token_offsets_.assign(1, 0);
  return {};
}

Result<FileStamp> CorpusWriter::WriteMetadata(const BlockFacts& facts, const BlockArrays& arrays) {
  std::vector<std::uint32_t> order;
  order.reserve(arrays.document_index.size());
  for (const DocId document : arrays.document_index) {
    order.push_back(static_cast<std::uint32_t>(document - facts.first_document));
  }
  return metadata_.WriteBlock(JoinPath(directory_, MetadataFileName(facts.number)), facts.number,
                              order);
}

Status CorpusWriter::Finish(std::vector<std::string> words, const std::string& text_pipeline,
                            const nlohmann::ordered_json& settings,
                            const nlohmann::ordered_json& summary) {
  CHECK_EQ(words.size(), shape_.num_words);
  CHECK_EQ(num_documents_, shape_.num_documents);
  CHECK_EQ(num_tokens_, shape_.num_tokens);
  if (names_.size() > 0) LIGHTLDA_RETURN_IF_ERROR(WriteBlock());
  const std::string vocabulary_file(kVocabularyFile);
  const Vocabulary vocabulary(std::move(words), std::move(frequencies_),
                              std::move(document_frequencies_));
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp,
                            WriteVocabularyFile(JoinPath(directory_, vocabulary_file), vocabulary));
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(directory_, kTextPipelineFile), text_pipeline));
  auto blocks = nlohmann::ordered_json::array();
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const CorpusBlockEntry& entry = blocks_[block];
    blocks.push_back({{"num_documents", entry.num_documents},
                      {"num_tokens", entry.num_tokens},
                      {"tokens", StampToJson(BlockFileName(block), entry.tokens)},
                      {"names", StampToJson(NamesFileName(block), entry.names)}});
    if (shape_.metadata.empty()) continue;
    blocks.back()["meta"] = StampToJson(MetadataFileName(block), entry.metadata);
  }
  nlohmann::ordered_json manifest = {
      {"kind", kCorpusKind},
      {"format_version", kCorpusFormatVersion},
      {"written_by", "lightlda " LIGHTLDA_VERSION_STRING},
      {"num_documents", shape_.num_documents},
      {"num_words", shape_.num_words},
      {"num_tokens", shape_.num_tokens},
      {"seed", shape_.seed},
      {"levels", LevelsToJson(levels_)},
      {"settings", settings},
      {"summary", summary},
      {"vocabulary", StampToJson(vocabulary_file, stamp)},
      {"text_pipeline", StampToJson(kTextPipelineFile, StampOfText(text_pipeline))},
      {"blocks", std::move(blocks)}};
  if (!earlier_.empty()) manifest["earlier"] = earlier_;
  if (!shape_.metadata.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp values, metadata_.WriteValues(JoinPath(
                                                          directory_, std::string(kMetadataFile))));
    manifest["metadata"] = MetadataToJson(metadata_.schema(), values);
  }
  return WriteManifest(JoinPath(directory_, std::string(kCorpusManifestFile)), manifest);
}

Status WriteCorpus(const std::string& directory, const std::vector<std::string>& words,
                   const std::vector<CorpusDocument>& documents, std::uint64_t seed,
                   std::uint64_t block_tokens, const MetadataSchema& metadata) {
  LIGHTLDA_ASSIGN_OR_RETURN(StagedDirectory staged,
                            StagedDirectory::Create(directory, false, kCorpusDirectory, {}));
  CorpusShape shape;
  shape.num_documents = documents.size();
  shape.num_words = words.size();
  for (const CorpusDocument& document : documents) shape.num_tokens += document.words.size();
  shape.seed = seed;
  shape.block_tokens = block_tokens;
  shape.metadata = metadata;
  CorpusWriter writer(staged.path(), shape);
  for (const CorpusDocument& document : documents) {
    LIGHTLDA_RETURN_IF_ERROR(writer.Add(document.name, document.words, document.metadata));
  }
  const auto empty = nlohmann::ordered_json::object();
  LIGHTLDA_RETURN_IF_ERROR(
      writer.Finish(words, FormatTextPipeline(BagsOfNamedWords()), empty, empty));
  return staged.Commit();
}

}  // namespace lightlda
