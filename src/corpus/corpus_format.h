// Names, magics and versions of the files of a corpus directory. docs/formats.md describes them.
#ifndef LIGHTLDA_CORPUS_CORPUS_FORMAT_H_
#define LIGHTLDA_CORPUS_CORPUS_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/file_path.h"
#include "base/owned_directory.h"
#include "base/section_file.h"
#include "lightlda/status.h"

namespace lightlda {

inline constexpr std::uint32_t kCorpusFormatVersion = 2;

inline constexpr std::string_view kCorpusKind = "lightlda corpus";
// A corpus is complete when it is there: nothing is in it but what its manifest names.
inline constexpr DirectoryKind kCorpusDirectory = {kCorpusKind, {}};
inline constexpr std::string_view kCorpusManifestFile = "manifest.json";
inline constexpr std::string_view kVocabularyFile = "vocabulary.bin";
// "block-00000.bin", "names-00000.bin".
std::string BlockFileName(std::size_t block);
std::string NamesFileName(std::size_t block);
// Only of corpora with metadata: "metadata.bin" and "meta-00000.bin".
inline constexpr std::string_view kMetadataFile = "metadata.bin";
std::string MetadataFileName(std::size_t block);

// Ids of words stay below this: a single huge id of a bag of words must not take all memory.
inline constexpr std::uint64_t kMaxWords = std::uint64_t{1} << 26;
// Of the text that a corpus keeps of a document.
inline constexpr std::int64_t kMaxSnippetBytes = std::int64_t{1} << 30;
// Positions within a block are 32-bit.
inline constexpr std::uint64_t kMaxBlockTokens = (std::uint64_t{1} << 31) - 1;

// {"file": name, "bytes": size, "checksum": hex}, as manifests record every other file.
nlohmann::ordered_json StampToJson(const std::string& file, const FileStamp& stamp);
// kBadInput, naming the file, if it is not the one the manifest recorded.
Status CheckStamp(const SectionFile& file, const FileStamp& expected);
// The stamp of a file of text is its size and the checksum of all its bytes.
FileStamp StampOfText(const std::string& text);
// Reads the file of text that has the stamp. Errors: kBadInput, naming the file.
Result<std::string> ReadStampedText(const FilePath& path, const FileStamp& expected);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_CORPUS_FORMAT_H_
