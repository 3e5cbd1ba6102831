// Helpers shared by the tests.
#ifndef LIGHTLDA_TESTS_TEST_UTIL_H_
#define LIGHTLDA_TESTS_TEST_UTIL_H_

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lightlda/status.h"

namespace lightlda::testing {

// A new empty directory, removed at the end of the scope.
class TempDir {
 public:
  TempDir() {
    static std::atomic<int> counter{0};
    path_ = (std::filesystem::temp_directory_path() /
             ("lightlda-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++)))
                .string();
    std::filesystem::create_directory(path_);
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline void WriteText(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

inline std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

// Every file under `directory` by its path in it, with its content.
inline std::map<std::string, std::string> ReadTree(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path().string();
    files[std::filesystem::relative(path, directory).string()] = ReadText(path);
  }
  return files;
}

// Paths of the files that are not the same under both directories, or only under one.
inline std::vector<std::string> DifferingFiles(const std::string& directory,
                                               const std::string& other) {
  const auto ours = ReadTree(directory);
  const auto theirs = ReadTree(other);
  std::vector<std::string> paths;
  for (const auto& [path, content] : ours) {
    const auto found = theirs.find(path);
    if (found == theirs.end() || found->second != content) paths.push_back(path);
  }
  for (const auto& [path, content] : theirs) {
    if (!ours.contains(path)) paths.push_back(path);
  }
  return paths;
}

// Fails the test unless `status` is OK.
inline void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}
template <typename T>
T Must(Result<T> result) {
  Must(result.status());
  return std::move(result).value();
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_TEST_UTIL_H_
