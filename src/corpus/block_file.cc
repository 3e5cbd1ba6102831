#include "corpus/block_file.h"

#include <glog/logging.h>

#include <array>
#include <utility>

#include "base/memory_advice.h"
#include "corpus/block_verifier.h"
#include "corpus/corpus_format.h"
#include "corpus/string_table.h"

namespace lightlda {
namespace {

constexpr std::string_view kBlockMagic = "LLDABLK\n";
constexpr std::uint32_t kBlockVersion = 1;
constexpr std::string_view kNamesMagic = "LLDANAM\n";
constexpr std::uint32_t kNamesVersion = 1;

enum BlockSection : std::size_t {
  kCounts,
  kWordOffsets,
  kDocumentOffsets,
  kPositions,
  kDocumentIndex,
  kLevels,
  kNumBlockSections
};
enum NamesSection : std::size_t { kNameOffsets, kNameBytes, kNumNamesSections };

// The section kCounts.
std::array<std::uint64_t, 4> Counts(const BlockFacts& facts) {
  return {facts.number, facts.num_words, facts.num_documents, facts.num_tokens};
}

class MappedBlock : public Block {
 public:
  MappedBlock(SectionFile file, const BlockFacts& facts) : file_(std::move(file)) {
    number = static_cast<std::uint32_t>(facts.number);
  }

  Status Map() {
    LIGHTLDA_ASSIGN_OR_RETURN(word_offsets, file_.Section<std::uint32_t>(kWordOffsets));
    LIGHTLDA_ASSIGN_OR_RETURN(document_offsets, file_.Section<std::uint32_t>(kDocumentOffsets));
    LIGHTLDA_ASSIGN_OR_RETURN(positions, file_.Section<std::uint32_t>(kPositions));
    LIGHTLDA_ASSIGN_OR_RETURN(document_index, file_.Section<DocId>(kDocumentIndex));
    LIGHTLDA_ASSIGN_OR_RETURN(levels, file_.Section<std::uint8_t>(kLevels));
    return {};
  }

  // What is in memory alone must stay there: dropped, it would be lost.
  void WillNeedPositions() const override {
    if (file_.is_mapped()) WillNeed(std::as_bytes(positions));
  }
  void WillNotNeedPositions() const override {
    if (file_.is_mapped()) WillNotNeed(std::as_bytes(positions));
  }

  // A file that was only touched, or copied anew, is the same.
  Status CheckUnchanged() const override {
    if (file_.IsUnchanged()) return {};
    auto now = SectionFile::Open(file_.path(), kBlockMagic, kBlockVersion, kNumBlockSections);
    if (now.ok() && now->stamp() == file_.stamp()) return {};
    return Status::BadInput(file_.path() + ": was changed while it was in use" +
                            (now.ok() ? "" : ": " + now.status().message()));
  }

  Status CheckCounts(const BlockFacts& facts) const {
    LIGHTLDA_ASSIGN_OR_RETURN(auto counts, file_.Section<std::uint64_t>(kCounts));
    const auto expected = Counts(facts);
    if (std::equal(counts.begin(), counts.end(), expected.begin(), expected.end())) return {};
    return Status::BadInput(file_.path() + ": corrupted: its counts differ from the manifest's");
  }

 private:
  SectionFile file_;
};

}  // namespace

Result<FileStamp> WriteBlockFile(const FilePath& path, const BlockFacts& facts,
                                 const BlockArrays& arrays) {
  CHECK_EQ(arrays.word_offsets.size(), facts.num_words + 1);
  CHECK_EQ(arrays.document_offsets.size(), facts.num_documents + 1);
  CHECK_EQ(arrays.positions.size(), facts.num_tokens);
  const auto counts = Counts(facts);
  std::array<std::span<const std::byte>, kNumBlockSections> sections;
  sections[kCounts] = std::as_bytes(std::span(counts));
  sections[kWordOffsets] = std::as_bytes(std::span(arrays.word_offsets));
  sections[kDocumentOffsets] = std::as_bytes(std::span(arrays.document_offsets));
  sections[kPositions] = std::as_bytes(std::span(arrays.positions));
  sections[kDocumentIndex] = std::as_bytes(std::span(arrays.document_index));
  sections[kLevels] = std::as_bytes(std::span(arrays.levels));
  return WriteSectionFile(path, kBlockMagic, kBlockVersion, sections);
}

Result<std::unique_ptr<const Block>> OpenBlockFile(const FilePath& path, const FileStamp& expected,
                                                   const BlockFacts& facts) {
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kBlockMagic, kBlockVersion, kNumBlockSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  auto block = std::make_unique<MappedBlock>(std::move(file), facts);
  LIGHTLDA_RETURN_IF_ERROR(block->Map());
  LIGHTLDA_RETURN_IF_ERROR(block->CheckCounts(facts));
  if (Status status = VerifyBlock(*block, facts); !status.ok()) {
    return status.WithContext(path.text() + ": corrupted");
  }
  return std::unique_ptr<const Block>(std::move(block));
}

Result<FileStamp> WriteNamesFile(const FilePath& path, std::span<const std::string_view> names) {
  StringTable table;
  for (const std::string_view name : names) table.Add(name);
  std::array<std::span<const std::byte>, kNumNamesSections> sections;
  sections[kNameOffsets] = std::as_bytes(table.offsets());
  sections[kNameBytes] = std::as_bytes(table.bytes());
  return WriteSectionFile(path, kNamesMagic, kNamesVersion, sections);
}

Result<std::vector<std::string>> ReadNamesFile(const FilePath& path, const FileStamp& expected,
                                               std::uint64_t num_documents) {
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kNamesMagic, kNamesVersion, kNumNamesSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  return ReadStrings(file, kNameOffsets, num_documents);
}

}  // namespace lightlda
