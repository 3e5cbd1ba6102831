// Files: mapped reading, checked writing.
//
// A FilePath leads to disk or into memory; what is said of durability is true of disks alone. Every
// write is checked. Errors say the path and the system's reason; a failed read is kBadInput,
// a failed write kCannotWrite.
#ifndef LIGHTLDA_BASE_FILE_H_
#define LIGHTLDA_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_path.h"
#include "base/mapped_ranges.h"
#include "lightlda/status.h"

namespace lightlda {

bool PathExists(const FilePath& path);
std::string JoinPath(const std::string& directory, const std::string& name);
FilePath JoinPath(const FilePath& directory, const std::string& name);
// Whether `name` is one of a file in a directory, which leads nowhere else.
bool IsPlainFileName(std::string_view name);
// Directory part of a path; "." if there is none.
std::string ParentPath(const std::string& path);
// A directory by its plain name: "a/" is "a".
std::string WithoutTrailingSlash(std::string path);

// Whether a call failed because the file system does not have it, as some that are on a network do
// not have all that a local disk has.
bool IsRefusedCall(int error_number);

// "path: reason of errno".
std::string ErrnoMessage(const std::string& path, int error_number);

// Makes the content of a file that somebody else wrote durable, where the file system can.
Status SyncFile(const FilePath& path);
// Makes the directory entry changes of `directory` durable, likewise.
Status SyncDirectory(const FilePath& directory);
// Creates one directory; its parent must exist, it must not. In memory directories are there as
// soon as they have files.
Status CreateDirectory(const FilePath& path);
// Removes a file on disk; OK if absent.
Status RemoveFile(const std::string& path);
// Removes a file or directory tree; OK if absent. REQUIRES: all of it was made by this process; for
// all else there is base/owned_directory.h.
Status RemoveTree(const FilePath& path);
// REQUIRES: in memory, a file, and both in the same directory in memory.
Status RenamePath(const FilePath& from, const FilePath& to);
// Names of what is in a directory, ascending. Errors: kCannotWrite if it cannot be read, so that it
// is not taken for empty.
Result<std::vector<std::string>> ListDirectory(const FilePath& directory);
// Copies the first `bytes` bytes of a file. Errors: kBadInput if it has fewer; kCannotWrite.
Status CopyFile(const FilePath& from, const FilePath& to, std::uint64_t bytes);
// Gives a file on disk a second name, or where that cannot be copies it. For files that are never
// written to again. Errors: as CopyFile's.
Status LinkOrCopyFile(const std::string& from, const std::string& to, std::uint64_t bytes);

// A read-only memory mapping of a whole file, or the file that is in memory. Movable; immutable.
class MappedFile {
 public:
  static Result<MappedFile> Open(const FilePath& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  // Whether the bytes are pages of a file, which can be read again when they have been dropped.
  bool is_mapped() const { return content_ == nullptr; }
  // Whether the file at the path is still the one that was mapped, and nobody has written to it.
  // What is not mapped does not change.
  bool IsUnchanged() const { return data_ == nullptr || !is_mapped() || range_.IsUnchanged(); }

 private:
  MappedFile(const std::byte* data, std::size_t size, MappedRange range)
      : data_(data), size_(size), range_(std::move(range)) {}
  explicit MappedFile(MemoryFiles::Content content);

  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  MappedRange range_;             // if mapped
  MemoryFiles::Content content_;  // of a file in memory
};

// The whole file as text. REQUIRES nothing of the content. Errors: kBadInput.
Result<std::string> ReadFile(const FilePath& path);

// Writes one file. Destroyed before a successful Close, it removes what it wrote. Not thread-safe.
class FileWriter {
 public:
  // A new file, with the mode that the umask leaves of 0666. A regular file that is there goes;
  // anything else, a symbolic link above all, is an error. A file in memory is there, and replaces
  // another, when it is closed.
  static Result<FileWriter> Create(const FilePath& path);

  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;
  ~FileWriter();

  // Room for a file of this size, if it is one in memory.
  void Reserve(std::uint64_t bytes);
  Status Append(std::span<const std::byte> bytes);
  Status Append(std::string_view text) {
    return Append(std::as_bytes(std::span(text.data(), text.size())));
  }
  // Hands buffered bytes to the system (not to the disk).
  Status Flush();
  // Flushes, fsyncs and closes. No call may follow.
  Status Close();
  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  explicit FileWriter(FilePath path, int fd) : path_(std::move(path)), fd_(fd) {}
  void Abandon();

  FilePath path_;
  int fd_ = -1;         // likewise once closed, and in memory
  std::string buffer_;  // in memory, all of it
  std::uint64_t bytes_written_ = 0;
};

// Replaces `path` by a file with this content: either the old or the new one survives a crash,
// never a mixture.
Status WriteFileAtomic(const FilePath& path, std::string_view content);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_FILE_H_
