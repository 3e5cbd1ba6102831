#include "base/printable.h"

#include <unicode/uchar.h>

namespace lightlda {
namespace {

constexpr std::uint32_t kZeroWidthNonJoiner = 0x200C;  // Persian and Indic words are spelled with
constexpr std::uint32_t kZeroWidthJoiner = 0x200D;     // these

unsigned ByteAt(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool IsContinuation(unsigned byte) { return (byte & 0xC0) == 0x80; }

std::string MakePrintable(std::string_view text, bool several_lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code_point;
    const std::size_t length = DecodeUtf8(text, at, &code_point);
    const std::size_t step = length == 0 ? 1 : length;
    if (length > 0 && (IsPrintable(code_point) ||
                       (several_lines && (code_point == '\n' || code_point == '\t')))) {
      out += text.substr(at, step);
    } else {
      for (const char c : text.substr(at, step)) AppendEscaped(static_cast<unsigned char>(c), &out);
    }
    at += step;
  }
  return out;
}

}  // namespace

std::size_t DecodeUtf8(std::string_view text, std::size_t at, std::uint32_t* code_point) {
  const unsigned b0 = ByteAt(text, at);
  const unsigned b1 = ByteAt(text, at + 1);
  const unsigned b2 = ByteAt(text, at + 2);
  const unsigned b3 = ByteAt(text, at + 3);
  *code_point = b0;
  if (b0 < 0x80) return 1;
  if (b0 < 0xC2 || b0 > 0xF4 || !IsContinuation(b1)) return 0;
  *code_point = (b0 & 0x1F) << 6 | (b1 & 0x3F);
  if (b0 < 0xE0) return 2;
  if (!IsContinuation(b2)) return 0;
  *code_point = (b0 & 0x0F) << 12 | (b1 & 0x3F) << 6 | (b2 & 0x3F);
  const bool surrogate = *code_point >= 0xD800 && *code_point <= 0xDFFF;
  if (b0 < 0xF0) return *code_point < 0x800 || surrogate ? 0 : 3;
  if (!IsContinuation(b3)) return 0;
  *code_point = (b0 & 0x07) << 18 | (b1 & 0x3F) << 12 | (b2 & 0x3F) << 6 | (b3 & 0x3F);
  return *code_point < 0x10000 || *code_point > 0x10FFFF ? 0 : 4;
}

bool IsPrintable(std::uint32_t code_point) {
  if (code_point < 0x80) return code_point >= ' ' && code_point < 0x7F;
  return code_point == kZeroWidthNonJoiner || code_point == kZeroWidthJoiner ||
         u_isgraph(static_cast<UChar32>(code_point)) != 0;
}

void AppendEscaped(unsigned char byte, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  switch (byte) {
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    default:
      break;
  }
  *out += "\\x";
  *out += kDigits[byte >> 4];
  *out += kDigits[byte & 15];
}

std::string Printable(std::string_view text) { return MakePrintable(text, false); }

std::string PrintableLines(std::string_view text) { return MakePrintable(text, true); }

}  // namespace lightlda
