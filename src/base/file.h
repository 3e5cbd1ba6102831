// Files: mapped reading, checked writing, directories that appear only when complete.
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
#include "lightlda/status.h"

namespace lightlda {

bool PathExists(const FilePath& path);
std::string JoinPath(const std::string& directory, const std::string& name);
FilePath JoinPath(const FilePath& directory, const std::string& name);
// Whether `name` is one of a file in a directory, which leads nowhere else.
bool IsPlainFileName(std::string_view name);
// Directory part of a path; "." if there is none.
std::string ParentPath(const std::string& path);

// "path: reason of errno".
std::string ErrnoMessage(const std::string& path, int error_number);

// Makes the directory entry changes of `directory` durable.
Status SyncDirectory(const FilePath& directory);
// Creates one directory; its parent must exist, it must not. In memory directories are there as
// soon as they have files.
Status CreateDirectory(const FilePath& path);
// Removes a file or directory tree; OK if absent.
Status RemoveTree(const FilePath& path);
// REQUIRES: in memory, a file, and both in the same directory in memory.
Status RenamePath(const FilePath& from, const FilePath& to);
// Names of what is in a directory, in no order; none if it cannot be read.
std::vector<std::string> ListDirectory(const FilePath& directory);
// Copies the first `bytes` bytes of a file. Errors: kBadInput if it has fewer; kCannotWrite.
Status CopyFile(const FilePath& from, const FilePath& to, std::uint64_t bytes);

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

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  explicit MappedFile(MemoryFiles::Content content);

  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  MemoryFiles::Content content_;  // of a file in memory
};

// The whole file as text. REQUIRES nothing of the content. Errors: kBadInput.
Result<std::string> ReadFile(const FilePath& path);

// Writes one file. Destroyed before a successful Close, it removes what it wrote. Not thread-safe.
class FileWriter {
 public:
  // Creates or truncates. A file in memory is there, and replaces another, when it is closed.
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

// OK if `path` is a directory that --overwrite may remove as a whole: an empty one, or one of ours,
// which holds manifest.json or metrics.jsonl. So a mistyped name costs nobody their files.
// Errors: kCannotWrite.
Status CheckReplaceable(const std::string& path);

// A directory under construction, "TARGET.tmp-PID-N", which Commit renames to TARGET. Destroyed
// before that, it removes itself. Not thread-safe.
class StagedDirectory {
 public:
  // Errors: kCannotWrite, also when `target` exists and !overwrite or it is not replaceable.
  static Result<StagedDirectory> Create(const std::string& target, bool overwrite);

  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();

  const std::string& path() const { return path_; }
  // Syncs, then renames; an existing target is replaced if overwrite was given.
  Status Commit();

 private:
  StagedDirectory(std::string path, std::string target, bool overwrite)
      : path_(std::move(path)), target_(std::move(target)), overwrite_(overwrite) {}

  std::string path_;
  std::string target_;
  bool overwrite_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_FILE_H_
