#include "base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/printable.h"

namespace lightlda {
namespace {

// The longest beginning that takes at most `columns`.
std::string_view Cut(std::string_view text, int columns) {
  std::size_t end = 0;
  for (int taken = 0; end < text.size();) {
    std::uint32_t code_point = 0;
    const std::size_t length = std::max<std::size_t>(1, DecodeUtf8(text, end, &code_point));
    taken += DisplayWidth(text.substr(end, length));
    if (taken > columns) break;
    end += length;
  }
  return text.substr(0, end);
}

}  // namespace

bool CanRewriteLine(int fd) {
  const char* const name = std::getenv("TERM");
  return ::isatty(fd) == 1 && (name == nullptr || std::string_view(name) != "dumb");
}

int TerminalColumns(int fd) {
  winsize size = {};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int DisplayWidth(std::string_view text) {
  // From here on scripts may be two columns wide. Some are not: a line is then too short, never too
  // long.
  constexpr std::uint32_t kMaybeWide = 0x1100;
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code_point = 0;
    at += std::max<std::size_t>(1, DecodeUtf8(text, at, &code_point));
    width += code_point >= kMaybeWide ? 2 : 1;
  }
  return width;
}

std::string FitFields(std::string_view line, int columns) {
  while (DisplayWidth(line) > columns) {
    std::size_t end = 0;
    for (const std::string_view between : {"  ", ", "}) {
      const std::size_t at = line.rfind(between);
      if (at != std::string_view::npos) end = std::max(end, at);
    }
    if (end == 0) return std::string(Cut(line, columns));
    line = line.substr(0, end);
    while (line.ends_with(' ')) line.remove_suffix(1);
  }
  return std::string(line);
}

std::string WrapText(std::string_view text, int columns, int hang) {
  std::string lines;
  for (bool first = true;; first = false) {
    const int room = std::max(1, first ? columns : columns - hang);
    if (!first) lines += "\n" + std::string(static_cast<std::size_t>(hang), ' ');
    if (DisplayWidth(text) <= room) break;
    const std::size_t fits = Cut(text, room).size();
    std::size_t cut = text.rfind(' ', fits);
    // Not in the indentation; a word that is too long stays whole.
    if (cut == std::string_view::npos || text.find_first_not_of(' ') > cut) {
      cut = text.find(' ', std::min(text.find_first_not_of(' '), text.size()));
    }
    if (cut == std::string_view::npos) break;
    lines += text.substr(0, text.find_last_not_of(' ', cut) + 1);
    text = text.substr(std::min(text.find_first_not_of(' ', cut), text.size()));
  }
  lines += text;
  std::ranges::replace(lines, kHardBlank, ' ');
  return lines;
}

}  // namespace lightlda
