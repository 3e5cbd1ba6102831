#include "text/replacements.h"

#include <string_view>
#include <vector>

#include "base/file.h"
#include "text/fold.h"
#include "text/utf8.h"
#include "text/word_lines.h"

namespace lightlda {

Result<WordChanges> LoadReplacements(const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  WordChanges changes;
  const auto add = [&](std::string_view line, const std::string& where,
                       const std::vector<std::string_view>& words) -> Status {
    if (words.size() > 2) {
      return Status::BadInput(where + "expected a word and what it becomes, found " +
                              QuoteBytes(line));
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const std::string from, FoldText(words[0]));
    std::string to;
    if (words.size() == 2) {
      LIGHTLDA_ASSIGN_OR_RETURN(to, FoldText(words[1]));
    }
    if (!changes.emplace(from, to).second) {
      return Status::BadInput(where + "the word " + QuoteBytes(from) + " has a change already");
    }
    return {};
  };
  LIGHTLDA_RETURN_IF_ERROR(ForEachWordLine(path, content, add));
  return changes;
}

}  // namespace lightlda
