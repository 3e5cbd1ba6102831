// The start of a text, for people to see what it is about.
#ifndef LIGHTLDA_TEXT_SNIPPET_H_
#define LIGHTLDA_TEXT_SNIPPET_H_

#include <cstdint>
#include <string_view>

namespace lightlda {

// The first bytes of `text`, at most max_bytes (-1: all), without white space at the ends. What is
// cut is cut between characters and, if there is white space in the second half, between words.
// REQUIRES: text is valid UTF-8; max_bytes >= -1.
std::string_view SnippetOf(std::string_view text, std::int64_t max_bytes);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_SNIPPET_H_
