#include "corpus/vocabulary_file.h"

#include <array>
#include <utility>
#include <vector>

#include "corpus/corpus_format.h"
#include "corpus/string_table.h"

namespace lightlda {
namespace {

constexpr std::string_view kMagic = "LLDAVOC\n";
constexpr std::uint32_t kVersion = 1;

enum Section : std::size_t { kOffsets, kBytes, kFrequencies, kDocumentFrequencies, kNumSections };

std::vector<Count> ToVector(std::span<const Count> counts) {
  return {counts.begin(), counts.end()};
}

}  // namespace

Result<FileStamp> WriteVocabularyFile(const FilePath& path, const Vocabulary& vocabulary) {
  StringTable words;
  for (const std::string& word : vocabulary.words()) words.Add(word);
  std::array<std::span<const std::byte>, kNumSections> sections;
  sections[kOffsets] = std::as_bytes(words.offsets());
  sections[kBytes] = std::as_bytes(words.bytes());
  sections[kFrequencies] = std::as_bytes(vocabulary.frequencies());
  sections[kDocumentFrequencies] = std::as_bytes(vocabulary.document_frequencies());
  return WriteSectionFile(path, kMagic, kVersion, sections);
}

Result<Vocabulary> ReadVocabularyFile(const FilePath& path, const FileStamp& expected,
                                      std::uint64_t num_words) {
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kMagic, kVersion, kNumSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  LIGHTLDA_ASSIGN_OR_RETURN(auto words, ReadStrings(file, kOffsets, num_words));
  LIGHTLDA_ASSIGN_OR_RETURN(auto frequencies, file.Section<Count>(kFrequencies));
  LIGHTLDA_ASSIGN_OR_RETURN(auto document_frequencies, file.Section<Count>(kDocumentFrequencies));
  if (frequencies.size() != num_words || document_frequencies.size() != num_words) {
    return Status::BadInput(path.text() + ": corrupted: " + std::to_string(frequencies.size()) +
                            " frequencies for " + std::to_string(num_words) + " words");
  }
  for (std::size_t word = 0; word < num_words; ++word) {
    if (document_frequencies[word] < 0 || document_frequencies[word] > frequencies[word]) {
      return Status::BadInput(path.text() + ": corrupted: word " + std::to_string(word) +
                              " has impossible frequencies");
    }
  }
  return Vocabulary(std::move(words), ToVector(frequencies), ToVector(document_frequencies));
}

}  // namespace lightlda
