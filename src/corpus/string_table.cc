#include "corpus/string_table.h"

namespace lightlda {

Result<std::vector<std::string>> ReadStrings(const SectionFile& file, std::size_t offsets_section,
                                             std::uint64_t expected) {
  LIGHTLDA_ASSIGN_OR_RETURN(auto offsets, file.Section<std::uint64_t>(offsets_section));
  LIGHTLDA_ASSIGN_OR_RETURN(auto bytes, file.Section<char>(offsets_section + 1));
  if (offsets.empty() || offsets.size() - 1 != expected) {
    return Status::BadInput(file.path() + ": corrupted: " + std::to_string(offsets.size()) +
                            " offsets, expected " + std::to_string(expected) + " + 1");
  }
  if (offsets.front() != 0 || offsets.back() != bytes.size()) {
    return Status::BadInput(file.path() + ": corrupted: offsets do not span the strings");
  }
  std::vector<std::string> strings;
  strings.reserve(expected);
  for (std::uint64_t i = 0; i < expected; ++i) {
    if (offsets[i] > offsets[i + 1] || offsets[i + 1] > bytes.size()) {
      return Status::BadInput(file.path() + ": corrupted: offset " + std::to_string(i + 1) +
                              " is out of order");
    }
    strings.emplace_back(bytes.data() + offsets[i], offsets[i + 1] - offsets[i]);
  }
  return strings;
}

}  // namespace lightlda
