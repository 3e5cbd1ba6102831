#include "base/section_file.h"

#include <glog/logging.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/checksum.h"

namespace lightlda {
namespace {

static_assert(std::endian::native == std::endian::little, "files are used in place");

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kFixedHeader = 32;
constexpr std::size_t kSectionEntry = 24;
constexpr std::size_t kMagicSize = 8;

constexpr std::uint64_t Padded(std::uint64_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

constexpr std::size_t HeaderSize(std::size_t num_sections) {
  return kFixedHeader + kSectionEntry * num_sections + sizeof(std::uint64_t);
}

template <typename T>
void Put(std::string* out, T value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
T Get(std::span<const std::byte> bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

std::span<const std::byte> Zeros(std::uint64_t size) {
  static constexpr std::byte kZeros[kAlignment] = {};
  return {kZeros, Padded(size) - size};
}

// Length and checksum of a section.
struct SectionFacts {
  std::uint64_t size = 0;
  std::uint64_t checksum = 0;  // of the padded bytes
};

Result<SectionFacts> Describe(const SectionSource& section) {
  SectionFacts facts;
  StreamingChecksum checksum;
  LIGHTLDA_RETURN_IF_ERROR(section([&](std::span<const std::byte> piece) {
    checksum.Update(piece);
    facts.size += piece.size();
  }));
  checksum.Update(Zeros(facts.size));
  facts.checksum = checksum.Digest();
  return facts;
}

Status AppendSection(const SectionSource& section, std::uint64_t size, FileWriter* writer) {
  Status status;
  std::uint64_t written = 0;
  LIGHTLDA_RETURN_IF_ERROR(section([&](std::span<const std::byte> piece) {
    written += piece.size();
    if (status.ok()) status = writer->Append(piece);
  }));
  LIGHTLDA_RETURN_IF_ERROR(status);
  CHECK_EQ(written, size);
  return writer->Append(Zeros(size));
}

}  // namespace

Result<FileStamp> WriteSectionFile(const FilePath& path, std::string_view magic,
                                   std::uint32_t version, std::span<const SectionSource> sections) {
  CHECK_EQ(magic.size(), kMagicSize);
  std::vector<SectionFacts> facts;
  const std::uint64_t first = Padded(HeaderSize(sections.size()));
  std::uint64_t file_size = first;
  for (const SectionSource& section : sections) {
    LIGHTLDA_ASSIGN_OR_RETURN(facts.emplace_back(), Describe(section));
    file_size += Padded(facts.back().size);
  }

  std::string header(magic);
  Put(&header, version);
  Put(&header, static_cast<std::uint32_t>(sections.size()));
  Put(&header, file_size);
  Put(&header, std::uint64_t{0});
  std::uint64_t offset = first;
  for (const SectionFacts& section : facts) {
    Put(&header, offset);
    Put(&header, section.size);
    Put(&header, section.checksum);
    offset += Padded(section.size);
  }
  const FileStamp stamp{file_size, Checksum(header)};
  Put(&header, stamp.checksum);

  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(path));
  writer.Reserve(file_size);
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(header));
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(Zeros(header.size())));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    LIGHTLDA_RETURN_IF_ERROR(AppendSection(sections[i], facts[i].size, &writer));
  }
  LIGHTLDA_RETURN_IF_ERROR(writer.Close());
  return stamp;
}

Result<FileStamp> WriteSectionFile(const FilePath& path, std::string_view magic,
                                   std::uint32_t version,
                                   std::span<const std::span<const std::byte>> sections) {
  std::vector<SectionSource> sources;
  for (const std::span<const std::byte> section : sections) {
    sources.emplace_back([section](const SectionSink& sink) {
      sink(section);
      return Status();
    });
  }
  return WriteSectionFile(path, magic, version, sources);
}

Result<SectionFile> SectionFile::Open(const FilePath& path, std::string_view magic,
                                      std::uint32_t version, std::size_t num_sections) {
  LIGHTLDA_ASSIGN_OR_RETURN(MappedFile mapped, MappedFile::Open(path));
  SectionFile file(path.text(), std::move(mapped));
  LIGHTLDA_RETURN_IF_ERROR(file.Verify(magic, version, num_sections));
  return file;
}

Status SectionFile::Corrupted(const std::string& what) const {
  return Status::BadInput(path_ + ": corrupted: " + what);
}

Status SectionFile::WrongLength(std::size_t index, std::size_t element_size) const {
  return Corrupted("section " + std::to_string(index) + " has " +
                   std::to_string(sections_[index].size()) + " bytes, expected a multiple of " +
                   std::to_string(element_size));
}

Status SectionFile::Verify(std::string_view magic, std::uint32_t version,
                           std::size_t num_sections) {
  CHECK_EQ(magic.size(), kMagicSize);
  const std::span<const std::byte> bytes = file_.bytes();
  const std::size_t header_size = HeaderSize(num_sections);
  if (bytes.size() < kMagicSize || std::memcmp(bytes.data(), magic.data(), kMagicSize) != 0) {
    return Status::BadInput(path_ + ": not a " + std::string(magic.substr(0, 7)) +
                            " file: wrong magic bytes");
  }
  if (bytes.size() < Padded(header_size)) {
    return Corrupted("truncated: " + std::to_string(bytes.size()) + " bytes, no room for a header");
  }
  if (const auto found = Get<std::uint32_t>(bytes, 8); found != version) {
    return Status::BadInput(path_ + ": format version " + std::to_string(found) + ", expected " +
                            std::to_string(version));
  }
  if (const auto found = Get<std::uint32_t>(bytes, 12); found != num_sections) {
    return Corrupted(std::to_string(found) + " sections, expected " + std::to_string(num_sections));
  }
  if (const auto size = Get<std::uint64_t>(bytes, 16); size != bytes.size()) {
    return Corrupted("header says " + std::to_string(size) + " bytes, the file has " +
                     std::to_string(bytes.size()));
  }
  const std::size_t checked = header_size - sizeof(std::uint64_t);
  stamp_ = {bytes.size(), Checksum(bytes.first(checked))};
  if (stamp_.checksum != Get<std::uint64_t>(bytes, checked)) {
    return Corrupted("header checksum differs");
  }
  const auto header_padding = bytes.subspan(header_size, Padded(header_size) - header_size);
  if (std::ranges::any_of(header_padding, [](std::byte b) { return b != std::byte{0}; })) {
    return Corrupted("header padding is not zero");
  }
  std::uint64_t expected_offset = Padded(header_size);
  for (std::size_t i = 0; i < num_sections; ++i) {
    const std::size_t entry = kFixedHeader + kSectionEntry * i;
    const auto offset = Get<std::uint64_t>(bytes, entry);
    const auto length = Get<std::uint64_t>(bytes, entry + 8);
    if (offset != expected_offset || length > bytes.size() ||
        Padded(length) > bytes.size() - offset) {
      return Corrupted("section " + std::to_string(i) + " lies outside the file");
    }
    expected_offset += Padded(length);
    if (Checksum(bytes.subspan(offset, Padded(length))) != Get<std::uint64_t>(bytes, entry + 16)) {
      return Corrupted("checksum of section " + std::to_string(i) + " differs");
    }
    sections_.push_back(bytes.subspan(offset, length));
  }
  if (expected_offset != bytes.size()) return Corrupted("bytes after the last section");
  return {};
}

}  // namespace lightlda
