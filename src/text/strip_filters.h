// The filters of strip.h. Each writes the text without what it takes off to *out, which it clears,
// and returns true; or returns false if there is nothing to take off, *out being anything.
#ifndef LIGHTLDA_TEXT_STRIP_FILTERS_H_
#define LIGHTLDA_TEXT_STRIP_FILTERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/strip.h"

namespace lightlda {

bool StripEmail(std::string_view text, std::string* out, StripCounts* counts);
bool StripHtml(std::string_view text, std::string* out, StripCounts* counts);
bool StripLatex(std::string_view text, std::string* out, StripCounts* counts);
bool StripUrls(std::string_view text, std::string* out, StripCounts* counts);

// The character of a named entity of HTML 4, without & and ;. 0: there is none.
std::uint32_t EntityCharacter(std::string_view name);
// Appends it in UTF-8, a blank for what is no character. Numbers from 128 to 159 are meant as
// windows-1252, as browsers take them.
void AppendCharacter(std::uint32_t character, std::string* out);

// The first place from `from` on of one of the characters that the set has; text.size() if none.
class CharacterSet {
 public:
  explicit constexpr CharacterSet(std::string_view characters) {
    for (const char c : characters) has_[static_cast<unsigned char>(c)] = true;
  }
  std::size_t Find(std::string_view text, std::size_t from) const {
    while (from < text.size() && !has_[static_cast<unsigned char>(text[from])]) ++from;
    return from;
  }

 private:
  std::array<bool, 256> has_ = {};
};

constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STRIP_FILTERS_H_
