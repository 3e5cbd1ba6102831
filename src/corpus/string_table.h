// A list of strings as two sections of a section file: offsets, and the bytes one after another.
#ifndef LIGHTLDA_CORPUS_STRING_TABLE_H_
#define LIGHTLDA_CORPUS_STRING_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/section_file.h"
#include "lightlda/status.h"

namespace lightlda {

// Append-only list of strings in two arrays. Not thread-safe.
class StringTable {
 public:
  void Add(std::string_view text) {
    bytes_.append(text);
    offsets_.push_back(bytes_.size());
  }
  void Clear() {
    bytes_.clear();
    offsets_.assign(1, 0);
  }

  std::size_t size() const { return offsets_.size() - 1; }
  // REQUIRES: index < size().
  std::string_view operator[](std::size_t index) const {
    return std::string_view(bytes_).substr(offsets_[index], offsets_[index + 1] - offsets_[index]);
  }

  std::span<const std::uint64_t> offsets() const { return offsets_; }  // [size + 1]
  std::span<const char> bytes() const { return bytes_; }               // [offsets.back()]

 private:
  std::string bytes_;
  std::vector<std::uint64_t> offsets_ = {0};
};

// The strings stored in sections `offsets_section` and `offsets_section` + 1 of `file`. Errors:
// kBadInput if they are not `expected` strings.
Result<std::vector<std::string>> ReadStrings(const SectionFile& file, std::size_t offsets_section,
                                             std::uint64_t expected);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_STRING_TABLE_H_
