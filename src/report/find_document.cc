// Documents by name.
#include <algorithm>

#include "base/out_of_memory.h"
#include "lightlda/document_tables.h"

namespace lightlda {
namespace {

constexpr std::size_t kMostShown = 5;

// Indices of the documents of this name.
Result<std::vector<DocId>> DocumentsNamed(const Corpus& corpus, const std::string& name) {
  std::vector<DocId> found;
  for (std::size_t number = 0; number < corpus.blocks().size(); ++number) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto names, corpus.ReadDocumentNames(number));
    if (std::ranges::find(names, name) == names.end()) continue;
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(number));
    for (std::size_t d = 0; d < names.size(); ++d) {
      if (names[d] == name) found.push_back(block->document_index[d]);
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<DocId> FindDocument(const Corpus& corpus, const std::string& name) {
  return CatchBadAlloc([&]() -> Result<DocId> {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<DocId> found, DocumentsNamed(corpus, name));
    if (found.size() == 1) return found[0];
    if (found.empty()) return Status::Usage("`name`: no document is named '" + name + "'");
    std::string indices;
    for (std::size_t i = 0; i < found.size() && i < kMostShown; ++i) {
      indices += (i == 0 ? "" : ", ") + std::to_string(found[i]);
    }
    if (found.size() > kMostShown) indices += " ...";
    return Status::Usage("`name`: " + std::to_string(found.size()) + " documents are named '" +
                         name + "'; choose one by its `index`: " + indices);
  });
}

}  // namespace lightlda
