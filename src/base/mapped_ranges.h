// Which file lies where in memory, so that an error on its pages can name it.
#ifndef LIGHTLDA_BASE_MAPPED_RANGES_H_
#define LIGHTLDA_BASE_MAPPED_RANGES_H_

#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <utility>

namespace lightlda {

// One state of a file: another file at its path, or a write to it, makes another.
struct FileVersion {
  static FileVersion Of(const struct stat& info);

  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  struct timespec modified = {};

  bool operator==(const FileVersion& other) const;
};

struct RangeEntry;

// Keeps an entry for a mapping while it lives. Movable. Thread-safe among entries.
class MappedRange {
 public:
  MappedRange() = default;
  MappedRange(const void* data, std::size_t size, const std::string& path, FileVersion version);
  MappedRange(MappedRange&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  MappedRange& operator=(MappedRange&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~MappedRange();

  // Whether the file is still as it was when mapped. One that is gone counts as such: what is
  // mapped stays. REQUIRES: made with a mapping.
  bool IsUnchanged() const;

 private:
  RangeEntry* entry_ = nullptr;
};

// Path of the file that is mapped at an address; null if none. Async-signal-safe.
const char* FindMappedFile(const void* address);
// Path of a mapped file that has changed; null if there is none. Async-signal-safe.
const char* FindChangedFile();

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_MAPPED_RANGES_H_
