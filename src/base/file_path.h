// Where a file lies: on disk, or in a directory that exists in memory only.
//
// Corpora and models are directories of files, written once and read many times. Those that exist
// in memory are the same files in a MemoryFiles instead of on disk: one format, one writer and one
// verifying reader for both, and saving is copying.
#ifndef LIGHTLDA_BASE_FILE_PATH_H_
#define LIGHTLDA_BASE_FILE_PATH_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace lightlda {

// The files of a directory in memory, by their path. A file is immutable once it is there.
// Thread-safe.
class MemoryFiles {
 public:
  using Content = std::shared_ptr<const std::string>;

  // Replaces what was there.
  void Put(const std::string& path, std::string content);
  // Null if there is none.
  Content Find(const std::string& path) const;
  // Whether `path` is a file or a directory with files.
  bool Exists(const std::string& path) const;
  // Names of the files and directories in `directory`, ascending.
  std::vector<std::string> List(const std::string& directory) const;
  // A file, or all files under a directory. What is being read stays until it has been read.
  void Remove(const std::string& path);
  // A file. False if there is none.
  bool Rename(const std::string& from, const std::string& to);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Content> files_;
};

// A path, and the memory it leads into if it is not one on disk. Cheap to copy.
class FilePath {
 public:
  FilePath() = default;
  FilePath(std::string text) : text_(std::move(text)) {}  // NOLINT: implicit on purpose: on disk
  FilePath(const char* text) : text_(text) {}             // NOLINT: likewise

  // A new, empty directory in memory. It lives as long as a path of it, or of a file in it.
  // `label`: what messages call it.
  static FilePath NewInMemory(std::string label);

  // As messages have it.
  const std::string& text() const { return text_; }
  // Null: on disk.
  MemoryFiles* memory() const { return memory_.get(); }

 private:
  friend FilePath JoinPath(const FilePath& directory, const std::string& name);

  std::string text_;
  std::shared_ptr<MemoryFiles> memory_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_FILE_PATH_H_
