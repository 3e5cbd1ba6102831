#include "text/snippet.h"

#include <algorithm>
#include <cstddef>

namespace lightlda {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string_view SnippetOf(std::string_view text, std::int64_t max_bytes) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  const auto limit = static_cast<std::size_t>(max_bytes);
  if (max_bytes >= 0 && text.size() > limit) {
    std::size_t size = limit;
    while (size > 0 && IsContinuation(text[size])) --size;
    // A blank right behind the cut ends a word, too.
    const std::size_t blank = text.substr(0, size + 1).find_last_of(kBlank);
    if (blank != std::string_view::npos && blank >= size / 2) size = blank;
    text = text.substr(0, size);
  }
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

}  // namespace lightlda
