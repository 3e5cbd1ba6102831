// Words that stand for others.
#ifndef LIGHTLDA_TEXT_REPLACEMENTS_H_
#define LIGHTLDA_TEXT_REPLACEMENTS_H_

#include <functional>
#include <map>
#include <string>

#include "lightlda/status.h"

namespace lightlda {

// What a word becomes; an empty word: nothing.
using WordChanges = std::map<std::string, std::string, std::less<>>;

// The changes in a file in UTF-8: two words per line, the second in the place of the first, or one
// word, which goes; white space between them; blank lines and lines that start with '#' are
// ignored. Words are folded. Errors: kBadInput "FILE:LINE: ..." for invalid UTF-8, more than two
// words, a word that has a change already.
Result<WordChanges> LoadReplacements(const std::string& path);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_REPLACEMENTS_H_
