#include "text/utf8.h"

#include <simdjson.h>
#include <unicode/uchar.h>

#include <cstdint>
#include <cstring>

namespace lightlda {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

std::uint64_t Load8(const char* p) {
  std::uint64_t value;
  std::memcpy(&value, p, sizeof(value));
  return value;
}

unsigned ByteAt(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool IsContinuation(unsigned byte) { return (byte & 0xC0) == 0x80; }

// Length of the well-formed sequence at `at`, 0 if there is none; *code_point is its value.
std::size_t DecodeAt(std::string_view text, std::size_t at, std::uint32_t* code_point) {
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

void AppendEscaped(unsigned byte, std::string* out) {
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

}  // namespace

std::optional<std::size_t> FindInvalidUtf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  std::size_t at = 0;
  while (at < text.size()) {
    at = FindNonAscii(text, at);
    if (at == text.size()) break;
    std::uint32_t code_point;
    const std::size_t length = DecodeAt(text, at, &code_point);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::size_t FindNonAscii(std::string_view text, std::size_t from) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  std::size_t at = from;
  for (; at + 32 <= size; at += 32) {
    const char* p = data + at;
    if (((Load8(p) | Load8(p + 8) | Load8(p + 16) | Load8(p + 24)) & kHighBits) != 0) break;
  }
  for (; at + 8 <= size; at += 8) {
    if ((Load8(data + at) & kHighBits) != 0) break;
  }
  while (at < size && static_cast<unsigned char>(data[at]) < 0x80) ++at;
  return at;
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !IsContinuation(static_cast<unsigned char>(c));
  return count;
}

std::string QuoteBytes(std::string_view bytes, std::size_t max_bytes) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint32_t code_point;
    const std::size_t length = DecodeAt(bytes, at, &code_point);
    const std::size_t step = length == 0 ? 1 : length;
    if (at + step > max_bytes) return out + "...\"";
    const bool plain = length > 1 ? u_isgraph(static_cast<UChar32>(code_point)) != 0
                                  : length == 1 && code_point >= ' ' && code_point < 0x7F &&
                                        code_point != '"' && code_point != '\\';
    if (plain) {
      out += bytes.substr(at, step);
    } else {
      for (std::size_t i = 0; i < step; ++i) AppendEscaped(ByteAt(bytes, at + i), &out);
    }
    at += step;
  }
  return out + "\"";
}

}  // namespace lightlda
