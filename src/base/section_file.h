// Section files: the container of every binary file that lightlda writes.
//
// All integers are little-endian. The file is
//
//   offset  bytes  what
//   0       8      magic, one per kind of file, e.g. "LLDABLK\n"
//   8       4      format version of that kind
//   12      4      number of sections S
//   16      8      size of the whole file in bytes
//   24      8      zero
//   32      24*S   per section: offset (8), length (8), XXH3-64 of its padded bytes (8)
//   32+24*S 8      XXH3-64 of all bytes before this field
//   ...            zeros up to a multiple of 64, then the sections in order, each padded with
//                  zeros to a multiple of 64
//
// Every byte is covered: a flipped one anywhere makes Open fail with the file named. Sections are
// aligned, so they are used in place from the mapping.
#ifndef LIGHTLDA_BASE_SECTION_FILE_H_
#define LIGHTLDA_BASE_SECTION_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "lightlda/status.h"

namespace lightlda {

// Identifies one exact file: what a manifest records of it.
struct FileStamp {
  std::uint64_t size = 0;      // bytes
  std::uint64_t checksum = 0;  // of the header, which holds the checksums of the sections

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Writes `path` (not atomically: meant for directories that are committed later), fsynced.
// REQUIRES: magic has 8 bytes.
Result<FileStamp> WriteSectionFile(const FilePath& path, std::string_view magic,
                                   std::uint32_t version,
                                   std::span<const std::span<const std::byte>> sections);

// The same for sections that exist in pieces only: each calls sink with its bytes, piece by piece.
// It is called twice and must give the same bytes. Errors: its own too.
using SectionSink = std::function<void(std::span<const std::byte> piece)>;
using SectionSource = std::function<Status(const SectionSink& sink)>;
Result<FileStamp> WriteSectionFile(const FilePath& path, std::string_view magic,
                                   std::uint32_t version, std::span<const SectionSource> sections);

class SectionFile {
 public:
  // Maps the file and verifies magic, version, number of sections, size and all checksums.
  // Errors: kBadInput, naming the file and what differs.
  static Result<SectionFile> Open(const FilePath& path, std::string_view magic,
                                  std::uint32_t version, std::size_t num_sections);

  const std::string& path() const { return path_; }
  FileStamp stamp() const { return stamp_; }
  // As MappedFile's.
  bool is_mapped() const { return file_.is_mapped(); }
  bool IsUnchanged() const { return file_.IsUnchanged(); }

  // Section `index` as an array of T, in place. Errors: kBadInput if its length is not a multiple.
  // REQUIRES: index < the number of sections.
  template <typename T>
  Result<std::span<const T>> Section(std::size_t index) const {
    const std::span<const std::byte> raw = sections_[index];
    if (raw.size() % sizeof(T) != 0) return WrongLength(index, sizeof(T));
    return std::span<const T>(reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T));
  }

 private:
  explicit SectionFile(std::string path, MappedFile file)
      : path_(std::move(path)), file_(std::move(file)) {}
  Status Verify(std::string_view magic, std::uint32_t version, std::size_t num_sections);
  Status Corrupted(const std::string& what) const;
  Status WrongLength(std::size_t index, std::size_t element_size) const;

  std::string path_;
  MappedFile file_;
  FileStamp stamp_;
  std::vector<std::span<const std::byte>> sections_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_SECTION_FILE_H_
