// UTF-8 helpers: validation, length, and bytes made fit for an error message.
//
// All functions are pure and thread-safe.
#ifndef LIGHTLDA_TEXT_UTF8_H_
#define LIGHTLDA_TEXT_UTF8_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lightlda {

// Byte offset of the first sequence in `text` that is not well-formed UTF-8 (Unicode table 3-7: no
// overlong forms, surrogates, or code points above U+10FFFF); nullopt if there is none.
std::optional<std::size_t> FindInvalidUtf8(std::string_view text);

// The mark that some programs begin UTF-8 with, and the text behind it if it is there.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
inline std::string_view WithoutByteOrderMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

// Byte offset of the first byte >= 0x80 at or after `from`; text.size() if there is none.
std::size_t FindNonAscii(std::string_view text, std::size_t from = 0);

// Number of code points. REQUIRES: text is valid UTF-8.
std::size_t CountCodePoints(std::string_view text);

// `bytes` in double quotes for an error message: control characters, quotes, backslashes and bytes
// that are not valid UTF-8 are escaped (\n, \", \xFF), so the result is one valid UTF-8 line. After
// `max_bytes` of `bytes` (at most 3 fewer, to end at a code point) it is cut and ends in "...".
std::string QuoteBytes(std::string_view bytes, std::size_t max_bytes = 40);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_UTF8_H_
