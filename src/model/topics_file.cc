#include "model/topics_file.h"

#include <glog/logging.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "corpus/corpus_format.h"

namespace lightlda {
namespace {

constexpr std::string_view kMagic = "LLDATOP\n";
constexpr std::uint32_t kVersion = 1;
constexpr int kCompressionLevel = 1;
constexpr std::uint32_t kMaxTopicsIn16Bits = 65536;

enum Section : std::size_t { kFacts, kTopics, kNumSections };

// Bytes a topic takes before compression.
std::uint64_t TopicBytes(std::uint32_t num_topics) {
  return num_topics <= kMaxTopicsIn16Bits ? sizeof(std::uint16_t) : sizeof(std::uint32_t);
}

std::array<std::uint64_t, 4> ToArray(const TopicsFacts& facts) {
  return {facts.block, facts.num_tokens, facts.num_topics, TopicBytes(facts.num_topics)};
}

std::vector<std::byte> Compress(std::span<const std::byte> raw) {
  std::vector<std::byte> compressed(ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), raw.data(),
                                         raw.size(), kCompressionLevel);
  CHECK(!ZSTD_isError(size)) << ZSTD_getErrorName(size);
  compressed.resize(size);
  return compressed;
}

// Decompresses to `raw`, which must be filled exactly.
Status Decompress(const FilePath& path, std::span<const std::byte> compressed,
                  std::span<std::byte> raw) {
  const std::size_t size =
      ZSTD_decompress(raw.data(), raw.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(size)) {
    return Status::BadInput(path.text() + ": corrupted: topics do not decompress to " +
                            std::to_string(raw.size()) + " bytes: " + ZSTD_getErrorName(size));
  }
  if (size != raw.size()) {
    return Status::BadInput(path.text() + ": corrupted: topics take " + std::to_string(size) +
                            " bytes, expected " + std::to_string(raw.size()));
  }
  return {};
}

Status CheckTopics(const FilePath& path, const TopicsFacts& facts,
                   std::span<const TopicId> topics) {
  for (std::size_t position = 0; position < topics.size(); ++position) {
    if (topics[position] >= facts.num_topics) {
      return Status::BadInput(path.text() + ": corrupted: token " + std::to_string(position) +
                              " has topic " + std::to_string(topics[position]) + " of " +
                              std::to_string(facts.num_topics));
    }
  }
  return {};
}

Result<SectionFile> OpenTopicsFile(const FilePath& path, const FileStamp& expected) {
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kMagic, kVersion, kNumSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  return file;
}

}  // namespace

Result<FileStamp> WriteTopicsFile(const FilePath& path, const TopicsFacts& facts,
                                  std::span<const TopicId> topics) {
  CHECK_EQ(topics.size(), facts.num_tokens);
  const auto facts_array = ToArray(facts);
  std::vector<std::byte> compressed;
  if (TopicBytes(facts.num_topics) == sizeof(std::uint16_t)) {
    std::vector<std::uint16_t> narrow(topics.size());
    std::ranges::transform(topics, narrow.begin(),
                           [](TopicId topic) { return static_cast<std::uint16_t>(topic); });
    compressed = Compress(std::as_bytes(std::span(narrow)));
  } else {
    compressed = Compress(std::as_bytes(topics));
  }
  std::array<std::span<const std::byte>, kNumSections> sections;
  sections[kFacts] = std::as_bytes(std::span(facts_array));
  sections[kTopics] = compressed;
  return WriteSectionFile(path, kMagic, kVersion, sections);
}

Result<std::vector<TopicId>> ReadTopicsFile(const FilePath& path, const FileStamp& expected,
                                            const TopicsFacts& facts) {
  LIGHTLDA_ASSIGN_OR_RETURN(const SectionFile file, OpenTopicsFile(path, expected));
  LIGHTLDA_ASSIGN_OR_RETURN(auto facts_array, file.Section<std::uint64_t>(kFacts));
  if (!std::ranges::equal(facts_array, ToArray(facts))) {
    return Status::BadInput(path.text() + ": corrupted: not the topics of " +
                            std::to_string(facts.num_tokens) + " tokens of block " +
                            std::to_string(facts.block) + " in " +
                            std::to_string(facts.num_topics) + " topics");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(auto compressed, file.Section<std::byte>(kTopics));
  std::vector<TopicId> topics(facts.num_tokens);
  if (TopicBytes(facts.num_topics) == sizeof(std::uint16_t)) {
    std::vector<std::uint16_t> narrow(facts.num_tokens);
    LIGHTLDA_RETURN_IF_ERROR(
        Decompress(path, compressed, std::as_writable_bytes(std::span(narrow))));
    std::ranges::copy(narrow, topics.begin());
  } else {
    LIGHTLDA_RETURN_IF_ERROR(
        Decompress(path, compressed, std::as_writable_bytes(std::span(topics))));
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckTopics(path, facts, topics));
  return topics;
}

Status CheckTopicsFile(const FilePath& path, const FileStamp& expected) {
  return OpenTopicsFile(path, expected).status();
}

}  // namespace lightlda
