#include "base/file_path.h"

namespace lightlda {
namespace {

// The files under a directory are a range of the sorted paths.
bool IsUnder(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

}  // namespace

void MemoryFiles::Put(const std::string& path, std::string content) {
  auto file = std::make_shared<const std::string>(std::move(content));
  const std::lock_guard lock(mutex_);
  files_[path] = std::move(file);
}

MemoryFiles::Content MemoryFiles::Find(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

bool MemoryFiles::Exists(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  if (files_.contains(path)) return true;
  const auto next = files_.lower_bound(path + "/");
  return next != files_.end() && IsUnder(next->first, path);
}

std::vector<std::string> MemoryFiles::List(const std::string& directory) const {
  std::vector<std::string> names;
  const std::lock_guard lock(mutex_);
  for (auto file = files_.lower_bound(directory + "/");
       file != files_.end() && IsUnder(file->first, directory); ++file) {
    const std::string rest = file->first.substr(directory.size() + 1);
    std::string name = rest.substr(0, rest.find('/'));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

void MemoryFiles::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  auto file = files_.lower_bound(path + "/");
  while (file != files_.end() && IsUnder(file->first, path)) file = files_.erase(file);
}

bool MemoryFiles::Rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  auto file = files_.extract(from);
  if (file.empty()) return false;
  files_.insert_or_assign(to, std::move(file.mapped()));
  return true;
}

FilePath FilePath::NewInMemory(std::string label) {
  FilePath path(std::move(label));
  path.memory_ = std::make_shared<MemoryFiles>();
  return path;
}

}  // namespace lightlda
