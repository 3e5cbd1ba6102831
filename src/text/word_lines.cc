#include "text/word_lines.h"

#include <algorithm>

#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

}  // namespace

std::string_view NextWord(std::string_view* text) {
  const std::size_t begin = text->find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  text->remove_prefix(begin);
  const std::string_view word = text->substr(0, text->find_first_of(kBlank));
  text->remove_prefix(word.size());
  return word;
}

Status ForEachWordLine(
    const std::string& path, std::string_view content,
    const std::function<Status(std::string_view line, const std::string& where,
                               const std::vector<std::string_view>& words)>& visit) {
  content = WithoutByteOrderMark(content);
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    const std::string where = path + ":" + std::to_string(number) + ": ";
    if (const auto at = FindInvalidUtf8(line)) {
      return Status::BadInput(where + "invalid UTF-8 at byte " + std::to_string(*at + 1) + ": " +
                              QuoteBytes(line.substr(*at)));
    }
    std::string_view rest = line;
    std::vector<std::string_view> words;
    for (std::string_view word = NextWord(&rest); !word.empty(); word = NextWord(&rest)) {
      words.push_back(word);
    }
    if (words.empty() || words[0].starts_with('#')) continue;
    LIGHTLDA_RETURN_IF_ERROR(visit(line, where, words));
  }
  return {};
}

}  // namespace lightlda
