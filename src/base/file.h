// Files: mapped reading, checked writing, directories that appear only when complete.
//
// Every write is checked. Errors say the path and the system's reason; a failed read is kBadInput,
// a failed write kCannotWrite.
#ifndef LIGHTLDA_BASE_FILE_H_
#define LIGHTLDA_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lightlda/status.h"

namespace lightlda {

bool PathExists(const std::string& path);
std::string JoinPath(const std::string& directory, const std::string& name);
// Directory part of a path; "." if there is none.
std::string ParentPath(const std::string& path);

// "path: reason of errno".
std::string ErrnoMessage(const std::string& path, int error_number);

// Makes the directory entry changes of `directory` durable.
Status SyncDirectory(const std::string& directory);
// Creates one directory; its parent must exist, it must not.
Status CreateDirectory(const std::string& path);
// Removes a file or directory tree; OK if absent.
Status RemoveTree(const std::string& path);
Status RenamePath(const std::string& from, const std::string& to);

// A read-only memory mapping of a whole file. Movable; immutable.
class MappedFile {
 public:
  static Result<MappedFile> Open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// The whole file as text. REQUIRES nothing of the content. Errors: kBadInput.
Result<std::string> ReadFile(const std::string& path);

// Writes one file. Destroyed before a successful Close, it removes what it wrote. Not thread-safe.
class FileWriter {
 public:
  // Creates or truncates.
  static Result<FileWriter> Create(const std::string& path);

  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;
  ~FileWriter();

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
  explicit FileWriter(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  void Abandon();

  std::string path_;
  int fd_ = -1;
  std::string buffer_;
  std::uint64_t bytes_written_ = 0;
};

// Replaces `path` by a file with this content: either the old or the new one survives a crash,
// never a mixture.
Status WriteFileAtomic(const std::string& path, std::string_view content);

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
