// Bytes of strangers made fit for a terminal or a log: the one place that escapes.
#ifndef LIGHTLDA_BASE_PRINTABLE_H_
#define LIGHTLDA_BASE_PRINTABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lightlda {

// `text` as one line of valid UTF-8 that moves no cursor and turns no writing direction: control
// characters, invisible ones and bytes that are not UTF-8 are escaped (\n, \x1B, \xE2\x80\xAE).
// Spaces and backslashes stay. Pure, thread-safe.
std::string Printable(std::string_view text);

// The same of several lines: line ends and tabs stay. For text that is known to have them.
std::string PrintableLines(std::string_view text);

// The pieces, for other forms.

// Length of the well-formed UTF-8 sequence at `at`, 0 if there is none; *code_point is its value.
std::size_t DecodeUtf8(std::string_view text, std::size_t at, std::uint32_t* code_point);
// Whether a code point may be shown as it is. A space may; a line end and a tab may not.
bool IsPrintable(std::uint32_t code_point);
// One byte as \n, \r, \t, \", \\ or \xHH.
void AppendEscaped(unsigned char byte, std::string* out);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_PRINTABLE_H_
