// What a terminal shows: how wide it is, and what of a line fits.
#ifndef LIGHTLDA_BASE_TERMINAL_H_
#define LIGHTLDA_BASE_TERMINAL_H_

#include <string>
#include <string_view>

namespace lightlda {

// Whether `fd` is a terminal on which a line can be written anew.
bool CanRewriteLine(int fd);

// Columns of the terminal, as of now; 0 if `fd` is none or does not say.
int TerminalColumns(int fd);

// Columns that a text without control characters takes, at most.
int DisplayWidth(std::string_view text);

// What fits into `columns` of a line whose fields, the most important first, are parted by two
// blanks or a comma and a blank: fields are left out from the right; of the first as much as there
// is room for. Pure.
std::string FitFields(std::string_view line, int columns);

// A text in lines of at most `columns`, cut at blanks where that can be. What follows a cut stands
// under column `hang`. A blank that must not be cut is written as kHardBlank. No line end after the
// last. Pure.
std::string WrapText(std::string_view text, int columns, int hang);
inline constexpr char kHardBlank = '\x01';

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_TERMINAL_H_
