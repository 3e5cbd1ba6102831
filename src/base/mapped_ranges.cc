#include "base/mapped_ranges.h"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace lightlda {

FileVersion FileVersion::Of(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size, info.st_mtim};
}

bool FileVersion::operator==(const FileVersion& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         modified.tv_sec == other.modified.tv_sec && modified.tv_nsec == other.modified.tv_nsec;
}

// Entries form a list that a signal handler can walk at any time: they are added at its head and
// never leave it. One without a mapping has begin = end = 0 and waits to be used again. `path` and
// `version` change only while that is so.
struct RangeEntry {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::string path;
  FileVersion version;
  RangeEntry* next = nullptr;
  RangeEntry* next_unused = nullptr;
};

namespace {

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "used in a signal handler");
static_assert(std::atomic<RangeEntry*>::is_always_lock_free, "likewise");

std::atomic<RangeEntry*> all_entries{nullptr};
RangeEntry* unused_entries = nullptr;
std::mutex mutex;  // of changes

// Async-signal-safe.
bool HasChanged(const RangeEntry& entry) {
  struct stat info;
  return ::stat(entry.path.c_str(), &info) == 0 && !(FileVersion::Of(info) == entry.version);
}

}  // namespace

MappedRange::MappedRange(const void* data, std::size_t size, const std::string& path,
                         FileVersion version) {
  const std::lock_guard lock(mutex);
  entry_ = unused_entries;
  if (entry_ != nullptr) {
    unused_entries = entry_->next_unused;
  } else {
    entry_ = new RangeEntry();
    entry_->next = all_entries.load();
    all_entries.store(entry_);
  }
  entry_->path = path;
  entry_->version = version;
  entry_->end.store(reinterpret_cast<std::uintptr_t>(data) + size);
  entry_->begin.store(reinterpret_cast<std::uintptr_t>(data));
}

MappedRange::~MappedRange() {
  if (entry_ == nullptr) return;
  const std::lock_guard lock(mutex);
  entry_->begin.store(0);
  entry_->end.store(0);
  entry_->next_unused = unused_entries;
  unused_entries = entry_;
}

bool MappedRange::IsUnchanged() const { return !HasChanged(*entry_); }

const char* FindMappedFile(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  for (const RangeEntry* entry = all_entries.load(); entry != nullptr; entry = entry->next) {
    if (entry->begin.load() <= at && at < entry->end.load()) return entry->path.c_str();
  }
  return nullptr;
}

const char* FindChangedFile() {
  for (const RangeEntry* entry = all_entries.load(); entry != nullptr; entry = entry->next) {
    if (entry->begin.load() != 0 && HasChanged(*entry)) return entry->path.c_str();
  }
  return nullptr;
}

}  // namespace lightlda
