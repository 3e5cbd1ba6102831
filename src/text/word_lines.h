// Files of words that people write: lists of stop words, replacements.
#ifndef LIGHTLDA_TEXT_WORD_LINES_H_
#define LIGHTLDA_TEXT_WORD_LINES_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// The first word of *text, removed from it; empty at the end. ASCII white space separates words.
std::string_view NextWord(std::string_view* text);

// Calls visit(line, where, words) for the lines of `content`, the file `path`, that have words: the
// line as it is, "FILE:LINE: " for messages, its words. A byte order mark, blank lines and lines
// whose first word starts with '#' are passed over. Errors: visit's; kBadInput for invalid UTF-8.
Status ForEachWordLine(
    const std::string& path, std::string_view content,
    const std::function<Status(std::string_view line, const std::string& where,
                               const std::vector<std::string_view>& words)>& visit);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_WORD_LINES_H_
